"""Walks a plan and saves the state after every step."""
