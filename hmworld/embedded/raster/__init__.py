"""The software rasteriser: numba kernels over plain arrays, and the `Renderer` that feeds them.

What lives here turns meshes, a light and a view into pixels. Kernels are split by subject: `skinning`,
`setup` (culling, edge functions, binning), `visibility` (nearest triangle per sample), `shadow`, `sky`,
`textures`, `shading`, `tone`; `layout` names the arrays they share. Nothing here knows of clips, files or
sockets.
"""

from __future__ import annotations

from .renderer import Renderer
from .warm import warm_up

__all__ = ["Renderer", "warm_up"]
