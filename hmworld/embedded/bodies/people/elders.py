"""The old people of the cast: bent backs, a slow walk and a brisk one."""

from __future__ import annotations

from dataclasses import replace

from hmworld.embedded.bodies.people import extras, gowns, hair, hats, limbs, tops
from hmworld.embedded.bodies.people.figure import FOREARM_DOWN, MAN, WOMAN, WRIST
from hmworld.embedded.bodies.people.heads import DARK, FAIR, PALE, Face, head
from hmworld.embedded.bodies.people.paint import along, below, between, both, front, layers, shade, stripes, wedge
from hmworld.embedded.bodies.people.person import Style, person
from hmworld.embedded.bodies.sdf import Part, Vector

BLACK: Vector = (0.014, 0.013, 0.015)
LEATHER: Vector = (0.035, 0.020, 0.013)
_FACE = Face(FAIR, hair.WHITE, lines=1.0, nose=1.3)


def old_man_cardigan() -> tuple[Part, ...]:
    """Bald with a white fringe, glasses, brown cardigan over a shirt and bow tie."""
    brown: Vector = (0.17, 0.075, 0.028)
    cream: Vector = (0.52, 0.47, 0.36)
    paint = layers(
        (cream, wedge(1.15, 0.22)),
        (shade(brown, 0.5), both(front(), between("y", 0.0, 0.006), below(1.15))),
        (shade(brown, 0.6), between("z", 0.93, 0.965)),
        (shade(brown, 0.55), both(front(0.03), between("z", 1.06, 1.07), between("y", 0.07, 0.13))),
        (shade(brown, 0.6), along(WRIST, FOREARM_DOWN, -0.05, 0.02)),
    )
    cardigan = tops.long_sleeved(brown, paint, tops.shirt_collar(cream), hem=0.93, ease=0.014, thickness=1.1)
    return (
        *head(replace(_FACE, skin=PALE, bald=True)),
        hair.fringe_of_hair(hair.WHITE),
        hair.moustache(hair.WHITE),
        *hats.glasses((0.05, 0.03, 0.02)),
        cardigan,
        extras.bow_tie((0.30, 0.02, 0.03), cardigan),
        extras.buttons(BLACK, cardigan, ((0.0, 1.10), (0.0, 1.02)), 0.010),
        limbs.trousers((0.10, 0.095, 0.085), limbs.WIDE),
        limbs.hands(PALE),
        limbs.shoes(LEATHER),
    )


def old_man_flat_cap() -> tuple[Part, ...]:
    """Dark skin, white beard, tweed cap, green scarf, grey overcoat."""
    grey: Vector = (0.115, 0.120, 0.13)
    paint = layers(
        (shade(grey, 0.5), both(front(), between("y", 0.0, 0.005))),
        (shade(grey, 0.6), both(front(0.04), between("z", 0.925, 0.937), between("y", 0.07, 0.15))),
    )
    coat = gowns.gown(grey, 0.56, (0.165, 0.205), paint, tops.lapels(shade(grey, 0.8), 1.24), ease=0.016, thickness=1.16, fold=(0.005, 6))
    return (
        *head(Face(DARK, hair.WHITE, lines=0.8, nose=1.25)),
        hair.fringe_of_hair(hair.WHITE, hair.UNDER_HAT),
        hair.beard(hair.WHITE, 0.3),
        hats.flat_cap((0.17, 0.14, 0.085)),
        coat,
        Part("scarf", tops.neck_scarf((0.03, 0.20, 0.07)), 0.0095, 240, (), layers(((0.45, 0.40, 0.25), stripes("z", 0.06, 0.35)))),
        extras.buttons(BLACK, coat, ((0.036, 0.85), (0.036, 1.00), (0.036, 1.13)), 0.013, "coat"),
        limbs.trousers((0.055, 0.045, 0.04)),
        limbs.hands(DARK),
        limbs.shoes(BLACK),
    )


def old_woman_shawl() -> tuple[Part, ...]:
    """White bun, lilac shawl over a long plum dress."""
    plum: Vector = (0.085, 0.016, 0.055)
    lilac: Vector = (0.36, 0.27, 0.46)
    return (
        *head(replace(_FACE, jaw=0.86, eyes=1.06, nose=1.0, brow=0.6)),
        hair.bun(hair.WHITE, 0.25),
        *hats.glasses((0.36, 0.28, 0.10)),
        gowns.gown(plum, 0.24, (0.235, 0.265), layers((shade(plum, 2.4), between("z", 0.27, 0.29))), ease=0.008, bust=0.7, fold=(0.012, 9)),
        extras.shawl(lilac, shade(lilac, 0.55)),
        limbs.bare_legs((0.10, 0.08, 0.08), None, 0.95),
        limbs.hands(FAIR),
        limbs.shoes((0.03, 0.02, 0.02), slim=0.95),
    )


ELDERS = {
    "old_man_cardigan": person(
        replace(MAN, height_m=1.68, shoulders=0.95, waist=(1.12, 1.05), arms=(0.92, 1.0)),
        old_man_cardigan,
        Style(step=0.76, pace=0.98, arm_out=10.0, arm_swing=0.6, stoop=20.0, crouch_m=0.02, fast="brisk"),
    ),
    "old_man_flat_cap": person(
        replace(MAN, height_m=1.71),
        old_man_flat_cap,
        Style(step=0.80, pace=1.0, arm_out=12.0, arm_swing=0.6, stoop=12.0, crouch_m=0.015, fast="brisk"),
        ("coat",),
    ),
    "old_woman_shawl": person(
        replace(WOMAN, height_m=1.54, waist=(1.0, 1.0), hips=(1.05, 1.06)),
        old_woman_shawl,
        Style(step=0.72, pace=1.0, arm_out=15.0, arm_swing=0.6, stoop=17.0, crouch_m=0.02, fast="brisk"),
        ("gown",),
    ),
}
