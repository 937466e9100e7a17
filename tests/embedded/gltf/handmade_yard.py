"""A little walled yard in a glTF of its own: paved ground, a house, a hollow wall about it, a post, a cut-out bush, a raised kerb."""

import numpy as np
from handmade_glb import Glb, box, textured_material

HALF = 16.0
"""Half the ground's side, metres."""
HOUSE_LOW, HOUSE_HIGH = np.array([6.0, 0.0, -13.0]), np.array([13.0, 5.0, -6.0])
POST = np.array([-5.0, 0.0, 6.0])


def yard(*, scale: float = 1.0) -> Glb:
    """The yard, `scale` units a metre; y up."""
    file = Glb()
    chequer = np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((8, 8)))[..., None] * np.array([40, 40, 30]) + np.array([150, 140, 120])
    paving = textured_material(file, chequer)
    leaves = np.zeros((32, 32, 4), np.uint8)
    leaves[..., :3], leaves[..., 3] = (60, 120, 40), np.indices((32, 32)).sum(0) % 7 * 40
    bush = textured_material(file, leaves, alphaMode="MASK", alphaCutoff=0.4, doubleSided=True)
    plaster = file.append("materials", {"pbrMetallicRoughness": {"baseColorFactor": [0.72, 0.5, 0.36, 1.0]}})

    def mesh(name: str, parts: list, material: int, **node: object) -> None:
        positions, normals, uvs, faces, at = [], [], [], [], 0
        for p, n, t, f in parts:
            positions.append(p * scale)
            normals.append(n)
            uvs.append(t)
            faces.append(f + at)
            at += len(p)
        attributes = {
            "POSITION": file.accessor(np.concatenate(positions)),
            "NORMAL": file.accessor(np.concatenate(normals)),
            "TEXCOORD_0": file.accessor(np.concatenate(uvs)),
        }
        indices = file.accessor(np.concatenate(faces).ravel(), 5125)
        primitive = {"attributes": attributes, "indices": indices, "material": material}
        file.node(root=True, name=name, mesh=file.append("meshes", {"name": name, "primitives": [primitive]}), **node)

    corners = np.array([(-HALF, 0.0, -HALF), (-HALF, 0.0, HALF), (HALF, 0.0, HALF), (HALF, 0.0, -HALF)])
    up = np.tile([0.0, 1.0, 0.0], (4, 1))
    mesh("ground", [(corners, up, corners[:, [0, 2]] / 2.0, np.array([(0, 1, 2), (0, 2, 3)]))], paving)
    mesh("house", [box(HOUSE_LOW, HOUSE_HIGH)], plaster)
    w = HALF - 0.3
    walls = [
        box((-HALF, 0, -HALF), (HALF, 2, -w)),
        box((-HALF, 0, w), (HALF, 2, HALF)),
        box((-HALF, 0, -HALF), (-w, 2, HALF)),
        box((w, 0, -HALF), (HALF, 2, HALF)),
    ]
    mesh("wall", walls, plaster)
    # Moved and turned by its node, which must count.
    turn = [0.0, float(np.sin(np.pi / 8)), 0.0, float(np.cos(np.pi / 8))]
    mesh("post", [box((-0.2, 0, -0.2), (0.2, 3, 0.2))], plaster, translation=list(POST * scale), rotation=turn)
    mesh("bush", [box((-9, 0, -9), (-7.5, 1.4, -7.5))], bush)
    mesh("kerb", [box((-15, 0, 9), (-9, 0.1, 15))], plaster)
    return file
