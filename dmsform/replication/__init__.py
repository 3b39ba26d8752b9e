"""The task: the data plane that loads, and later follows and validates, tables."""
