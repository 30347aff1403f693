"""How learning platforms lay out what they let a teacher download: a module for each, from names to who handed in what."""
