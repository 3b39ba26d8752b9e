"""The replication server's API: wire models and client, shared by the server and those who call it."""
