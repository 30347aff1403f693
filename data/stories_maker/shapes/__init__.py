"""The kinds of stories, a few to a file; each function plays one story on a stage."""
