"""The women of the cast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people import extras, gowns, hair, hats, limbs, tops
from hmworld.embedded.bodies.people.figure import FOREARM_DOWN, WOMAN, WRIST, stout
from hmworld.embedded.bodies.people.heads import BROWN, DARK, FAIR, OLIVE, PALE, Face, head
from hmworld.embedded.bodies.people.paint import along, below, between, both, front, layers, part_of, shade, stripes, wedge
from hmworld.embedded.bodies.people.person import Style, person
from hmworld.embedded.bodies.sdf import Loft, Part, Vector

Array = NDArray[np.float64]
WHITE: Vector = (0.62, 0.61, 0.58)
BLACK: Vector = (0.014, 0.013, 0.015)
_FACE = Face(FAIR, hair.DARK_BROWN, jaw=0.88, nose=0.86, eyes=1.1, brow=0.75)
_WOMAN = Style(step=0.96, arm_out=13.0, narrow=0.7)


def woman_red_coat() -> tuple[Part, ...]:
    """Long dark hair, red coat to the knees, black boots."""
    red: Vector = (0.46, 0.022, 0.028)
    dark = shade(red, 0.5)
    paint = layers(
        (dark, part_of(both(front(), between("y", 0.0, 0.007), between("z", 0.4, 1.29)), 0.8)),
        (BLACK, wedge(1.29, 0.36)),
        (dark, part_of(along(WRIST, FOREARM_DOWN, -0.075, 0.02), 0.7)),
        (shade(red, 0.3), below(0.515)),
    )
    coat = gowns.gown(red, 0.50, (0.178, 0.212), paint, tops.lapels(shade(red, 0.8), 1.27), ease=0.010, bust=0.8)
    return (
        *head(replace(_FACE, hair=hair.BLACK, lips=(0.45, 0.04, 0.05), ears=False)),
        hair.long(hair.DARK_BROWN),
        coat,
        extras.belt(BLACK, 1.09, 0.018, 0.045, (0.45, 0.36, 0.14)),
        extras.buttons(BLACK, coat, ((0.042, 0.78), (0.042, 0.90), (0.042, 1.00), (0.042, 1.17), (0.042, 1.26)), 0.012, "coat"),
        limbs.trousers((0.022, 0.022, 0.028), limbs.TIGHT),
        limbs.hands(FAIR),
        limbs.shoes(BLACK, (0.03, 0.022, 0.018), 0.92, 0.30, 1.02),
    )


def woman_summer_dress() -> tuple[Part, ...]:
    """Turquoise dress with white dots, wide straw hat, long blond hair."""
    sea: Vector = (0.02, 0.36, 0.36)

    def dots(points: gowns.Array) -> gowns.Array:
        x, y, z = points.T
        around = np.arctan2(y, x)
        grid = np.cos(10 * around) * np.cos(2 * np.pi * z / 0.125)
        spots: Array = np.clip((grid - 0.62) / 0.15, 0.0, 1.0) * (np.abs(z - 1.09) > 0.05)
        return spots

    paint = layers((WHITE, dots), (WHITE, below(0.585)))
    straps = Loft(
        ((-0.085, 0.075, 1.40, 0.012, 0.016), (-0.02, 0.085, 1.462, 0.012, 0.016), (0.075, 0.075, 1.37, 0.012, 0.016)),
        ((0.0, "chest"),),
        sea,
        0.01,
    )
    chest = Part(
        "chest",
        (*tops.torso(FAIR, 1.25, -0.004, 0.75), *tops.sleeves(FAIR, 0.88, 0.5)),
        0.0105,
        330,
        ((0.0, 0.0, -1.0, -1.27), tops.arm_end(0.4)),
    )
    return (
        *head(replace(_FACE, hair=hair.BLOND, iris=(0.05, 0.15, 0.26), lips=(0.50, 0.13, 0.14), ears=False)),
        hair.long(hair.BLOND, 0.95, hair.UNDER_HAT),
        hats.straw_hat((0.55, 0.40, 0.17), (0.55, 0.06, 0.10), 0.200),
        gowns.gown(sea, 0.56, (0.25, 0.285), paint, straps, ease=0.008, bust=0.85, sleeved=False, fold=(0.014, 10), top=1.345, budget=1250),
        chest,
        extras.belt((0.55, 0.06, 0.10), 1.09, 0.016, 0.034),
        limbs.arms(FAIR),
        limbs.bare_legs(FAIR),
        limbs.hands(FAIR),
        limbs.pumps((0.42, 0.24, 0.10), FAIR),
    )


def woman_headscarf() -> tuple[Part, ...]:
    """Teal headscarf and a long sand-coloured coat dress."""
    sand: Vector = (0.34, 0.235, 0.135)
    teal: Vector = (0.012, 0.17, 0.19)
    paint = layers(
        (shade(sand, 0.6), both(front(), between("y", 0.0, 0.005))),
        (shade(sand, 0.55), along(WRIST, FOREARM_DOWN, -0.05, -0.02)),
        (shade(sand, 0.6), below(0.19)),
    )
    return (
        *head(replace(_FACE, skin=OLIVE, hair=hair.BLACK, eyes=1.14, brow=1.0, ears=False)),
        hats.headscarf(teal, (0.50, 0.38, 0.10)),
        gowns.gown(sand, 0.15, (0.235, 0.265), paint, ease=0.014, bust=0.6, thickness=1.15, cuff=1.2, fold=(0.012, 9)),
        limbs.trousers(shade(sand, 0.4), limbs.SLIM),
        limbs.hands(OLIVE),
        limbs.shoes((0.10, 0.05, 0.03), slim=0.92),
    )


def woman_kimono() -> tuple[Part, ...]:
    """A purple kimono with a golden sash, black hair in a high bun."""
    purple: Vector = (0.17, 0.022, 0.24)
    blossom: Vector = (0.62, 0.26, 0.38)

    def flowers(points: gowns.Array) -> gowns.Array:
        x, y, z = points.T
        around = np.arctan2(y, x)
        grid = np.sin(5 * around + 9 * z) * np.sin(2 * np.pi * z / 0.19 + 2 * around)
        spots: Array = np.clip((grid - 0.72) / 0.1, 0.0, 1.0) * (z < 0.62)
        return spots

    paint = layers((blossom, flowers), (WHITE, wedge(1.25, 0.24)), (PALE, wedge(1.37, 0.32)), (shade(purple, 2.2), below(0.12)))
    wing = Loft(
        ((-0.02, 0.36, 1.14, 0.050, 0.030), (-0.03, 0.43, 1.02, 0.105, 0.034), (-0.03, 0.445, 0.90, 0.115, 0.030)),
        ((0.0, "forearm_l"),),
        purple,
        0.03,
    )
    sash: Vector = (0.50, 0.33, 0.05)
    knot = Part(
        "knot",
        (
            Loft(((-0.135, 0, 1.17, 0.045, 0.10),), ((0.0, "chest"),), sash, 0.01, stretch=1.6),
            Loft(((-0.15, 0, 1.17, 0.05, 0.035),), ((0.0, "chest"),), shade(sash, 0.7)),
        ),
        0.0100,
        150,
    )
    return (
        *head(replace(_FACE, skin=PALE, hair=hair.BLACK, lips=(0.50, 0.02, 0.03), eyes=1.05)),
        hair.bun(hair.BLACK, 1.0),
        Part("comb", (Loft(((-0.02, 0.060, 1.795, 0.020, 0.020),), ((0.0, "head"),), (0.60, 0.10, 0.18)),), 0.007, 40),
        gowns.gown(
            purple, 0.10, (0.150, 0.175), paint, tops.lapels(WHITE, 1.28), ease=0.012, bust=0.4, thickness=1.2, cuff=1.3, fold=(0.003, 5)
        ),
        Part("wings", (wing,), 0.0100, 260, (), layers((blossom, below(0.87)))),
        extras.belt(sash, 1.13, 0.026, 0.15),
        extras.belt((0.45, 0.03, 0.06), 1.13, 0.031, 0.028),
        knot,
        limbs.bare_legs(WHITE),
        limbs.hands(PALE),
        limbs.shoes(WHITE, (0.20, 0.09, 0.04), 0.92),
    )


def woman_jogger() -> tuple[Part, ...]:
    """Orange tank top, purple leggings, ponytail and headband."""
    orange: Vector = (0.68, 0.16, 0.012)
    tights: Vector = (0.11, 0.025, 0.20)
    straps = Loft(
        ((-0.080, 0.066, 1.38, 0.016, 0.024), (-0.02, 0.078, 1.462, 0.016, 0.024), (0.066, 0.066, 1.38, 0.016, 0.024)),
        ((0.0, "chest"),),
        orange,
        0.012,
    )
    chest = Part(
        "chest",
        (*tops.torso(BROWN, 1.25, -0.006, 0.72), *tops.sleeves(BROWN, 0.88, 0.5)),
        0.0105,
        330,
        ((0.0, 0.0, -1.0, -1.27), tops.arm_end(0.4)),
    )
    paint = layers((shade(orange, 0.5), both(between("x", -0.03, 0.03), between("z", 0.9, 1.30))))
    legs = limbs.bare_legs(
        tights,
        layers(
            ((0.62, 0.16, 0.02), both(between("x", -0.022, 0.018), between("y", 0.10, 0.3))), (BROWN, below(0.20)), (WHITE, below(0.15))
        ),
        1.03,
    )
    top = tops.sleeveless(orange, paint, straps, hem=0.97, ease=0.007, bust=0.85)
    return (
        *head(replace(_FACE, skin=BROWN, hair=hair.BLACK, nose=0.95)),
        *hair.ponytail(hair.BLACK, orange),
        hats.headband((0.60, 0.60, 0.60)),
        Part("vest", top.lofts, top.step_m, 620, (*top.planes, (0.0, 0.0, 1.0, 1.462)), paint),
        chest,
        limbs.arms(BROWN, layers((WHITE, along(WRIST, FOREARM_DOWN, -0.06, -0.01)))),
        legs,
        limbs.hands(BROWN),
        limbs.shoes((0.10, 0.55, 0.10), WHITE, 1.0, trim=WHITE),
    )


def woman_doctor() -> tuple[Part, ...]:
    """White coat over teal scrubs, stethoscope, grey bob."""
    teal: Vector = (0.015, 0.22, 0.24)
    white: Vector = (0.66, 0.66, 0.65)
    paint = layers(
        (teal, both(front(0.02), between("y", 0.0, 0.042))),
        (DARK, wedge(1.37, 0.42)),
        (shade(white, 0.6), both(front(0.02), between("y", 0.042, 0.049))),
        (shade(white, 0.62), both(front(0.04), between("z", 0.925, 0.935), between("y", 0.07, 0.15))),
        (shade(white, 0.62), both(front(0.04), between("z", 1.30, 1.308), between("y", 0.07, 0.13))),
    )
    tube = Loft(
        (
            (-0.075, 0.0, 1.505, 0.010, 0.010),
            (-0.045, 0.066, 1.498, 0.010, 0.010),
            (0.03, 0.072, 1.465, 0.010, 0.010),
            (0.115, 0.052, 1.36, 0.010, 0.010),
            (0.150, 0.018, 1.24, 0.010, 0.010),
            (0.146, 0.0, 1.21, 0.010, 0.010),
        ),
        ((0.0, "neck"), (1.5, "chest")),
        (0.02, 0.02, 0.024),
    )
    disc = Loft(((0.148, 0.0, 1.185, 0.010, 0.024),), ((0.0, "chest"),), (0.40, 0.41, 0.43), stretch=2.4)
    return (
        *head(replace(_FACE, skin=DARK, hair=hair.GREY, nose=1.1, lines=0.5)),
        hair.curly(hair.GREY, 0.2),
        *hats.glasses((0.30, 0.02, 0.03)),
        gowns.gown(white, 0.62, (0.150, 0.188), paint, tops.lapels(white, 1.22), ease=0.012, bust=0.75, thickness=1.08),
        Part("stethoscope", (tube, disc), 0.0062, 200, bind=tops.on_trunk, whole=True),
        limbs.trousers(teal, limbs.STRAIGHT),
        limbs.hands(DARK),
        limbs.shoes(WHITE, (0.4, 0.4, 0.4), 0.95),
    )


def woman_shopkeeper() -> tuple[Part, ...]:
    """Stout, long red curls, pink shirt, green apron."""
    pink: Vector = (0.58, 0.24, 0.27)
    green: Vector = (0.02, 0.14, 0.05)
    return (
        *head(replace(_FACE, skin=PALE, hair=hair.GINGER, jaw=1.05, cheeks=0.6, lips=(0.48, 0.10, 0.10), ears=False)),
        hair.curly(hair.GINGER, 0.9),
        tops.long_sleeved(
            pink, layers((WHITE, part_of(stripes("z", 0.05, 0.35), 0.6))), tops.shirt_collar(pink), bust=1.0, hem=0.96, thickness=1.05
        ),
        extras.apron(green, 0.55, bust=1.1, paint=layers((shade(green, 2.0), both(between("z", 0.93, 0.945), between("y", 0.0, 0.09))))),
        gowns.skirt((0.05, 0.05, 0.09), 0.50, (0.165, 0.195), None, (0.004, 9)),
        limbs.bare_legs(shade(PALE, 0.4)),
        limbs.hands(PALE),
        limbs.shoes((0.05, 0.025, 0.015), slim=1.0),
    )


WOMEN = {
    "woman_red_coat": person(WOMAN, woman_red_coat, _WOMAN, ("coat",)),
    "woman_summer_dress": person(replace(WOMAN, height_m=1.72, waist=(0.82, 0.78)), woman_summer_dress, _WOMAN, ("coat",)),
    "woman_headscarf": person(replace(WOMAN, height_m=1.63), woman_headscarf, replace(_WOMAN, step=0.84, pace=1.06, kick=0.45), ("gown",)),
    "woman_kimono": person(
        replace(WOMAN, height_m=1.58), woman_kimono, replace(_WOMAN, step=0.66, pace=1.16, kick=0.3, arm_swing=0.5), ("gown",)
    ),
    "woman_jogger": person(replace(WOMAN, height_m=1.68, waist=(0.84, 0.8)), woman_jogger, replace(_WOMAN, step=1.02), ("tail",)),
    "woman_doctor": person(replace(WOMAN, height_m=1.66, waist=(0.94, 0.92), hips=(1.04, 1.05)), woman_doctor, _WOMAN, ("coat",)),
    "woman_shopkeeper": person(
        stout(replace(WOMAN, height_m=1.60), 0.95), woman_shopkeeper, replace(_WOMAN, step=0.88, arm_out=21.0, narrow=0.0), ("coat",)
    ),
}
