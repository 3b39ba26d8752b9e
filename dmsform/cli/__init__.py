"""The command line: parse, call, show. Only this package writes to a terminal."""
