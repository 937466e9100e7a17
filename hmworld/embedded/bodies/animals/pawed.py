"""Animals that go on paws: shape and the way each moves."""

from __future__ import annotations

from hmworld.embedded.bodies.animals import bear, cats, dalmatian, dogs, hoppers, labrador, paces, wild
from hmworld.embedded.bodies.animals.gaits import Animal, Manner
from hmworld.embedded.bodies.animals.gallop import Spring
from hmworld.embedded.bodies.animals.hop import Hop
from hmworld.embedded.bodies.animals.paces import DOG_IDLE, DOG_TROT, DOG_WALK, hung_tail, sized
from hmworld.embedded.bodies.animals.quadruped import Build
from hmworld.embedded.bodies.animals.quadruped_parts import animal_body
from hmworld.embedded.bodies.animals.walkers import four_legged, galloping, hopping
from hmworld.embedded.bodies.sdf import Part
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.subject import Subject

LABRADOR = Animal("paw", -0.02, 0.056, -0.02, 0.053, ("neck",), ("tail_1", "tail_2", "tail_3"), ("ear_l", "ear_r"))


def _trotter(build: Build, idle: Manner, walk: Manner, trot: Manner) -> Subject:
    """An animal that walks and trots in its own manners."""

    def shape() -> tuple[Skeleton, tuple[Part, ...]]:
        return animal_body(build)

    return Subject(1.0, shape, four_legged(build.animal(), idle, walk, trot))


def _dog(build: Build, size: float) -> Subject:
    """A dog `size` times as tall as a Labrador; it wags its tail."""
    return _trotter(build, sized(DOG_IDLE, size), sized(DOG_WALK, size), sized(DOG_TROT, size))


def _wild_dog(build: Build, size: float) -> Subject:
    """A wild dog `size` times as tall as a Labrador; its tail hangs until it trots."""
    manners = ((DOG_IDLE, 1.0, 6.0), (DOG_WALK, 2.0, 5.0), (DOG_TROT, 14.0, 4.0))
    idle, walk, trot = (hung_tail(sized(manner, size), lift, sway) for manner, lift, sway in manners)
    return _trotter(build, idle, walk, trot)


def _galloper(build: Build, walk: Manner, leap: Manner, spring: Spring, extras: tuple[Part, ...] = ()) -> Subject:
    """An animal that walks and gallops in its own manners."""

    def shape() -> tuple[Skeleton, tuple[Part, ...]]:
        return animal_body(build, extras)

    idle = hung_tail(sized(DOG_IDLE, 1.6), 0.0, 9.0)
    return Subject(1.0, shape, galloping(build.animal(), idle, walk, leap, spring))


def _hopper(build: Build, idle: Hop, walk: Hop, leap: Hop) -> Subject:
    """An animal that hops on both hind feet."""

    def shape() -> tuple[Skeleton, tuple[Part, ...]]:
        return animal_body(build)

    return Subject(1.0, shape, hopping(build.animal(), idle, walk, leap))


PAWED = {
    "labrador": Subject(1.0, labrador.body, four_legged(LABRADOR, DOG_IDLE, DOG_WALK, DOG_TROT)),
    "german_shepherd": _dog(dogs.SHEPHERD, 1.05),
    "dachshund": _dog(dogs.DACHSHUND, 0.33),
    "dalmatian": _dog(dalmatian.DALMATIAN, 1.0),
    "fox": _wild_dog(wild.FOX, 0.62),
    "wolf": _wild_dog(wild.WOLF, 1.28),
    "cat": _trotter(cats.CAT, paces.CAT_IDLE, paces.CAT_WALK, paces.CAT_TROT),
    "lion": _galloper(cats.LION, paces.LION_WALK, paces.LION_GALLOP, Spring(5.0, 12.0), cats.lion_extras()),
    "bear": _galloper(bear.BEAR, paces.BEAR_WALK, paces.BEAR_GALLOP, Spring(7.0, 9.0)),
    "kangaroo": _hopper(hoppers.KANGAROO, hoppers.ROO_IDLE, hoppers.ROO_WALK, hoppers.ROO_HOP),
    "rabbit": _hopper(hoppers.RABBIT, hoppers.RABBIT_IDLE, hoppers.RABBIT_WALK, hoppers.RABBIT_HOP),
}
