"""Many slots on one dataset folder, handed their work by files: what every runner shares, whether it is a pool, Prefect or Ray.

The *supervisor* keeps a window of *tickets*, batches that may be taken. A slot takes a *turn*: it claims a ticket, which gives it a
*lease*, renders the batch, and leaves an *outcome*. A lease whose holder is gone, silent or stuck ends, and what is left of its batch comes
back as a new ticket; a clip that fails again and again is quarantined with its reason. All of it lies in `.staging/farm`, so that any of
the processes, and any server beside them, may be lost. Free of Prefect.
"""

from hmworld.farm.run import Run, complete
from hmworld.farm.supervisor import Limits, Supervisor
from hmworld.farm.turn import TurnReport, rest_while_open, take_turn

__all__ = ["Limits", "Run", "Supervisor", "TurnReport", "complete", "rest_while_open", "take_turn"]
