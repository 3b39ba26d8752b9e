"""The replication server: daemon, supervisor of task processes, HTTP API, its store."""
