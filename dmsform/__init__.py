"""dmsform: Terraform for database migrations, with the replication engine built in."""

__version__ = "0.1.0"
