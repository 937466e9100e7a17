"""A dataset on disk: clip files, the store they are published through, shards, tables, the reader and the training stream.

Writer and reader of each format stand side by side. Nothing here renders or annotates.
"""

from hmworld.dataset.clip import Clip
from hmworld.dataset.plan_file import PlanFile, PlanRow, write_plan
from hmworld.dataset.reader import Dataset, open_dataset
from hmworld.dataset.store import LocalStore, Store

__all__ = ["Clip", "Dataset", "LocalStore", "PlanFile", "PlanRow", "Store", "open_dataset", "write_plan"]
