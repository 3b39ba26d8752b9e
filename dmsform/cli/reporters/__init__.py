"""How a running operation is shown: as lines, as a live table on a terminal, or as JSON events."""
