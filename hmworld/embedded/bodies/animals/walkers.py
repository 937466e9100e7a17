"""From manners to the gaits of a subject: animals that stand and walk, and then trot or gallop."""

from __future__ import annotations

from collections.abc import Callable

from hmworld.embedded.bodies.animals import gaits
from hmworld.embedded.bodies.animals.gaits import Animal
from hmworld.embedded.bodies.animals.gallop import Spring, gallop
from hmworld.embedded.bodies.animals.hop import Hop, hop, twice
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


def galloping(
    animal: Animal, idle: gaits.Manner, walk: gaits.Manner, leaping: gaits.Manner, spring: Spring
) -> Callable[[Skeleton], tuple[Gait, ...]]:
    """What poses an animal in its idle, walk and gallop."""

    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        return (
            gaits.gait(skeleton, animal, "idle", idle, IDLE_PHASES),
            gaits.gait(skeleton, animal, "walk", walk, MOVING_PHASES),
            gallop(skeleton, animal, "gallop", leaping, spring, MOVING_PHASES),
        )

    return made_gaits


def hopping(animal: Animal, idle: Hop, walk: Hop, leap: Hop) -> Callable[[Skeleton], tuple[Gait, ...]]:
    """What poses an animal in its idle, its small hops (two of them a cycle of `walk`) and its hop."""

    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        return (
            hop(skeleton, animal, "idle", idle, IDLE_PHASES),
            twice(hop(skeleton, animal, "walk", walk, MOVING_PHASES // 2)),
            hop(skeleton, animal, "hop", leap, MOVING_PHASES),
        )

    return made_gaits
