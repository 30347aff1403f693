"""Which misconception explains these failures."""
