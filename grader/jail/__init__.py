"""Isolation: student code runs here and nowhere else."""
