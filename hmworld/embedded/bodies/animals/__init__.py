"""Animals: the shape of each species, how its kind moves, and the cast."""
