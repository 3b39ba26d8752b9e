"""Views render values for people and as JSON."""
