"""The value matrix: every type's extremes and traps through all pairings, equal or refused by name."""
