"""Shipped for provider authors too: the contract suite and fault tools."""
