"""Proof that the grader is right: every right answer accepted, every wrong one caught."""
