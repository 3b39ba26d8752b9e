"""The replication catalogue: engine-neutral schema, types, and the rules that select and transform tables."""
