"""State: snapshots with lineage, serial and history; the lock with its holder; the SQLAlchemy store."""
