"""Tests of the MySQL provider."""
