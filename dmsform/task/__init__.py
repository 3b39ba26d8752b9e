"""A task as a value: what is moved from where to where, shared by the declaration side and the data plane."""
