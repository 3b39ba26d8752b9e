"""Tests of dmsform.apply."""
