"""A whole class at once: intake, jobs side by side, gradebook, reports."""
