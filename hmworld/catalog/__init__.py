"""Scene and subject cards, trajectories, and what they name: resolves names into numbers and files.

The cards that ship are YAML files in `cards/`, a subject's motion file beside its card; trajectories are read from `trajectories/`. Adding
one of either is dropping in a file. `open_catalog` adds a folder of one's own to them.
"""

from hmworld.catalog.catalog import Catalog, default_catalog, load_motion, open_catalog

__all__ = ["Catalog", "default_catalog", "load_motion", "open_catalog"]
