"""All subjects that the bake can make, by name."""

from __future__ import annotations

from hmworld.embedded.bodies.animals.hoofed import HOOFED
from hmworld.embedded.bodies.animals.pawed import PAWED
from hmworld.embedded.bodies.people.cast import PEOPLE
from hmworld.embedded.bodies.subject import Subject

SUBJECTS: dict[str, Subject] = {**PEOPLE, **PAWED, **HOOFED}
