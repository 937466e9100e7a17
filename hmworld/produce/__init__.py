"""Engine, annotation and dataset composed: `render_batch` makes clips of a plan, `finish` makes them a dataset.

Free of Prefect: every runner calls these two. Captions are made by a function that is handed in.
"""

from hmworld.produce.batch import Batch, BatchReport, Pool, plan_batches, render_batch
from hmworld.produce.finish import finish, missing_rows
from hmworld.produce.slot import RestartLimits, Slot, SlotSpec, ask_engines

__all__ = [
    "Batch",
    "BatchReport",
    "Pool",
    "RestartLimits",
    "Slot",
    "SlotSpec",
    "ask_engines",
    "finish",
    "missing_rows",
    "plan_batches",
    "render_batch",
]
