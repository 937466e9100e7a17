"""Batches for training out of a dataset: which windows of which clips, in which order, for which rank, and what is in them.

Nothing here imports torch unless `Stream.loader` is called.
"""

from hmworld.dataset.stream.stream import Stream

__all__ = ["Stream"]
