"""The men of the cast."""

from __future__ import annotations

from dataclasses import replace

from hmworld.embedded.bodies.people import extras, hair, hats, limbs, tops
from hmworld.embedded.bodies.people.figure import ARM_DOWN, FOREARM_DOWN, MAN, SHOULDER, WRIST, muscular, stout
from hmworld.embedded.bodies.people.heads import BROWN, DARK, FAIR, OLIVE, PALE, Face, head
from hmworld.embedded.bodies.people.paint import (
    along,
    back,
    below,
    between,
    both,
    front,
    layers,
    part_of,
    shade,
    stripes,
    wedge,
)
from hmworld.embedded.bodies.people.person import Style, person
from hmworld.embedded.bodies.sdf import Loft, Part, Vector

WHITE: Vector = (0.62, 0.61, 0.58)
BLACK: Vector = (0.014, 0.013, 0.015)
LEATHER: Vector = (0.035, 0.020, 0.013)
DENIM: Vector = (0.035, 0.065, 0.15)
_FACE = Face(FAIR, hair.DARK_BROWN)
_MAN = Style()


def man_blue_shirt() -> tuple[Part, ...]:
    """Blue shirt with rolled collar, grey trousers."""
    blue: Vector = (0.060, 0.165, 0.46)
    light = shade(blue, 1.6)
    paint = layers(
        (FAIR, wedge(1.375, 0.42)),
        (shade(blue, 0.72), both(front(), between("y", 0.0, 0.014), below(1.38))),
        (light, both(front(), between("y", 0.014, 0.018), below(1.38))),
        (shade(blue, 0.6), both(front(), between("z", 1.322, 1.334), between("y", 0.05, 0.12))),
        (shade(blue, 0.7), along(WRIST, FOREARM_DOWN, -0.07, 0.02)),
    )
    shirt = tops.long_sleeved(blue, paint, tops.shirt_collar(shade(blue, 1.15)), hem=0.97)
    return (
        *head(_FACE),
        hair.short(hair.DARK_BROWN),
        shirt,
        extras.buttons(WHITE, shirt, ((0.0, 1.05), (0.0, 1.14), (0.0, 1.23), (0.0, 1.31)), 0.008),
        limbs.trousers((0.105, 0.108, 0.115), belt=(0.02, 0.013, 0.010)),
        limbs.hands(FAIR),
        limbs.shoes(LEATHER),
    )


def man_suit() -> tuple[Part, ...]:
    """Charcoal suit, white shirt, red tie, briefcase-grey temples."""
    cloth: Vector = (0.030, 0.034, 0.048)
    paint = layers(
        (WHITE, wedge(1.16, 0.24)),
        (shade(cloth, 0.35), both(front(), between("y", 0.0, 0.004), below(1.16))),
        (shade(cloth, 0.4), both(front(0.02), between("z", 1.03, 1.042), between("y", 0.07, 0.14))),
        (WHITE, both(front(0.03), between("z", 1.31, 1.322), between("y", 0.085, 0.13))),
        (WHITE, along(WRIST, FOREARM_DOWN, -0.018, 0.01)),
    )
    jacket = tops.long_sleeved(
        cloth, paint, tops.lapels(shade(cloth, 1.3), 1.17), hem=0.88, ease=0.014, thickness=1.08, flare=0.008, budget=1250
    )
    return (
        *head(replace(_FACE, skin=OLIVE, hair=hair.BLACK, brow=1.3, jaw=1.05)),
        hair.short(hair.BLACK),
        jacket,
        *extras.tie((0.50, 0.015, 0.025), WHITE, jacket),
        extras.buttons(BLACK, jacket, ((0.0, 1.12), (0.0, 1.03)), 0.011),
        limbs.trousers(cloth),
        limbs.hands(OLIVE),
        limbs.shoes(BLACK, slim=0.96),
    )


def man_high_vis() -> tuple[Part, ...]:
    """Builder: orange high-visibility vest, yellow helmet, beard, boots."""
    orange: Vector = (0.75, 0.17, 0.008)
    silver: Vector = (0.55, 0.56, 0.57)
    bands = layers(
        (silver, between("z", 1.06, 1.10)),
        (silver, between("z", 1.18, 1.22)),
        (silver, both(between("y", 0.085, 0.120), between("z", 1.22, 1.5))),
        (BLACK, both(front(), between("y", 0.0, 0.005))),
    )
    navy: Vector = (0.022, 0.030, 0.065)
    return (
        *head(replace(_FACE, hair=hair.CHESTNUT, brow=1.3, nose=1.15)),
        hair.short(hair.CHESTNUT, planes=hair.UNDER_HAT),
        hair.beard(hair.CHESTNUT, 0.08),
        hats.hard_hat((0.72, 0.45, 0.01)),
        replace(
            tops.long_sleeved((0.09, 0.10, 0.12), None, tops.crew_neck((0.09, 0.10, 0.12)), thickness=1.05, budget=900), buried_m=0.008
        ),
        tops.sleeveless(orange, bands, hem=0.94, ease=0.020),
        limbs.trousers(navy, limbs.Cut(1.08, 1.12), layers((silver, between("z", 0.34, 0.375)))),
        limbs.hands((0.40, 0.25, 0.04), 1.08),
        limbs.shoes((0.16, 0.085, 0.03), (0.02, 0.018, 0.016), 1.08, 0.15, 0.95),
    )


def chef() -> tuple[Part, ...]:
    """Stout cook: white double-breasted jacket, tall hat, red neckerchief, moustache."""
    white: Vector = (0.66, 0.65, 0.63)
    jacket = layers(
        (shade(white, 0.65), both(front(), between("y", 0.062, 0.067), between("z", 0.9, 1.42))),
        (shade(white, 0.6), along(WRIST, FOREARM_DOWN, -0.075, -0.068)),
    )
    knot = Loft(((0.085, 0, 1.43, 0.020, 0.026), (0.110, 0.022, 1.37, 0.012, 0.022)), ((0.0, "chest"),), (0.50, 0.02, 0.025), 0.01)
    ring = tops.crew_neck((0.50, 0.02, 0.025), 0.020)
    top = tops.long_sleeved(white, jacket, hem=0.90, ease=0.016, thickness=1.1, flare=0.014)
    return (
        *head(replace(_FACE, skin=FAIR, hair=hair.BLACK, jaw=1.16, nose=1.2, cheeks=0.7, brow=1.2)),
        hair.short(hair.BLACK, planes=hair.UNDER_HAT),
        hair.moustache(hair.BLACK),
        hats.toque(white),
        top,
        Part("kerchief", (ring, knot), 0.0085, 150),
        extras.buttons(BLACK, top, ((0.042, 1.05), (0.042, 1.13), (0.042, 1.21), (0.042, 1.29), (0.042, 1.365)), 0.013),
        limbs.trousers((0.05, 0.052, 0.06), limbs.WIDE),
        limbs.hands(FAIR),
        limbs.shoes(BLACK, slim=1.05),
    )


def footballer() -> tuple[Part, ...]:
    """Yellow and green football kit with a number, dark skin."""
    yellow: Vector = (0.72, 0.50, 0.015)
    green: Vector = (0.012, 0.16, 0.05)
    number = both(back(), between("z", 1.13, 1.33), between("y", 0.012, 0.034))
    number_foot = both(back(), between("z", 1.13, 1.15), between("y", 0.0, 0.05))
    kit = layers((green, both(between("y", 0.14, 0.19), between("z", 0.9, 1.38))), (green, number), (green, number_foot))
    socks = layers((yellow, below(0.43)), (green, between("z", 0.385, 0.41)))
    return (
        *head(Face(DARK, hair.BLACK, nose=1.2, jaw=1.02)),
        hair.cropped(hair.BLACK),
        *tops.short_sleeved(yellow, kit, tops.crew_neck(green), hem=0.94, ease=0.012, thickness=1.14, length=0.66),
        limbs.arms(DARK),
        limbs.bare_legs(DARK, socks, 1.06),
        limbs.trousers(
            (0.02, 0.07, 0.36),
            limbs.Cut(1.12, 1.5, 0.60),
            layers((WHITE, both(between("x", -0.03, 0.015), between("y", 0.11, 0.3), below(0.93)))),
        ),
        limbs.hands(DARK),
        limbs.shoes((0.60, 0.60, 0.60), BLACK, 1.0, 0.10, trim=BLACK),
    )


def farmer() -> tuple[Part, ...]:
    """Stout farmer: straw hat, checked red shirt, denim dungarees, grey beard."""
    red: Vector = (0.46, 0.035, 0.03)
    plaid = layers(
        ((0.10, 0.012, 0.014), part_of(stripes("z", 0.075, 0.45), 0.75)), ((0.10, 0.012, 0.014), part_of(stripes("y", 0.07, 0.4), 0.7))
    )
    denim: Vector = (0.045, 0.085, 0.19)
    return (
        *head(replace(_FACE, hair=hair.GREY, jaw=1.12, nose=1.25, lines=0.7, cheeks=0.4)),
        hair.short(hair.GREY, planes=hair.UNDER_HAT),
        hair.beard(hair.GREY, 0.22),
        hats.straw_hat((0.50, 0.36, 0.14), (0.10, 0.05, 0.02), 0.205),
        tops.long_sleeved(red, plaid, tops.shirt_collar(red), thickness=1.08),
        extras.bib(denim, 0.018, 1.33),
        extras.braces(denim, (0.45, 0.38, 0.15), 0.002),
        limbs.trousers(denim, limbs.Cut(1.06, 1.1, 0.09)),
        limbs.hands(FAIR),
        limbs.shoes((0.05, 0.06, 0.03), BLACK, 1.08, 0.15, 0.95),
    )


def man_afro_bomber() -> tuple[Part, ...]:
    """Afro, sunglasses, olive bomber jacket with orange lining, cream flares."""
    olive: Vector = (0.070, 0.085, 0.030)
    cream: Vector = (0.50, 0.43, 0.30)
    paint = layers(
        ((0.62, 0.60, 0.56), both(front(0.02), between("y", 0.0, 0.034), between("z", 0.98, 1.47))),
        ((0.70, 0.18, 0.01), both(front(0.02), between("y", 0.034, 0.052), between("z", 0.98, 1.47))),
        (shade(olive, 0.45), between("z", 0.97, 1.01)),
        (shade(olive, 0.45), along(WRIST, FOREARM_DOWN, -0.05, 0.02)),
    )
    return (
        *head(Face(BROWN, hair.BLACK, nose=1.15, brow=1.1)),
        hair.afro((0.016, 0.011, 0.009)),
        *hats.glasses((0.02, 0.014, 0.01), (0.012, 0.010, 0.012)),
        tops.long_sleeved(olive, paint, tops.crew_neck(shade(olive, 0.45), 0.018), hem=0.965, ease=0.022, thickness=1.22),
        limbs.trousers(cream, limbs.Cut(0.98, 1.28)),
        limbs.hands(BROWN),
        limbs.shoes((0.28, 0.10, 0.03), (0.03, 0.02, 0.015), 1.0),
    )


def hiker() -> tuple[Part, ...]:
    """Red beanie, big teal rucksack, khaki shorts, boots, blond beard."""
    khaki: Vector = (0.22, 0.17, 0.085)
    shirt: Vector = (0.07, 0.20, 0.16)
    socks = layers(((0.36, 0.35, 0.32), below(0.30)), ((0.46, 0.05, 0.03), between("z", 0.262, 0.282)))
    return (
        *head(replace(_FACE, skin=PALE, hair=hair.BLOND, iris=(0.05, 0.14, 0.24))),
        hair.short(hair.BLOND, planes=hair.UNDER_HAT),
        hair.beard(hair.BLOND, 0.05),
        hats.beanie((0.50, 0.025, 0.03), (0.60, 0.58, 0.52)),
        tops.long_sleeved(
            shirt,
            layers(
                (shade(shirt, 0.45), part_of(stripes("z", 0.06, 0.35), 0.7)), (shade(shirt, 0.45), part_of(stripes("y", 0.06, 0.35), 0.7))
            ),
            tops.shirt_collar(shirt),
            hem=0.97,
        ),
        *extras.backpack((0.62, 0.22, 0.01), (0.06, 0.065, 0.07), 1.28),
        limbs.bare_legs(PALE, socks, 1.04),
        limbs.trousers(khaki, limbs.Cut(1.06, 1.4, 0.53), belt=LEATHER),
        limbs.hands(PALE),
        limbs.shoes((0.16, 0.075, 0.025), (0.02, 0.018, 0.016), 1.08, 0.19, 1.0, (0.36, 0.05, 0.03)),
    )


def man_tank_top() -> tuple[Part, ...]:
    """Muscular and bald: black tank top, grey tracksuit trousers."""
    skin = OLIVE
    chest = Part(
        "chest",
        (*tops.torso(skin, 1.15, -0.004), *tops.sleeves(skin, 0.92, 0.5)),
        0.0105,
        380,
        ((0.0, 0.0, -1.0, -1.17), tops.arm_end(0.4)),
    )
    straps = Loft(
        ((-0.095, 0.070, 1.37, 0.018, 0.026), (-0.03, 0.086, 1.468, 0.016, 0.026), (0.074, 0.074, 1.38, 0.018, 0.026)),
        ((0.0, "chest"),),
        BLACK,
        0.012,
    )
    top = tops.sleeveless(BLACK, None, straps, hem=0.97, ease=0.004)
    pecs = Loft(((0.080, 0.070, 1.325, 0.050, 0.075),), ((0.0, "chest"),), BLACK, 0.04, stretch=0.9)
    trunk = Part("vest", (*tops.torso(BLACK, 0.96, 0.006, top=1.39, flare=0.012), pecs, straps), 0.0105, 520, top.planes)
    stripe = layers((WHITE, both(between("x", -0.025, 0.0), between("y", 0.10, 0.3))))
    return (
        *head(Face(skin, hair.BLACK, jaw=1.14, brow=1.3, nose=1.1, bald=True)),
        hair.beard(hair.BLACK, 0.05),
        chest,
        trunk,
        limbs.arms(skin, layers(((0.03, 0.05, 0.07), part_of(both(along(SHOULDER, ARM_DOWN, 0.10, 0.16), stripes("z", 0.025, 0.5)), 0.8)))),
        limbs.trousers((0.20, 0.205, 0.215), limbs.Cut(1.08, 1.08, 0.075), stripe),
        limbs.hands(skin),
        limbs.shoes((0.50, 0.03, 0.03), WHITE, 1.08, trim=WHITE),
    )


MEN = {
    "man_blue_shirt": person(MAN, man_blue_shirt, _MAN),
    "man_suit": person(replace(MAN, height_m=1.83, waist=(0.97, 0.96)), man_suit, _MAN),
    "man_high_vis": person(replace(MAN, height_m=1.77, chest=(1.06, 1.05), waist=(1.12, 1.08)), man_high_vis, replace(_MAN, arm_out=11.0)),
    "chef": person(stout(replace(MAN, height_m=1.72), 1.0), chef, replace(_MAN, step=0.9, arm_out=19.0)),
    "footballer": person(
        replace(MAN, height_m=1.80, legs=(1.02, 1.02), waist=(0.94, 0.94)), footballer, replace(_MAN, step=1.04, arm_out=11.0)
    ),
    "farmer": person(stout(replace(MAN, height_m=1.75), 0.75), farmer, replace(_MAN, step=0.9, arm_out=18.0)),
    "man_afro_bomber": person(
        replace(MAN, height_m=1.82, hips=(0.95, 0.95), legs=(0.93, 1.03)), man_afro_bomber, replace(_MAN, arm_out=12.0)
    ),
    "hiker": person(replace(MAN, height_m=1.86), hiker, replace(_MAN, step=1.0, arm_out=12.0)),
    "man_tank_top": person(muscular(replace(MAN, height_m=1.84)), man_tank_top, replace(_MAN, arm_out=17.0)),
}
