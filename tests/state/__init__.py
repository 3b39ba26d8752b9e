"""Tests of dmsform.state."""
