"""Clips whose numbers a test writes down: one subject on a path, one camera that stands and looks."""

from functools import cache

import numpy as np

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.model import Recipe, RenderSpec
from hmworld.model.clip import CameraChannels
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

FPS = 15
STILL = ((0.0, 0.0), (100.0, 0.0), (101.0, 1.0))
"""Speed keys of a subject that stands during any clip of less than 100 s."""


@cache
def sampled(subject="man_blue_shirt"):
    recipe = Recipe(name="handmade", clips=1, subjects=(subject,), subjects_per_clip=(1, 1))
    return sample(recipe, default_catalog(), resolve_names(recipe, default_catalog()), 0)


def clip(
    points=((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
    speed=STILL,
    closed=False,
    camera=(-8.0, 0.0, 1.0),
    look_at=(0.0, 0.0, 1.0),
    frames=90,
    context_frames=45,
    subject="man_blue_shirt",
    **channels,
):
    """A clip of `frames` frames; `channels` are keys [s, value] of the camera."""
    base = sampled(subject)
    path = base.subjects[0].path.model_copy(
        update={"points_m": points, "closed": closed, "ground_z_m": 0.0, "start_m": 0.0, "speed_mps": speed}
    )
    away = np.subtract(camera, look_at)
    return base.model_copy(
        update={
            "subjects": (base.subjects[0].model_copy(update={"path": path, "scale": 1.0}),),
            "camera": base.camera.model_copy(
                update={
                    "pivot": "point",
                    "pivot_point_m": look_at,
                    "turns": False,
                    "aim": "fixed",
                    "azimuth_deg": float(np.rad2deg(np.arctan2(away[1], away[0]))),
                    "distance_m": float(np.hypot(away[0], away[1])),
                    "height_m": camera[2],
                    "channels": CameraChannels(**channels),
                    "hfov_deg": 37.5,
                }
            ),
            "render": RenderSpec(width=832, height=480, fps=FPS, frames=frames, context_frames=context_frames, min_visible_px=200),
        }
    )


def clip_with_motion(**kwargs):
    """A handmade clip's choreography, and the motion and surface area of its subject."""
    spec = clip(**kwargs)
    name, catalog = spec.subjects[0].name, default_catalog()
    return choreograph(spec), catalog.motion(name), catalog.subjects[name].surface_area_m2


PAN_AND_BACK = ((1.0, 0.0), (2.2, 45.0), (3.4, 45.0), (4.6, 0.0))
OUT_AND_BACK = ((0.0, 0.0), (0.0, 3.0), (0.0, 6.0), (0.0, 6.6), (0.6, 6.6), (0.6, 6.0), (0.6, 3.0), (0.6, 0.0), (0.6, -1.0))
"""Out to the left of a camera that looks along +X, a tight turn, and back."""
