"""Bodies that are no plain clothes: a knight's armour, a robot and a space suit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people import extras, gowns, limbs, tops
from hmworld.embedded.bodies.people.figure import ARM_DOWN, ELBOW, FOREARM_DOWN, HIP_Y, SHOULDER, WRIST
from hmworld.embedded.bodies.people.heads import AT_HEAD
from hmworld.embedded.bodies.people.paint import Mask, above, along, below, between, both, dot, front, layers, part_of, shade, stripes
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step

Array = NDArray[np.float64]
Station = tuple[float, float, float, float, float]
STEEL: Vector = (0.34, 0.355, 0.38)
DARK: Vector = (0.025, 0.026, 0.03)


def _ball(point: Array, radius: float, joint: str, colour: Vector, blend: float = 0.004) -> Loft:
    x, y, z = (float(v) for v in point)
    return Loft(((x, y, z, radius, radius),), ((0.0, joint),), colour, blend)


def _tube(start: Array, end: Array, r0: float, r1: float, joint: str, colour: Vector, blend: float = 0.004) -> Loft:
    rows = [(float(p[0]), float(p[1]), float(p[2]), r, r) for p, r in ((start, r0), (end, r1))]
    return Loft(tuple(rows), ((0.0, joint),), colour, blend)


def knight(cloth: Vector, plume: Vector) -> tuple[Part, ...]:
    """Plate armour with a closed helmet, a plume and a surcoat."""
    helmet = (
        Loft(((-0.008, 0, 1.690, 0.112, 0.094),), AT_HEAD, STEEL, stretch=0.95),
        Loft(((0.0, 0, 1.69, 0.106, 0.092), (0.004, 0, 1.60, 0.102, 0.088), (0.0, 0, 1.54, 0.085, 0.080)), AT_HEAD, STEEL, 0.01),
        Loft(
            ((0.085, 0, 1.665, 0.040, 0.050), (0.110, 0, 1.62, 0.040, 0.030), (0.085, 0, 1.57, 0.03, 0.04)),
            AT_HEAD,
            shade(STEEL, 1.15),
            0.02,
        ),
        Loft(
            ((-0.10, 0, 1.75, 0.014, 0.010), (-0.012, 0, 1.788, 0.016, 0.010), (0.09, 0, 1.735, 0.014, 0.010)),
            AT_HEAD,
            shade(STEEL, 1.2),
            0.008,
        ),
        Loft(((-0.02, 0, 1.53, 0.085, 0.09), (-0.02, 0, 1.46, 0.085, 0.10)), ((0.0, "neck"), (1.0, "chest")), shade(STEEL, 0.8), 0.006),
    )
    slit = both(front(0.05), between("z", 1.658, 1.671), between("y", 0.007, 0.082))
    holes = both(front(0.08), between("z", 1.585, 1.635), stripes("z", 0.017, 0.4), between("y", 0.012, 0.045))
    head = Part("helmet", helmet, 0.0072, 620, (), layers((DARK, slit), (DARK, holes)))
    feather = Loft(
        (
            (-0.05, 0, 1.785, 0.018, 0.016),
            (-0.075, 0, 1.86, 0.036, 0.028),
            (-0.14, 0, 1.885, 0.042, 0.030),
            (-0.205, 0, 1.82, 0.036, 0.026),
            (-0.225, 0, 1.73, 0.012, 0.010),
        ),
        AT_HEAD,
        plume,
    )

    def barbs(points: Array) -> Array:
        waves: Array = 0.004 * np.sin(110 * (points[:, 0] + points[:, 2]))
        return waves

    quarters = layers(
        ((0.55, 0.53, 0.47), both(front(0.0), between("y", 0.0, 0.022), between("z", 1.02, 1.40))),
        ((0.55, 0.53, 0.47), both(front(0.0), between("z", 1.245, 1.29), between("y", 0.0, 0.105))),
        (shade(cloth, 0.4), below(0.635)),
    )
    surcoat = gowns.gown(cloth, 0.60, (0.190, 0.225), quarters, ease=0.018, sleeved=False, fold=(0.008, 8), top=1.455, budget=760)
    plates = (
        _ball(SHOULDER + np.array([0.0, 0.012, 0.012]), 0.088, "upper_arm_l", shade(STEEL, 1.15)),
        _tube(SHOULDER + 0.07 * ARM_DOWN, ELBOW, 0.072, 0.058, "upper_arm_l", STEEL),
        _ball(ELBOW, 0.064, "forearm_l", shade(STEEL, 1.2)),
        _tube(ELBOW + 0.02 * FOREARM_DOWN, WRIST - 0.07 * FOREARM_DOWN, 0.052, 0.046, "forearm_l", STEEL),
        _tube(WRIST - 0.085 * FOREARM_DOWN, WRIST - 0.02 * FOREARM_DOWN, 0.058, 0.044, "forearm_l", shade(STEEL, 0.85)),
    )
    lames = layers((shade(STEEL, 0.45), part_of(both(stripes("z", 0.034, 0.22), above(1.30)), 0.8)))
    legs = (
        _tube(np.array([-0.006, HIP_Y, 0.90]), np.array([0.008, HIP_Y, 0.56]), 0.086, 0.072, "thigh_l", STEEL),
        _ball(np.array([0.024, HIP_Y, 0.505]), 0.072, "shin_l", shade(STEEL, 1.2)),
        _tube(np.array([0.004, HIP_Y, 0.47]), np.array([-0.016, HIP_Y, 0.27]), 0.062, 0.064, "shin_l", STEEL),
        _tube(np.array([-0.016, HIP_Y, 0.27]), np.array([-0.024, HIP_Y, 0.09]), 0.062, 0.048, "shin_l", STEEL),
    )
    return (
        head,
        Part("plume", (feather,), 0.0085, 170, (), None, ripple=barbs),
        surcoat,
        extras.belt((0.06, 0.03, 0.015), 1.06, 0.018, 0.045, (0.45, 0.33, 0.10)),
        Part("plates", plates, 0.0090, 560, (), lames),
        Part("greaves", legs, 0.0100, 420, (), layers((shade(STEEL, 0.55), between("z", 0.275, 0.285)))),
        limbs.hands(shade(STEEL, 0.62), 1.14),
        limbs.shoes(shade(STEEL, 0.8), DARK, 1.05, 0.13, 1.1, shade(STEEL, 0.4)),
    )


def robot(shell: Vector, accent: Vector, light: Vector) -> tuple[Part, ...]:
    """A boxy robot with a lit visor, ribbed limbs and an antenna."""

    def box(
        name: str, middle: Vector, half: Vector, joint: str, colour: Vector, budget: int, paint: tuple[tuple[Vector, Mask], ...] = ()
    ) -> Part:
        x, y, z = middle
        a, b, c = half
        loft = Loft(((x, y, z, 1.32 * a, 1.32 * b),), ((0.0, joint),), colour, stretch=1.32 * c / (1.32 * a))
        planes = ((1.0, 0.0, 0.0, x + a), (-1.0, 0.0, 0.0, a - x), (0.0, 1.0, 0.0, y + b), (0.0, 0.0, 1.0, z + c), (0.0, 0.0, -1.0, c - z))
        return Part(name, (loft,), 0.0085, budget, planes, layers(*paint) if paint else None)

    visor = both(front(0.07), between("z", 1.655, 1.715), between("y", 0.0, 0.082))
    eyes = dot(0.040, 1.685, 0.019, 0.07)
    mouth = both(front(0.07), between("z", 1.590, 1.618), between("y", 0.0, 0.055), stripes("y", 0.018, 0.5))
    head = box("head", (0.0, 0.0, 1.66), (0.098, 0.105, 0.105), "head", shell, 420, ((DARK, visor), (light, eyes), (DARK, mouth)))
    gear = (
        Loft(((0.0, 0.112, 1.665, 0.034, 0.020),), AT_HEAD, accent, 0.002),
        Loft(((-0.03, 0, 1.76, 0.009, 0.009), (-0.03, 0, 1.845, 0.007, 0.007)), AT_HEAD, DARK, 0.002),
        Loft(((-0.03, 0, 1.862, 0.021, 0.021),), AT_HEAD, accent, 0.002),
        Loft(
            ((-0.014, 0, 1.43, 0.046, 0.050), (-0.004, 0, 1.57, 0.046, 0.050)), ((0.0, "chest"), (0.5, "neck"), (1.0, "head")), DARK, 0.002
        ),
    )
    screen = both(front(0.08), between("z", 1.26, 1.37), between("y", 0.0, 0.10))
    wave = both(screen, between("z", 1.30, 1.318))
    knobs = dot(0.045, 1.205, 0.016, 0.08)
    knob = dot(0.0, 1.205, 0.016, 0.08)
    chest = box(
        "chest",
        (-0.006, 0.0, 1.285),
        (0.130, 0.190, 0.165),
        "chest",
        shell,
        420,
        ((DARK, screen), (light, wave), (accent, knobs), ((0.5, 0.4, 0.03), knob)),
    )
    waist = Part(
        "waist",
        (Loft(((-0.005, 0, 0.98, 0.085, 0.11), (-0.005, 0, 1.16, 0.085, 0.11)), ((0.0, "pelvis"), (0.5, "spine"), (1.0, "chest")), DARK),),
        0.0100,
        160,
        (),
        layers((shade(shell, 0.35), stripes("z", 0.036, 0.5))),
    )
    hips = box("hips", (-0.005, 0.0, 0.955), (0.112, 0.168, 0.062), "pelvis", accent, 200)

    def ribs(points: Array) -> Array:
        far = (points - SHOULDER) @ ARM_DOWN
        arm = points[:, 2] > 0.93
        waves: Array = 0.004 * np.cos(2 * np.pi * np.where(arm & (points[:, 1] > 0.16), far, points[:, 2]) / 0.036)
        return waves

    arm = (
        _ball(SHOULDER + np.array([0.0, 0.03, 0.0]), 0.066, "upper_arm_l", accent),
        _tube(SHOULDER, ELBOW, 0.038, 0.038, "upper_arm_l", DARK),
    )
    forearm = (
        _ball(ELBOW, 0.046, "forearm_l", accent),
        _tube(ELBOW + 0.05 * FOREARM_DOWN, WRIST - 0.02 * FOREARM_DOWN, 0.056, 0.066, "forearm_l", shell),
    )
    thigh = (_tube(np.array([-0.005, HIP_Y, 0.90]), np.array([0.010, HIP_Y, 0.55]), 0.050, 0.050, "thigh_l", DARK),)
    shin = (
        _ball(np.array([0.014, HIP_Y, 0.498]), 0.066, "shin_l", accent),
        _tube(np.array([0.006, HIP_Y, 0.42]), np.array([-0.022, HIP_Y, 0.15]), 0.070, 0.084, "shin_l", shell),
    )
    grip = layers((DARK, along(WRIST, FOREARM_DOWN, -0.06, 0.02)))
    return (
        head,
        Part("gear", gear, 0.0075, 260),
        chest,
        waist,
        hips,
        Part("arms", arm, 0.0085, 260, ripple=ribs),
        Part("forearms", forearm, 0.0090, 220, (), layers((accent, along(WRIST, FOREARM_DOWN, -0.08, -0.05)))),
        Part("hands", limbs.hands(shade(STEEL, 0.5), 1.25).lofts, 0.0070, 240, (), grip),
        Part("thighs", thigh, 0.0095, 180, ripple=ribs),
        Part("shins", shin, 0.0095, 260, (), layers((accent, between("z", 0.19, 0.225)))),
        limbs.shoes(shade(shell, 0.8), DARK, 1.35, 0.12, 1.25),
    )


def astronaut(white: Vector, stripe: Vector, gold: Vector) -> tuple[Part, ...]:
    """A white space suit: globe helmet with a golden visor, life support on the back."""

    def puffs(points: Array) -> Array:
        far = (points - SHOULDER) @ ARM_DOWN
        limb = points[:, 1] > 0.24
        legs = smooth_step(0.85, 0.78, points[:, 2])
        waves: Array = 0.007 * np.cos(2 * np.pi * far / 0.075) * limb + 0.008 * legs * np.cos(2 * np.pi * points[:, 2] / 0.085)
        return waves

    def visor(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        away = np.hypot(y / 0.105, (z - 1.668) / 0.086)
        seen = smooth_step(0.03, 0.05, x)
        rim = seen * smooth_step(1.16, 1.12, away)
        colours = colours + rim[:, None] * (np.array((0.16, 0.16, 0.17)) - colours)
        glass = seen * smooth_step(1.02, 0.98, away)
        shine = np.array(gold) * (0.45 + 1.3 * smooth_step(1.62, 1.74, z))[:, None]
        mixed: Array = colours + glass[:, None] * (shine - colours)
        return mixed

    helmet = (
        Loft(((0.0, 0, 1.660, 0.158, 0.150),), AT_HEAD, white, stretch=0.98),
        Loft(((-0.02, 0, 1.52, 0.125, 0.135), (-0.02, 0, 1.47, 0.135, 0.150)), ((0.0, "neck"), (1.0, "chest")), (0.28, 0.29, 0.31), 0.01),
    )
    bands = layers(
        (stripe, along(SHOULDER, ARM_DOWN, 0.13, 0.17)),
        (stripe, both(between("z", 1.42, 1.5), between("y", 0.10, 0.15))),
        ((0.28, 0.29, 0.31), along(WRIST, FOREARM_DOWN, -0.06, -0.03)),
    )
    suit = tops.long_sleeved(white, bands, hem=0.95, ease=0.034, thickness=1.42, budget=1150)
    suit = Part("suit", suit.lofts, 0.0115, 1150, suit.planes, bands, ripple=puffs)
    legs = limbs.trousers(
        white, limbs.Cut(1.22, 1.42, 0.09), layers((stripe, between("z", 0.62, 0.66)), (shade(white, 0.55), between("z", 0.97, 1.0)))
    )
    legs = Part("legs", legs.lofts, 0.0115, 620, legs.planes, legs.paint, ripple=puffs)
    pack = (
        Loft(
            (
                (-0.235, 0, 1.02, 0.080, 0.180),
                (-0.245, 0, 1.20, 0.092, 0.200),
                (-0.235, 0, 1.42, 0.088, 0.190),
                (-0.225, 0, 1.50, 0.06, 0.14),
            ),
            ((0.0, "chest"),),
            white,
        ),
    )
    panel = Part(
        "panel",
        (Loft(((0.135, 0, 1.22, 0.045, 0.085), (0.140, 0, 1.32, 0.045, 0.085)), ((0.0, "chest"),), (0.30, 0.31, 0.33)),),
        0.0085,
        170,
        (),
        layers(
            (stripe, dot(0.045, 1.30, 0.016)),
            ((0.03, 0.10, 0.42), dot(0.045, 1.245, 0.016)),
            (DARK, both(front(0.1), between("z", 1.22, 1.31), between("y", 0, 0.022))),
        ),
    )
    return (
        Part("helmet", helmet, 0.0095, 620, (), visor),
        suit,
        legs,
        Part(
            "pack",
            pack,
            0.0120,
            320,
            (),
            layers((shade(white, 0.45), both(between("z", 1.16, 1.175), between("y", 0, 1))), (stripe, between("z", 1.40, 1.43))),
        ),
        panel,
        limbs.hands((0.33, 0.34, 0.36), 1.25),
        limbs.shoes((0.42, 0.43, 0.45), (0.05, 0.05, 0.055), 1.3, 0.17, 1.35, (0.25, 0.26, 0.28)),
    )
