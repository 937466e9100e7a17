"""The software rasteriser: numba kernels over plain arrays, and the `Renderer` that feeds them.

What lives here turns meshes, a light and a view into pixels. Kernels are split by subject: `skinning`,
`setup` (culling, edge functions, binning), `visibility` (nearest triangle per sample), `items` (what is shaded),
`material`, `textures`, `shadow`, `contact`, `casting`, `lamps`, `sky`, `tone`, `shading` (all of them, a row at a time), `passes`
(normals, optical flow); `layout` names the arrays they share. Nothing here knows of clips, files or sockets.
"""

from __future__ import annotations

from pathlib import Path

from ...kernels import kernel_folder, use_folder

use_folder(kernel_folder(Path(__file__).parent))

# Kernels look for their cache as they are decorated, so these come after.
from .passes import Earlier  # noqa: E402
from .renderer import Renderer  # noqa: E402
from .warm import warm_up  # noqa: E402

__all__ = ["Earlier", "Renderer", "warm_up"]
