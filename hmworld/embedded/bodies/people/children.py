"""The children and teenagers of the cast."""

from __future__ import annotations

from dataclasses import replace

from hmworld.embedded.bodies.people import extras, gowns, hair, hats, limbs, tops
from hmworld.embedded.bodies.people.figure import CHILD_6, CHILD_10, FOREARM_DOWN, TEEN, WRIST
from hmworld.embedded.bodies.people.heads import BROWN, DARK, FAIR, PALE, Face, head
from hmworld.embedded.bodies.people.paint import (
    along,
    below,
    between,
    both,
    front,
    layers,
    shade,
    stripes,
    wedge,
)
from hmworld.embedded.bodies.people.person import Style, person
from hmworld.embedded.bodies.sdf import Part, Vector

DENIM: Vector = (0.050, 0.095, 0.22)
WHITE: Vector = (0.62, 0.61, 0.58)
_SMALL = Face(FAIR, hair.CHESTNUT, jaw=0.94, nose=0.72, eyes=1.2, brow=0.75, cheeks=1.0)
_CHILD = Style(step=1.0, pace=1.06, arm_out=12.0, arm_swing=1.15, kick=0.9)


def girl_yellow_raincoat() -> tuple[Part, ...]:
    """Six years old, hood up, green wellingtons."""
    yellow: Vector = (0.66, 0.42, 0.012)
    paint = layers(
        (shade(yellow, 0.72), both(front(), between("y", 0.0, 0.006), between("z", 0.5, 1.45))),
        (shade(yellow, 0.7), both(front(0.05), between("z", 0.905, 0.92), between("y", 0.07, 0.15))),
        (shade(yellow, 0.5), below(0.575)),
    )
    coat = gowns.gown(yellow, 0.55, (0.215, 0.245), paint, ease=0.022, thickness=1.25, cuff=1.25, fold=(0.007, 6))
    green: Vector = (0.02, 0.17, 0.06)
    return (
        *head(replace(_SMALL, skin=PALE, ears=False)),
        hats.rain_hood(yellow, shade(yellow, 0.45)),
        hair.short(hair.CHESTNUT, 1.0),
        coat,
        extras.buttons((0.03, 0.05, 0.12), coat, ((0.022, 0.78), (0.022, 0.93), (0.022, 1.08), (0.022, 1.23)), 0.014, "coat"),
        limbs.bare_legs((0.10, 0.13, 0.30), None, 1.05),
        limbs.hands(PALE),
        limbs.shoes(green, (0.01, 0.05, 0.02), 1.05, 0.33, 1.12, shade(green, 2.0)),
    )


def boy_striped_shirt() -> tuple[Part, ...]:
    """Ten years old, red and white stripes, denim shorts, blond."""
    red: Vector = (0.50, 0.025, 0.03)
    striped = layers((red, stripes("z", 0.088, 0.5)))
    socks = layers((WHITE, below(0.22)), (red, between("z", 0.185, 0.205)))
    return (
        *head(replace(_SMALL, hair=hair.BLOND, eyes=1.1, nose=0.8, cheeks=0.6, iris=(0.04, 0.12, 0.22))),
        hair.short(hair.BLOND, 1.0),
        *tops.short_sleeved(WHITE, striped, tops.crew_neck(red), hem=0.97, ease=0.012, thickness=1.12, length=0.8),
        limbs.arms(FAIR),
        limbs.bare_legs(FAIR, socks),
        limbs.trousers(DENIM, limbs.Cut(1.08, 1.35, 0.52)),
        limbs.hands(FAIR),
        limbs.shoes((0.03, 0.09, 0.35), WHITE, 1.08, trim=WHITE),
    )


def schoolgirl_backpack() -> tuple[Part, ...]:
    """Ten years old, navy pinafore, white blouse, pigtails, red rucksack."""
    navy: Vector = (0.012, 0.022, 0.075)
    face = replace(_SMALL, skin=BROWN, hair=hair.BLACK, eyes=1.12, nose=0.85, cheeks=0.6, brow=0.8)
    socks = layers((WHITE, below(0.42)), (navy, between("z", 0.385, 0.40)))
    blouse = tops.long_sleeved(WHITE, None, tops.shirt_collar(WHITE), thickness=1.02)
    pinafore = gowns.gown(
        navy,
        0.56,
        (0.20, 0.235),
        layers((WHITE, wedge(1.20, 0.55)), (shade(navy, 2.2), between("z", 1.055, 1.08))),
        ease=0.012,
        sleeved=False,
        fold=(0.013, 12),
        top=1.44,
        budget=820,
    )
    return (
        *head(face),
        *hair.pigtails(hair.BLACK, (0.55, 0.03, 0.05)),
        blouse,
        pinafore,
        *extras.backpack((0.50, 0.02, 0.03), (0.20, 0.012, 0.018), 0.95, 0.012),
        limbs.bare_legs(BROWN, socks),
        limbs.hands(BROWN),
        limbs.shoes((0.012, 0.011, 0.012), slim=0.95),
    )


def boy_green_dungarees() -> tuple[Part, ...]:
    """Six years old, ginger curls, green dungarees over an orange jumper."""
    green: Vector = (0.035, 0.20, 0.055)
    jumper = tops.long_sleeved(
        (0.62, 0.20, 0.02), layers(((0.70, 0.52, 0.25), stripes("z", 0.07, 0.4))), tops.crew_neck((0.62, 0.20, 0.02)), thickness=1.1
    )
    return (
        *head(replace(_SMALL, skin=PALE, hair=hair.GINGER, iris=(0.05, 0.13, 0.10), brow=0.9)),
        hair.curly(hair.GINGER),
        jumper,
        extras.bib(green),
        extras.braces(green, (0.45, 0.38, 0.12)),
        limbs.trousers(green, limbs.Cut(1.1, 1.22, 0.10), layers((shade(green, 1.7), below(0.135)))),
        limbs.hands(PALE),
        limbs.shoes((0.50, 0.03, 0.03), WHITE, 1.08, trim=WHITE),
    )


def teen_boy_hoodie() -> tuple[Part, ...]:
    """Fifteen, mustard hoodie, headphones, ripped jeans."""
    mustard: Vector = (0.46, 0.23, 0.018)
    pocket = both(front(0.05), between("z", 1.02, 1.15), between("y", 0.0, 0.10))
    paint = layers(
        (shade(mustard, 0.72), pocket),
        (shade(mustard, 0.55), between("z", 0.955, 0.985)),
        (WHITE, both(front(0.05), between("y", 0.028, 0.036), between("z", 1.30, 1.42))),
        (shade(mustard, 0.55), along(WRIST, FOREARM_DOWN, -0.045, 0.0)),
    )
    rips = layers(
        ((0.30, 0.36, 0.46), both(front(0.03), between("z", 0.50, 0.53))),
        ((0.30, 0.36, 0.46), both(front(0.03), between("z", 0.62, 0.635))),
    )
    return (
        *head(Face(DARK, hair.BLACK, nose=1.15, eyes=1.03, cheeks=0.2)),
        hair.cropped(hair.BLACK),
        hats.headphones((0.55, 0.55, 0.56), (0.55, 0.02, 0.03)),
        tops.long_sleeved(mustard, paint, *tops.hood_down(mustard), hem=0.95, ease=0.022, thickness=1.22, budget=1400),
        limbs.trousers(DENIM, limbs.SLIM, rips),
        limbs.hands(DARK),
        limbs.shoes(WHITE, (0.45, 0.44, 0.42), 1.12, 0.12, trim=(0.45, 0.02, 0.03)),
    )


def teen_girl_denim_jacket() -> tuple[Part, ...]:
    """Sixteen, blond ponytail, denim jacket over a pink top, short black skirt, white leggings."""
    wash: Vector = (0.10, 0.19, 0.36)
    pink: Vector = (0.62, 0.13, 0.25)
    open_front = both(front(0.02), between("y", 0.0, 0.052))
    seam = shade(wash, 0.55)
    paint = layers(
        (pink, open_front),
        (seam, both(front(0.02), between("y", 0.052, 0.062))),
        (seam, both(front(0.05), between("z", 1.30, 1.31), between("y", 0.065, 0.14))),
        (seam, both(between("y", 0.062, 0.2), between("z", 1.055, 1.065))),
        (seam, along(WRIST, FOREARM_DOWN, -0.05, -0.04)),
    )
    return (
        *head(Face(FAIR, hair.BLOND, jaw=0.9, nose=0.85, eyes=1.12, iris=(0.05, 0.14, 0.24), brow=0.8, lips=(0.45, 0.12, 0.14))),
        *hair.ponytail(hair.BLOND, (0.62, 0.13, 0.25)),
        tops.long_sleeved(wash, paint, tops.shirt_collar(shade(wash, 0.9)), hem=1.03, ease=0.012, bust=0.7, thickness=1.08),
        gowns.skirt((0.016, 0.015, 0.018), 0.68, (0.185, 0.22), None, (0.010, 10)),
        limbs.bare_legs((0.55, 0.54, 0.53), layers((FAIR, below(0.16)))),
        limbs.hands(FAIR),
        limbs.shoes((0.50, 0.03, 0.04), WHITE, 1.0, 0.13, trim=WHITE),
    )


CHILDREN = {
    "girl_yellow_raincoat": person(CHILD_6, girl_yellow_raincoat, _CHILD, ("coat",)),
    "boy_striped_shirt": person(CHILD_10, boy_striped_shirt, _CHILD),
    "schoolgirl_backpack": person(
        replace(CHILD_10, height_m=1.36, shoulders=0.8), schoolgirl_backpack, replace(_CHILD, arm_swing=0.9), ("coat",)
    ),
    "boy_green_dungarees": person(replace(CHILD_6, height_m=1.10), boy_green_dungarees, _CHILD),
    "teen_boy_hoodie": person(replace(TEEN, height_m=1.71), teen_boy_hoodie, Style(arm_out=10.0, arm_swing=0.8, pace=0.96)),
    "teen_girl_denim_jacket": person(
        replace(TEEN, height_m=1.62, shoulders=0.84, waist=(0.82, 0.8), hips=(0.92, 0.96), feet=0.92, hands=0.88),
        teen_girl_denim_jacket,
        Style(arm_out=13.0, narrow=0.7),
        ("coat", "tail"),
    ),
}
