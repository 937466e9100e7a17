"""Linear blend skinning."""

from __future__ import annotations

from .layout import F32, F64, U8, exact_kernel


@exact_kernel
def skin(
    vertices: F32,
    normals: F32,
    joints: U8,
    weights: F32,
    matrices: F64,
    posed_vertices: F32,
    posed_attributes: F32,
) -> None:
    """Pose rest vertices: p' = sum_q w_q (M_q[:, :3] p + M_q[:, 3]); normals turn with the blended matrix.

    `vertices`, `normals` (V,3) rest; `joints`, `weights` (V,4); `matrices` (J,3,4); results into the posed
    vertices (V,3) and columns 2 to 4 of the attributes (V,8).
    """
    for i in range(vertices.shape[0]):
        for row in range(3):
            m0 = m1 = m2 = m3 = 0.0
            for q in range(4):
                weight = weights[i, q]
                if weight > 0.0:
                    joint = joints[i, q]
                    m0 += weight * matrices[joint, row, 0]
                    m1 += weight * matrices[joint, row, 1]
                    m2 += weight * matrices[joint, row, 2]
                    m3 += weight * matrices[joint, row, 3]
            posed_vertices[i, row] = m0 * vertices[i, 0] + m1 * vertices[i, 1] + m2 * vertices[i, 2] + m3
            posed_attributes[i, 2 + row] = m0 * normals[i, 0] + m1 * normals[i, 1] + m2 * normals[i, 2]
