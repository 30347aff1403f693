"""A small language model, built from scratch: one module per exercise, and the given modules that train it."""
