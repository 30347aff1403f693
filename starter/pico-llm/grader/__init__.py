"""The checks that come with the assignment. Nothing here is handed in."""
