"""How each block type is read, created, changed and removed."""
