"""Things of a railway station: ticket machines and gates, boards, clocks, kiosks, seats, luggage, lamps."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, fan, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.floors import upright
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_DARK: Rgb = (0.03, 0.032, 0.035)
_STEEL: Rgb = (0.36, 0.37, 0.38)
_GLASS: Rgb = (0.025, 0.032, 0.04)
_IRON: Rgb = (0.03, 0.062, 0.052)


def disc(radius: float, at: tuple[float, float, float], colour: Rgb, sides: int = 28) -> Part:
    """A round plate facing -y."""
    turn = np.arange(sides) * (2 * np.pi / sides)
    ring = np.stack([at[0] + radius * np.cos(turn), np.full(sides, at[1]), at[2] + radius * np.sin(turn)], 1)
    return fan(ring, colour=colour)


def ticket_machine(hue: Rgb) -> Prop:
    """A ticket machine facing -y, 1.9 m, with a lit screen, keypad, slots and a coloured crown."""
    body = box((-0.4, -0.3, 0.08), (0.4, 0.3, 1.75), colour=(0.42, 0.43, 0.44), without=("-z",))
    foot = box((-0.36, -0.26, 0.0), (0.36, 0.26, 0.08), colour=_DARK)
    crown = box((-0.42, -0.36, 1.72), (0.42, 0.32, 1.98), colour=hue, without=())
    shield = box((-0.36, -0.315, 0.95), (0.36, -0.29, 1.68), colour=_DARK, without=("+y",))
    screen = quads(
        [[(-0.22, -0.325, 1.25), (0.22, -0.325, 1.25), (0.22, -0.32, 1.6), (-0.22, -0.32, 1.6)]], colour=(0.25, 0.42, 0.55)
    ).glowing(1.4)
    keys = quads(
        [
            [(x, -0.33, z), (x + 0.04, -0.33, z), (x + 0.04, -0.33, z + 0.03), (x, -0.33, z + 0.03)]
            for x in (-0.3, -0.24, -0.18)
            for z in (1.0, 1.05, 1.1, 1.15)
        ],
        colour=(0.6, 0.6, 0.58),
    )
    slot = box((0.05, -0.34, 1.05), (0.3, -0.3, 1.15), colour=(0.65, 0.45, 0.05), without=("+y",))
    tray = box((-0.25, -0.35, 0.62), (0.25, -0.28, 0.8), colour=_DARK, without=("+y",))
    bands = box((-0.405, -0.305, 0.3), (0.405, 0.3, 0.42), colour=hue, without=("-z", "+z", "+y"))
    part = merge([body, foot, crown, shield, screen, keys, slot, tray, bands]).grounded(0.4, 0.6)
    return Prop(part, (box_proxy((-0.42, -0.36, 0.0), (0.42, 0.32, 1.98)),))


def gate_row(count: int) -> Prop:
    """A row of ticket gates along x, walked through along y: cabinets 0.75 m apart with lit arrows and glass wings."""
    pitch = 0.95
    cabinet = merge(
        [
            box((-0.11, -0.75, 0.0), (0.11, 0.75, 0.98), colour=_STEEL, without=("-z",)),
            box((-0.12, -0.76, 0.98), (0.12, 0.76, 1.03), colour=_DARK, without=()),
            box((-0.08, -0.6, 1.03), (0.08, -0.35, 1.07), colour=(0.85, 0.60, 0.05), without=("-z",)),
        ]
    )
    arrow = quads(
        [[(-0.06, -0.762, 0.6), (0.06, -0.762, 0.6), (0.06, -0.762, 0.75), (-0.06, -0.762, 0.75)]], colour=(0.08, 0.55, 0.12)
    ).glowing(2.0)
    wing = box((0.11, -0.02, 0.25), (0.45, 0.02, 0.95), colour=(0.45, 0.10, 0.08), without=())
    at = [((k - count / 2) * pitch, 0.0, 0.0) for k in range(count + 1)]
    wings = [instances(wing, at[:-1]), instances(wing.moved(yaw_deg=180.0), at[1:])]
    part = merge([instances(merge([cabinet, arrow]), at), *wings]).grounded(0.35, 0.6)
    half = count * pitch / 2 + 0.12
    return Prop(part, (box_proxy((-half, -0.76, 0.0), (half, 0.76, 1.07)),))


def departure_board(width_m: float, low_m: float, high_m: float) -> Prop:
    """A big board over the way, read from -y and from +y, between two posts."""
    w = width_m / 2
    case = box((-w, -0.3, low_m), (w, 0.3, high_m), colour=_DARK, without=())
    panes = []
    count = max(1, round(width_m / 3.6))
    for yaw in (0.0, 180.0):
        for k in range(count):
            x0 = -w + 0.12 + k * (width_m - 0.24) / count
            x1 = x0 + (width_m - 0.24) / count - 0.08
            panes.append(upright(Texture.DEPARTURES, x0, x1, low_m + 0.15, high_m - 0.15, -0.312).glowing(0.9).moved(yaw_deg=yaw))
    posts = [
        tower([(0.32, 0.0), (0.32, 0.3), (0.18, 0.45), (0.15, low_m)], 16, colour=_IRON).moved((x, 0.0, 0.0)) for x in (-w + 0.8, w - 0.8)
    ]
    proxies = [box_proxy((-w, -0.32, low_m), (w, 0.32, high_m))]
    proxies += [box_proxy((x - 0.25, -0.25, 0.0), (x + 0.25, 0.25, low_m)) for x in (-w + 0.8, w - 0.8)]
    return Prop(merge([case, *panes, *posts]), tuple(proxies))


def clock_face(radius: float) -> Part:
    """A station clock's face in the plane y = 0, facing -y, centred on the origin: twelve marks, ten past ten."""
    parts = [disc(radius * 1.08, (0, 0.02, 0), _DARK), disc(radius, (0, 0.0, 0), (0.78, 0.76, 0.70)).glowing(1.1)]
    marks = []
    for k in range(12):
        a = k * np.pi / 6
        out, side = np.array((np.sin(a), 0.0, np.cos(a))), np.array((np.cos(a), 0.0, -np.sin(a)))
        wide = 0.045 if k % 3 == 0 else 0.022
        marks.append(
            [
                out * radius * s + side * radius * wide * t + np.array((0, -0.012, 0))
                for s, t in ((0.74, 1), (0.74, -1), (0.94, -1), (0.94, 1))
            ]
        )
    for a, long, wide in ((-1.05, 0.5, 0.035), (1.05, 0.78, 0.024)):
        out, side = np.array((np.sin(a), 0.0, np.cos(a))), np.array((np.cos(a), 0.0, -np.sin(a)))
        marks.append(
            [
                out * radius * s + side * radius * wide * t + np.array((0, -0.02, 0))
                for s, t in ((-0.12, 1), (-0.12, -1), (long, -0.6), (long, 0.6))
            ]
        )
    return merge([*parts, quads(marks, colour=_DARK, two_sided=True)])


def clock_pillar() -> Prop:
    """A four-faced clock on a cast-iron pillar, 4.4 m: the meeting point."""
    shaft = tower(
        [
            (0.55, 0.0),
            (0.55, 0.25),
            (0.42, 0.32),
            (0.40, 0.9),
            (0.46, 0.96),
            (0.22, 1.1),
            (0.17, 2.2),
            (0.15, 3.0),
            (0.26, 3.1),
            (0.2, 3.2),
        ],
        20,
        colour=_IRON,
    )
    head = box((-0.52, -0.52, 3.2), (0.52, 0.52, 4.2), colour=_IRON, without=())
    cap = tower([(0.75, 4.2), (0.70, 4.26), (0.25, 4.5), (0.05, 4.75)], 20, colour=_IRON)
    faces = [clock_face(0.42).moved((0.0, 0.0, 0.0)) for _ in range(4)]
    turned = [f.moved((0.0, -0.55, 3.7)).moved(yaw_deg=90.0 * k) for k, f in enumerate(faces)]
    return Prop(
        merge([shaft, head, cap, *turned]).grounded(0.4, 0.6),
        (
            box_proxy((-0.5, -0.5, 0.0), (0.5, 0.5, 1.05)),
            box_proxy((-0.22, -0.22, 1.0), (0.22, 0.22, 3.2)),
            box_proxy((-0.6, -0.6, 3.1), (0.6, 0.6, 4.75)),
        ),
    )


def kiosk(stream: Stream, awning: Texture, hue: Rgb) -> Prop:
    """A stand-alone shop facing -y, 4 x 2.6 m, 3 m high, lit windows on three sides, a board and a striped canopy."""
    w, d, high = 2.0, 1.3, 2.9
    base = box((-w, -d, 0.0), (w, d, 0.9), colour=hue, texture=Texture.WOOD, repeat_m=1.4)
    corner = instances(
        box((-0.06, -0.06, 0.9), (0.06, 0.06, high), colour=_DARK),
        [(x, y, 0.0) for x in (-w + 0.06, w - 0.06) for y in (-d + 0.06, d - 0.06)],
    )
    core = box((-w + 0.1, -d + 0.1, 0.9), (w - 0.1, d - 0.1, high), colour=(0.25, 0.2, 0.14), without=("-z",))
    tone = stream.number(0.95, 1.2)
    panes = [upright(Texture.SHOP, -w + 0.12 + 1.25 * k, -w + 1.34 + 1.25 * k, 0.92, 2.3, -d + 0.09, (tone, tone, tone)) for k in range(3)]
    panes += [upright(Texture.SHOP, -d + 0.12, d - 0.12, 0.92, 2.3, -w + 0.09, (tone, tone, tone)).moved(yaw_deg=a) for a in (90.0, -90.0)]
    panes.append(upright(Texture.POSTERS, -w + 0.12, w - 0.12, 0.92, 2.5, -d + 0.09, (0.8, 0.8, 0.8)).moved(yaw_deg=180.0))
    lit = [p.glowing(1.1) for p in panes[:-1]]
    counter = box((-w - 0.05, -d - 0.28, 0.88), (w + 0.05, -d + 0.1, 0.95), colour=(0.36, 0.2, 0.1), without=())
    roof = box((-w - 0.12, -d - 0.12, high), (w + 0.12, d + 0.12, high + 0.3), colour=hue, without=())
    sign = box((-w + 0.3, -d - 0.16, high + 0.04), (w - 0.3, -d - 0.1, high + 0.27), colour=(0.75, 0.68, 0.5), without=("+y",)).glowing(1.0)
    stripes = 4.0
    canopy = [(-w, -d - 1.0, 2.35), (w, -d - 1.0, 2.35), (w, -d, 2.8), (-w, -d, 2.8)]
    hem = [(-w, -d - 1.0, 2.22), (w, -d - 1.0, 2.22), (w, -d - 1.0, 2.35), (-w, -d - 1.0, 2.35)]
    cloth = quads([canopy, hem], uvs=[((0, 1), (stripes, 1), (stripes, 0), (0, 0))] * 2, texture=awning, two_sided=True)
    goods = [
        box(
            (-w + 0.2 + 0.5 * k, -d - 0.24, 0.95),
            (-w + 0.5 + 0.5 * k, -d - 0.04, 1.05 + 0.06 * (k % 3)),
            colour=stream.array(3, 0.05, 0.5),
            without=("-z",),
        )
        for k in range(7)
    ]
    part = merge([base, corner, core, *lit, panes[-1], counter, roof, sign, cloth, *goods]).grounded(0.5, 0.6)
    return Prop(
        part,
        (
            box_proxy((-w - 0.05, -d - 0.28, 0.0), (w + 0.05, d, high + 0.3)),
            box_proxy((-w - 0.12, -d - 1.02, 2.22), (w + 0.12, d + 0.12, high + 0.3)),
        ),
    )


def seat_row(count: int) -> Prop:
    """A back-to-back row of perforated seats along x on a steel beam."""
    pitch = 0.6
    half = count * pitch / 2
    parts = [box((-half, -0.04, 0.30), (half, 0.04, 0.38), colour=_DARK, without=())]
    parts += [box((x - 0.05, -0.35, 0.0), (x + 0.05, 0.35, 0.05), colour=_STEEL) for x in (-half + 0.3, 0.0, half - 0.3)]
    parts += [box((x - 0.03, -0.03, 0.0), (x + 0.03, 0.03, 0.32), colour=_STEEL) for x in (-half + 0.3, 0.0, half - 0.3)]
    pan = box((-0.26, -0.55, 0.42), (0.26, -0.08, 0.46), colour=(0.06, 0.12, 0.26), without=())
    back = quads(
        [[(-0.26, -0.08, 0.46), (0.26, -0.08, 0.46), (0.26, 0.0, 0.88), (-0.26, 0.0, 0.88)]], colour=(0.06, 0.12, 0.26), two_sided=True
    )
    for yaw in (0.0, 180.0):
        parts.append(instances(merge([pan, back]).moved(yaw_deg=yaw), [((k + 0.5) * pitch - half, 0.0, 0.0) for k in range(count)]))
    return Prop(merge(parts).grounded(0.4, 0.6), (box_proxy((-half, -0.55, 0.0), (half, 0.55, 0.88)),))


def luggage(stream: Stream) -> Prop:
    """A heap of suitcases: two upright, one flat with a bag on it."""
    hues = ((0.30, 0.03, 0.03), (0.03, 0.06, 0.16), (0.05, 0.05, 0.055), (0.12, 0.22, 0.18), (0.40, 0.25, 0.06), (0.22, 0.12, 0.06))
    parts = []

    def case(x: float, y: float, wide: float, deep: float, high: float, yaw: float) -> None:
        hue = stream.pick(hues)
        shell = loft(
            np.stack([_rounded(wide * s, deep * s, 0.05, z) for s, z in ((0.92, 0.06), (1.0, 0.10), (1.0, high - 0.05), (0.9, high))]),
            colour=hue,
            cap_top=True,
        )
        ribs = [
            box(
                (-wide / 2 - 0.006, -deep / 2 - 0.006, z),
                (wide / 2 + 0.006, deep / 2 + 0.006, z + 0.02),
                colour=np.asarray(hue) * 0.6,
                without=(),
            )
            for z in (high * 0.35, high * 0.65)
        ]
        handle = tube(
            [(-0.08, 0.0, high - 0.02), (-0.08, 0.0, high + 0.22), (0.08, 0.0, high + 0.22), (0.08, 0.0, high - 0.02)],
            (0.012,) * 4,
            5,
            colour=_STEEL,
        )
        feet = [
            box(
                (sx * wide * 0.4 - 0.02, sy * deep * 0.35 - 0.02, 0.0),
                (sx * wide * 0.4 + 0.02, sy * deep * 0.35 + 0.02, 0.07),
                colour=_DARK,
            )
            for sx in (-1, 1)
            for sy in (-1, 1)
        ]
        parts.append(merge([shell, *ribs, handle, *feet]).moved((x, y, 0.0), yaw))

    case(-0.32, 0.1, 0.46, 0.27, 0.70, 10.0)
    case(0.28, 0.16, 0.42, 0.25, 0.60, -15.0)
    case(0.02, -0.32, 0.62, 0.4, 0.28, 5.0)
    bag = loft(
        np.stack([_rounded(0.5 * s, 0.28 * s, 0.1, 0.28 + z) for s, z in ((0.9, 0.0), (1.0, 0.08), (0.9, 0.22), (0.4, 0.28))]),
        colour=stream.pick(hues),
        cap_top=True,
    )
    parts.append(bag.moved((0.02, -0.34, 0.0), -8.0))
    return Prop(merge(parts).grounded(0.3, 0.6), (box_proxy((-0.58, -0.56, 0.0), (0.52, 0.32, 0.85)),))


def _rounded(wide: float, deep: float, bevel: float, z: float) -> Array:
    """An upright rectangle with cut corners as a ring at height z."""
    a, b = wide / 2, deep / 2
    c = min(bevel, a * 0.6, b * 0.6)
    return np.array(
        [(a, -b + c, z), (a, b - c, z), (a - c, b, z), (-a + c, b, z), (-a, b - c, z), (-a, -b + c, z), (-a + c, -b, z), (a - c, -b, z)]
    )


def trolley(stream: Stream) -> Prop:
    """A luggage trolley along x with suitcases on it."""
    deck = box((-0.8, -0.4, 0.26), (0.7, 0.4, 0.32), colour=_STEEL, without=())
    rails = [tube([(-0.8, y, 0.3), (-0.82, y, 0.7), (-0.95, y, 1.05)], (0.025,) * 3, 6, colour=_STEEL) for y in (-0.36, 0.36)]
    grip = tube([(-0.95, -0.36, 1.05), (-0.96, 0.0, 1.06), (-0.95, 0.36, 1.05)], (0.03,) * 3, 6, colour=(0.5, 0.03, 0.03))
    wheel = tower([(0.13, -0.03), (0.13, 0.03)], 12, colour=_DARK)
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    round_ = Part(**{**wheel.__dict__, "vertices": wheel.vertices @ turn.T, "normals": wheel.normals @ turn.T})
    wheels = instances(round_, [(x, y, 0.13) for x in (-0.6, 0.5) for y in (-0.36, 0.36)])
    boxes = [luggage(stream).part.moved((-0.25, 0.0, 0.32)), luggage(stream).part.moved((0.35, 0.05, 0.32), 90.0, 0.6)]
    return Prop(merge([deck, *rails, grip, wheels, *boxes]).grounded(0.3, 0.6), (box_proxy((-0.98, -0.56, 0.0), (0.78, 0.42, 1.17)),))


def lamp_column(height_m: float) -> Prop:
    """A cast-iron column with a moulded foot and four globe lamps on brackets near the top."""
    shaft = tower(
        [
            (0.36, 0.0),
            (0.36, 0.5),
            (0.28, 0.62),
            (0.26, 1.1),
            (0.31, 1.18),
            (0.19, 1.35),
            (0.16, height_m - 0.7),
            (0.24, height_m - 0.6),
            (0.16, height_m - 0.5),
            (0.30, height_m),
        ],
        18,
        colour=_IRON,
    )
    parts = [shaft]
    z = height_m - 1.1
    bulb = loft(
        np.stack([circle(0.2 * np.sqrt(1 - s * s), 0.2 * s, 12) for s in (-0.97, -0.6, 0.0, 0.6, 0.97)]),
        colour=(0.95, 0.9, 0.75),
        cap_top=True,
    ).glowing(5.0)
    for k in range(4):
        arm = tube([(0.12, 0.0, z), (0.5, 0.0, z - 0.12), (0.85, 0.0, z - 0.05), (0.85, 0.0, z + 0.08)], (0.035,) * 4, 6, colour=_IRON)
        parts.append(merge([arm, bulb.moved((0.85, 0.0, z + 0.26))]).moved(yaw_deg=90.0 * k + 45.0))
    return Prop(
        merge(parts).grounded(0.4, 0.6),
        (
            box_proxy((-0.36, -0.36, 0.0), (0.36, 0.36, 1.2)),
            box_proxy((-0.2, -0.2, 1.2), (0.2, 0.2, height_m)),
            box_proxy((-0.85, -0.85, z - 0.2), (0.85, 0.85, z + 0.5)),
        ),
    )
