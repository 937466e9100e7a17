"""The fantastic ones of the cast."""

from __future__ import annotations

from dataclasses import replace

from hmworld.embedded.bodies.people import extras, fantastic, gowns, hair, hats, limbs
from hmworld.embedded.bodies.people.figure import MAN
from hmworld.embedded.bodies.people.heads import PALE, Face, head
from hmworld.embedded.bodies.people.paint import below, dot, layers
from hmworld.embedded.bodies.people.person import Style, person
from hmworld.embedded.bodies.sdf import Loft, Part, Vector

GOLD: Vector = (0.60, 0.38, 0.05)


def wizard() -> tuple[Part, ...]:
    """Midnight-blue robe and cloak with golden stars, pointed hat, long white beard."""
    blue: Vector = (0.028, 0.036, 0.22)
    stars = layers(
        (GOLD, dot(0.09, 0.36, 0.024)),
        (GOLD, dot(0.035, 0.52, 0.018)),
        (GOLD, dot(0.12, 0.66, 0.018)),
        (GOLD, dot(0.05, 0.80, 0.020)),
        (GOLD, below(0.125)),
    )
    wing = Loft(
        ((-0.02, 0.36, 1.14, 0.055, 0.040), (-0.03, 0.43, 1.03, 0.085, 0.052), (-0.03, 0.46, 0.94, 0.095, 0.058)),
        ((0.0, "forearm_l"),),
        blue,
        0.03,
    )
    return (
        *head(Face(PALE, hair.WHITE, lines=1.0, nose=1.35, brow=1.9, iris=(0.04, 0.14, 0.26), ears=False)),
        hair.long(hair.WHITE, 0.8, hair.UNDER_HAT),
        hair.beard(hair.WHITE, 1.0),
        hats.wizard_hat(blue, GOLD),
        gowns.gown(blue, 0.09, (0.235, 0.265), stars, ease=0.016, thickness=1.2, cuff=1.4, fold=(0.012, 9)),
        Part("wings", (wing,), 0.0100, 220, (), layers((GOLD, below(0.895)))),
        extras.belt(GOLD, 1.06, 0.024, 0.04),
        extras.cape((0.11, 0.018, 0.14), (0.35, 0.03, 0.06), 0.14, 0.31),
        limbs.bare_legs((0.03, 0.03, 0.05)),
        limbs.hands(PALE),
        limbs.shoes((0.07, 0.035, 0.02)),
    )


def knight() -> tuple[Part, ...]:
    """Plate armour and a crimson surcoat with a white cross."""
    return (*fantastic.knight((0.42, 0.018, 0.025), (0.50, 0.02, 0.03)),)


def robot() -> tuple[Part, ...]:
    """A boxy white robot with orange joints."""
    return fantastic.robot((0.50, 0.51, 0.52), (0.70, 0.19, 0.01), (0.05, 0.75, 0.80))


def astronaut() -> tuple[Part, ...]:
    """A white space suit with a golden visor."""
    return fantastic.astronaut((0.60, 0.60, 0.60), (0.05, 0.13, 0.48), (0.62, 0.36, 0.05))


HEROES = {
    "knight": person(replace(MAN, height_m=1.84, chest=(1.05, 1.04)), knight, Style(arm_out=19.0, arm_swing=0.8, pace=0.94), ("coat",)),
    "wizard": person(replace(MAN, height_m=1.80), wizard, Style(step=0.86, arm_out=17.0, arm_swing=0.7, kick=0.4), ("gown", "cape")),
    "robot": person(replace(MAN, height_m=1.78), robot, Style(step=0.86, pace=0.95, arm_out=20.0, arm_swing=1.1)),
    "astronaut": person(
        replace(MAN, height_m=1.88, head=1.08, hands=1.05, feet=1.06), astronaut, Style(step=0.84, pace=0.86, arm_out=24.0, arm_swing=0.8)
    ),
}
