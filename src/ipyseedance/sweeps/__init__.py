"""Sweeps: one request varied over axes, and their runs."""
