"""Tests of dmsform.plan."""
