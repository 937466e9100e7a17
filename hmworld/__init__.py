"""hmworld: video datasets in which moving subjects leave the frame and come back, with exact ground truth.

    >>> import hmworld as hm
    >>> for clip in hm.open("my-dataset"):
    ...     print(clip.clip_id, clip.meta.caption.text, clip.arrays["T_world_camera"].shape)

`hm.Recipe` says what to make, `hm.plan` decides it clip by clip, `hm.choreograph` gives the poses of a clip at any time,
`hm.open` reads what was made; the `hmworld` command renders. Errors are those of `hmworld.errors`.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["HMWorldError", "Recipe", "__version__", "choreograph", "open", "plan"]

if TYPE_CHECKING:
    from hmworld.choreography import choreograph
    from hmworld.dataset import open_dataset as open
    from hmworld.errors import HMWorldError
    from hmworld.model import Recipe
    from hmworld.plan import plan

_PUBLIC = {
    "HMWorldError": ("hmworld.errors", "HMWorldError"),
    "Recipe": ("hmworld.model", "Recipe"),
    "choreograph": ("hmworld.choreography", "choreograph"),
    "open": ("hmworld.dataset", "open_dataset"),
    "plan": ("hmworld.plan", "plan"),
}


def __getattr__(name: str) -> Any:
    # On first use: `import hmworld` alone takes milliseconds.
    if name in _PUBLIC:
        module, attribute = _PUBLIC[name]
        return getattr(importlib.import_module(module), attribute)
    raise AttributeError(f"module 'hmworld' has no attribute {name!r}")
