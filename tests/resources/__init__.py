"""Tests of dmsform.resources."""
