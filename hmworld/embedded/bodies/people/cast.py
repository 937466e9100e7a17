"""All people by name."""

from __future__ import annotations

from hmworld.embedded.bodies.people.children import CHILDREN
from hmworld.embedded.bodies.people.elders import ELDERS
from hmworld.embedded.bodies.people.heroes import HEROES
from hmworld.embedded.bodies.people.men import MEN
from hmworld.embedded.bodies.people.women import WOMEN
from hmworld.embedded.bodies.subject import Subject

PEOPLE: dict[str, Subject] = {**WOMEN, **MEN, **ELDERS, **CHILDREN, **HEROES}
