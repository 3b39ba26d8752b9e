"""One file per command: read the arguments, call what does the work, hand its result to a view."""
