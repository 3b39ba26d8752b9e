"""Tests of what dmsform ships for provider authors."""
