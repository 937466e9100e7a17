"""What the bake needs to know of one subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hmworld.embedded.bodies.reshape import Reshaping
from hmworld.embedded.bodies.sdf import Part
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Footfall, Gait

IDLE_PHASES, MOVING_PHASES = 32, 64
STANDING = Footfall(start=0.0, stance=1.0, stride_m=0.0)


@dataclass(frozen=True)
class Subject:
    """A body and its gaits. `scale` enlarges the model; the gaits' strides are those of the enlarged body."""

    scale: float
    shape: Callable[[], tuple[Skeleton, tuple[Part, ...]]]
    gaits: Callable[[Skeleton], tuple[Gait, ...]]
    reshaping: Callable[[Skeleton], Reshaping] | None = None
    """New proportions for the finished body; `gaits` takes the skeleton of before and moves the one of after."""
