"""Grades, kept in SQLite, and everything made from them."""
