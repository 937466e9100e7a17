"""People: one figure of adjustable build and clothing, their gaits, and the cast."""
