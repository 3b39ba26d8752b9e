# A shop's database moves from MySQL or MariaDB into PostgreSQL. Where the servers are, is said in variables, so that the
# same files serve trial and production: `dmsform plan -var-file=production.dmsvars.hcl`.

replication_instance "main" {
  type = "local"
}

variable "shop_host" {
  type = string
}

variable "shop_port" {
  type    = number
  default = 3306
}

variable "shop_password" {
  type      = string
  sensitive = true # from the environment: DMS_VAR_shop_password
}

variable "warehouse_url" {
  type      = string
  sensitive = true # holds a password: postgresql://dms:...@db2.internal/warehouse
}

variable "ssl_mode" {
  type    = string
  default = "verify-full"
}

endpoint "shop" {
  engine   = "mysql" # MariaDB too
  host     = var.shop_host
  port     = var.shop_port
  database = "shop"
  username = "dms"
  password = var.shop_password
  ssl_mode = var.ssl_mode
}

endpoint "warehouse" {
  engine   = "postgresql"
  url      = var.warehouse_url
  ssl_mode = var.ssl_mode
}

task "shop" {
  replication_instance = replication_instance.main
  source               = endpoint.shop
  target               = endpoint.warehouse
  migration_type       = "full-load"

  selection "everything" {
    schema = "shop"
    table  = "%"
  }

  selection "no_scratch" {
    schema = "shop"
    table  = "tmp[_]%"
    action = "exclude"
  }

  selection "recent_orders" {
    schema = "shop"
    table  = "orders"

    filter {
      column   = "placed_at"
      operator = "gte"
      value    = "2024-01-01 00:00:00"
    }
  }

  # A zero date is no date in PostgreSQL: as text it arrives as it is.
  transformation "legacy_dates" {
    target = "column"
    schema = "shop"
    table  = "customer"
    column = "last_seen"
    action = "change-data-type"

    data_type {
      type   = "string"
      length = 10
    }
  }

  full_load {
    target_table_prep_mode = "do-nothing"
    parallel_tables        = 2
  }
}

output "status" {
  value = task.shop.status
}
