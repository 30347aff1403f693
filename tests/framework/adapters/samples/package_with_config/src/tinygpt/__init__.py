"""A sample for the tests: a batch-first package whose model takes an object of settings. Everything in it is right."""
