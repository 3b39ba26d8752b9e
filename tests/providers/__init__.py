"""Tests of the providers, on real servers."""
