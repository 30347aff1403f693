"""Breaks what students hand in, thousands of times, and watches what intake makes of it."""
