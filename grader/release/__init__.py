"""Student releases made from the reference solutions."""
