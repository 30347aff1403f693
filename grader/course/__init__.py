"""The typed course: exercises, ideas, assignments, read from course.toml."""
