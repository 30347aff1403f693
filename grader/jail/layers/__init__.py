"""One layer of isolation per file; which are used is decided in ``grader.jail.tiers``."""
