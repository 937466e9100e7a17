"""Four-legged animals that stand, walk and trot: from manners to the gaits of a subject."""

from __future__ import annotations

from collections.abc import Callable

from hmworld.embedded.bodies.animals import gaits
from hmworld.embedded.bodies.animals.gaits import Animal
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Gait
from hmworld.embedded.bodies.subject import IDLE_PHASES, MOVING_PHASES


def four_legged(animal: Animal, idle: gaits.Manner, walk: gaits.Manner, trot: gaits.Manner) -> Callable[[Skeleton], tuple[Gait, ...]]:
    """What poses an animal in its idle, walk and trot."""
    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        return (
            gaits.gait(skeleton, animal, "idle", idle, IDLE_PHASES),
            gaits.gait(skeleton, animal, "walk", walk, MOVING_PHASES),
            gaits.gait(skeleton, animal, "trot", trot, MOVING_PHASES),
        )

    return made_gaits
