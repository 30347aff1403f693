"""What checks are written in. The only part of the grader that ships to students; it imports nothing else of the grader."""
