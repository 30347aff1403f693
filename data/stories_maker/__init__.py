"""Makes short children's stories: a small simulated world, plans that meet obstacles, and a grammar that tells what happened."""
