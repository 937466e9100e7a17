"""The people: one figure, its heads, hair and wardrobe, and the cast they are composed into.

All clothes are cut for the one figure of `figure.py`; its `Figure` then gives the dressed body a person's own proportions. `person.py`
adds the way of walking. Garments live in `tops`, `gowns`, `limbs`, `hats` and `extras`, the cast in `women`, `men`, `elders`, `children`
and `heroes`. Nothing here knows of files or of the raster.
"""
