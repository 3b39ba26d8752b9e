# A shop's SQLite file moves into PostgreSQL 18, through a replication server that apply starts.

replication_instance "main" {
  type = "local"
}

endpoint "shop" {
  engine = "sqlite"
  path   = "shop.db"
}

# A server of the endpoint's own: apply starts it, so that nothing has to be installed.
endpoint "warehouse" {
  engine   = "postgresql"
  database = "warehouse"

  embedded {
    data_dir = ".dmsform/warehouse"
  }
}

task "shop" {
  replication_instance = replication_instance.main
  source               = endpoint.shop
  target               = endpoint.warehouse
  migration_type       = "full-load"

  selection "everything" {
    schema = "main"
    table  = "%"
  }

  # SQLite has the one schema "main"; in the warehouse the tables stand in "shop".
  transformation "schema" {
    target = "schema"
    schema = "main"
    action = "rename"
    value  = "shop"
  }

  full_load {
    target_table_prep_mode = "drop-and-create"
    parallel_tables        = 4
  }
}

output "status" {
  value = task.shop.status
}

output "server" {
  value = replication_instance.main.server_id
}
