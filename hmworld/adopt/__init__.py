"""Datasets of other projects, taken over into ours.

`hm_world` finds and reads the samples of an HM-World release, `sample` makes one of ours of each, `write` publishes them. What the other
layout does not hold is stored as the sentinel of its field, never guessed: docs/exports.md has the list.
"""

from hmworld.adopt.write import How, adopt_hm_world

__all__ = ["How", "adopt_hm_world"]
