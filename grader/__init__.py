"""Fairmark: a course kit and autograder for language models built from scratch in PyTorch."""
