"""A little two-legged walker in a glTF of its own: a body, a head on a spline, two feet that slide along the ground and step.

Everything is known in closed form, so the tests can pose it without the code under test.
"""

from typing import Any

import numpy as np
from handmade_glb import FLOAT, UBYTE, Glb, box, textured_material

STRIDE, CYCLE_S, LIFT = 0.8, 1.0, 0.15
"""Metres and seconds of one cycle; how high feet are lifted."""
HIPS = np.array([0.0, 0.9, 0.0])
HEAD = np.array([0.0, 0.5, 0.0])
FEET = (np.array([0.12, -0.9, 0.0]), np.array([-0.12, -0.9, 0.0]))
JOINTS = ("hips", "head", "foot L", "foot R")
NOD = 0.3


def foot_offset(share: float) -> np.ndarray:
    """Where a foot is, from its rest: back along the ground for half a cycle, then up and forward."""
    share %= 1.0
    if share < 0.5:
        return np.array([0.0, 0.0, STRIDE / 4 - STRIDE * share])
    swing = (share - 0.5) / 0.5
    height = LIFT * (2 * swing if swing < 0.5 else 2 - 2 * swing)
    return np.array([0.0, height, -STRIDE / 4 + STRIDE / 2 * swing])


def quaternion(axis: int, angle: float) -> np.ndarray:
    out = np.zeros(4)
    out[axis], out[3] = np.sin(angle / 2), np.cos(angle / 2)
    return out


def walker(
    *,
    scale: float = 1.0,
    root_motion: float = 0.0,
    turned: float = 0.0,
    joints_only: bool = False,
    two_skins: bool = False,
) -> Glb:
    """The walker, `scale` units a metre, walking along +z turned about y by `turned` radians."""
    file = Glb()
    armature = file.node(root=True, name="Armature", rotation=list(quaternion(1, turned)))
    hips = file.node(name="hips", translation=list(HIPS * scale))
    head = file.node(name="head", translation=list(HEAD * scale))
    feet = [file.node(name=name, translation=list(at * scale)) for name, at in zip(JOINTS[2:], FEET, strict=True)]
    file.json["nodes"][armature]["children"] = [hips]
    file.json["nodes"][hips]["children"] = [head, *feet]
    joints = [hips, head, *feet]
    bind = [HIPS, HIPS + HEAD, HIPS + FEET[0], HIPS + FEET[1]]
    inverse = []
    for at in bind:
        matrix = np.eye(4)
        matrix[:3, 3] = -at * scale
        inverse.append(matrix.T.ravel())
    skin = file.append("skins", {"joints": joints, "skeleton": hips, "inverseBindMatrices": file.accessor(np.array(inverse))})
    _mesh(file, scale, skin, joints_only)
    _animations(file, scale, joints, root_motion)
    return file


def _mesh(file: Glb, scale: float, skin: int, joints_only: bool) -> None:
    parts = [
        (box((-0.2, 0.55, -0.12), (0.2, 1.35, 0.12)), 0),
        (box((-0.12, 1.4, -0.1), (0.12, 1.7, 0.16)), 1),
        (box((0.05, 0.0, -0.08), (0.19, 0.5, 0.16)), 2),
        (box((-0.19, 0.0, -0.08), (-0.05, 0.5, 0.16)), 3),
    ]
    positions, normals, uvs, faces, rows, at = [], [], [], [], [], 0
    for (p, n, t, f), joint in parts:
        positions.append(p * scale)
        normals.append(n)
        uvs.append(t)
        faces.append(f + at)
        rows.append(np.tile([joint, 0, 0, 0], (len(p), 1)))
        at += len(p)
    joint_rows, weights = np.concatenate(rows), np.tile([1.0, 0.0, 0.0, 0.0], (at, 1))
    # The lower half of the body follows hips and head, unevenly and not summing to one.
    low = np.arange(24)[np.concatenate(positions)[:24, 1] < 0.6 * scale]
    joint_rows[low, 1], weights[low, :2] = 1, (1.5, 0.5)
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[:, :4], pixels[:, 4:] = (200, 30, 30), (30, 30, 200)
    material = textured_material(file, pixels)
    attributes: dict[str, Any] = {
        "POSITION": file.accessor(np.concatenate(positions)),
        "NORMAL": file.accessor(np.concatenate(normals)),
        "TEXCOORD_0": file.accessor(np.concatenate(uvs)),
        "JOINTS_0": file.accessor(joint_rows, UBYTE),
        "WEIGHTS_0": file.accessor(weights, FLOAT),
    }
    primitive = {"attributes": attributes, "indices": file.accessor(np.concatenate(faces).ravel(), 5123), "material": material}
    mesh = file.append("meshes", {"name": "walker", "primitives": [primitive]})
    file.node(root=True, name="walker mesh", mesh=mesh, **({} if joints_only else {"skin": skin}))


def _animations(file: Glb, scale: float, joints: list[int], root_motion: float) -> None:
    keys = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    times = file.accessor(keys * CYCLE_S)
    channels, samplers = [], []

    def channel(node: int, path: str, values: Any, interpolation: str = "LINEAR", at: int = times) -> None:
        samplers.append({"input": at, "output": file.accessor(values), "interpolation": interpolation})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})

    for foot, rest, late in ((joints[2], FEET[0], 0.0), (joints[3], FEET[1], 0.5)):
        channel(foot, "translation", [(rest + foot_offset(k + late)) * scale for k in keys])
    ends = file.accessor(np.array([0.0, 0.5, 1.0]) * CYCLE_S)
    nods = [quaternion(0, a) for a in (0.0, NOD, 0.0)]
    zero = np.zeros(4)
    channel(joints[1], "rotation", np.array([[zero, q, zero] for q in nods]).reshape(-1, 4), "CUBICSPLINE", ends)
    if root_motion:
        channel(joints[0], "translation", [(HIPS + np.array([0.0, 0.0, root_motion * k])) * scale for k in keys])
    file.append("animations", {"name": "Walk", "channels": channels, "samplers": samplers})
    still = file.accessor(np.array([0.0, 2.0]))
    rest_values = file.accessor(np.array([HEAD, HEAD]) * scale)
    sampler = {"input": still, "output": rest_values, "interpolation": "STEP"}
    file.append(
        "animations",
        {"name": "Idle", "channels": [{"sampler": 0, "target": {"node": joints[1], "path": "translation"}}], "samplers": [sampler]},
    )
