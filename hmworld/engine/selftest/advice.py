"""What to do about each defect that a check can name. Of Unreal most is by its documentation and by what users of UnrealCV report."""

_ADVICE = {
    "other_director": (
        "HMDirector is missing, cannot be called or is of another version: build and package `ue_project/` of this hmworld, "
        "with UnrealCV at the pinned commit."
    ),
    "reply_unreadable": "HMDirector or the plugin answers in another form than ours: build `ue_project/` of this hmworld.",
    "refused": (
        "The engine refused a command: its message names it. A card's digest that differs: run the import of your assets again,"
        " so that cards and `Content/HMWorld/catalog.json` are of one time."
    ),
    "no_version": "Is this an UnrealCV server? See `vget /unrealcv/status`.",
    "read_back_unreadable": (
        "The plugin answers in another form than branch 5.2: fetch the pinned commit (`ue_project/Scripts/fetch_unrealcv`)."
    ),
    "not_taken": "The command was answered, and has no effect. On Unreal: is the actor Movable, and is this a spawned camera?",
    "other_pictures": "The plugin sends other pictures than branch 5.2 (32-bit BMP, float32 NPY): fetch the pinned commit.",
    "blank_picture": (
        "Is the game run with -RenderOffScreen and a GPU? Exposure: see `Config/DefaultEngine.ini` and the look of the scene's card."
    ),
    "missing_in_mask": (
        "UnrealCV's mask shows annotated meshes only; HMDirector annotates what it spawns. Is the plugin the pinned commit, and"
        " the mesh static or skeletal? Instanced and procedural meshes are not."
    ),
    "nothing_changes": "The picture does not follow the camera: is it camera 0, or is another camera's picture answered?",
    "late_picture": (
        "Colour pictures show an earlier instant: set r.OneFrameThreadLag 0 and keep the game paused (`Scripts/run_headless` does)."
    ),
    "late_mask": "Masks show an earlier instant: set r.OneFrameThreadLag 0 and keep the game paused.",
    "late_depth": "Depth shows an earlier instant: set r.OneFrameThreadLag 0 and keep the game paused.",
    "late_object": "Objects follow a picture late: is the game paused, and does the plugin move them in the same tick?",
    "late_subject": (
        "Bodies are drawn in the pose before: the skeleton is evaluated after the capture. Use HMDirector of this version; no "
        "post-process animation blueprint."
    ),
    "mask_colour_unreadable": "The plugin answers colours in another form than branch 5.2: fetch the pinned commit.",
    "mask_colours_altered": (
        "Masks go through a colour curve: render target format, sRGB flag or post-processing of the annotation view. The driver"
        " would take subjects for the scene. Fetch the pinned commit; no r.Tonemapper settings of your own."
    ),
    "mask_smoothed": "Anti-aliasing or compression reaches the mask: r.AntiAliasingMethod 0, BMP or PNG only.",
    "mask_not_silhouette": ("Mask and silhouette are drawn of different meshes: Nanite's fallback, levels of detail, or masked materials."),
    "no_silhouette": "SoloSilhouette sees nothing: is the subject's mesh visible in scene captures?",
    "occluders_not_in_mask": (
        "Things that are not annotated hide nothing in the mask: events would be wrong. HMDirector annotates boxes and scenes."
    ),
    "scene_not_in_mask": (
        "The ground hides nothing in the mask, as landscapes in UnrealCV do: subjects behind hills would count as visible. Use "
        "scenes of static meshes, or convert the landscape's near part to a static mesh."
    ),
    "scene_not_in_depth": (
        "Depth shows annotated meshes only: WarmUp of HMDirector lets cameras see the whole scene; is it called after the "
        "camera was spawned?"
    ),
    "ground_elsewhere": (
        "The stage of the scene's card does not lie on this map's ground: was the map moved or the card made of another one?"
    ),
    "nothing_seen": (
        "The camera is not where it was put, or looks elsewhere, or boxes are not annotated. See the pictures of this report."
    ),
    "camera_elsewhere": "Poses are taken, in a way that none of our readings explains. See the pictures of this report.",
    "vertical_fov": (
        "The field of view is taken for the vertical one: on Unreal the camera's AspectRatioAxisConstraint must keep the horizontal one."
    ),
    "diagonal_fov": "The field of view is taken for the diagonal one: on Unreal it is the horizontal one of the capture component.",
    "half_fov": "The field of view is taken for half of it: on Unreal it is the whole horizontal angle.",
    "fov_ignored": "The camera keeps its own field of view: set it after the camera is spawned; cine cameras have a lens instead.",
    "picture_shifted": (
        "The picture lies beside where pixel centres should be: temporal jitter (r.AntiAliasingMethod), or an off-centre projection."
    ),
    "focal_length": "The picture is scaled: screen percentage, overscan, or a size with another aspect than the render target.",
    "ray_depth": "Depth is the length of the ray: an old UnrealCV (0.3). Branch 5.2 sends planar depth.",
    "depth_in_metres": "Depth comes in metres: an old UnrealCV (0.3). Branch 5.2 sends centimetres.",
    "ray_depth_in_metres": "Depth is the length of the ray in metres: an old UnrealCV (0.3). Branch 5.2 sends planar centimetres.",
    "depth_in_millimetres": "Depth comes in millimetres: another plugin than UnrealCV? Branch 5.2 sends centimetres.",
    "depth_shows_nothing": (
        "Depth shows nothing where a wall stands: is the depth sensor's list of what it shows empty? HMDirector's WarmUp lets "
        "it see the whole scene."
    ),
    "depth_wrong": "Depth follows none of the known conventions: is it tonemapped or 8-bit?",
    "depth_wrong_far_away": "Depth is right near by and wrong far away: too few bits.",
    "box_not_in_picture": (
        "A box is in mask and depth, and not to be seen in the colour picture: is what is spawned lit and shown in captures?"
    ),
    "depth_not_aligned": "Depth and mask show a thing at different pixels: different sizes, jitter, or a picture late.",
    "picture_not_aligned": (
        "Colour picture and mask show a thing at different pixels: jitter, screen percentage, lens distortion or a picture late."
    ),
    "subject_not_taken": ("The subject is not where HMDirector was told to put it: is something attached to it, or is its root simulated?"),
    "subject_scale_ignored": (
        "The subject has its own size whatever scale is asked for: is the mesh's component scaled by something else?"
    ),
    "bounds_without_bones": (
        "The box of the posed mesh does not hold its joints: PosedBounds needs *Allow CPU Access* of LOD 0 and the drawn pose."
    ),
    "other_joints": "The catalog's joints of the subject are not those of its motion file: import the character again.",
    "subject_elsewhere": "Bones are not where the card has them: was the mesh scaled or changed after its import?",
    "frozen_animation": "Bones do not move with the animation time: is the animation of this skeleton, and not a montage or additive?",
    "late_animation": "Bones are those of the command before: the skeleton is evaluated a tick late.",
    "gait_time_ignored": "The gait stands still: is the animation's path in the catalog right?",
    "idle_time_ignored": "The idle stands still: is it an animation of one frame?",
    "gait_weight_ignored": "Gait and idle are not mixed by the weight.",
    "gait_never_plays": "The gait is never mixed in.",
    "animation_half_speed": "Animations run at half the commanded time: `cycle_s` of the catalog or the asset's rate scale.",
    "animation_double_speed": "Animations run at twice the commanded time: `cycle_s` of the catalog or the asset's rate scale.",
    "animation_backwards": "Animations run backwards: the asset's rate scale is negative.",
    "other_animation": "Bones follow another animation than the card's motion: import the character again, root motion in place.",
    "animation_not_exact": ("The same time gives other bones: physics, cloth or a post-process animation blueprint acts on the skeleton."),
    "frozen_skin": (
        "Bones move and the drawn body does not: render data of the mesh is not sent while paused; use HMDirector of this version."
    ),
    "frozen_box": "PosedBounds is of one pose: it is to skin the mesh on the CPU each time; use HMDirector of this version.",
    "silhouette_of_another_pose": (
        "SoloSilhouette shows another pose than the mask: its capture is of the tick before, or of another level of detail."
    ),
    "other_body": "The drawn body is not the card's: another mesh, or levels of detail.",
    "channels_swapped": "Red and blue are swapped: the plugin sends BGRA in a BMP.",
    "light_ignored": "The look does not reach the picture: are the map's own lights and post-process volumes still on?",
    "exposure_ignored": "Exposure does not follow the look: auto exposure, or a post-process volume of the map with its own.",
    "noise": (
        "Two pictures of one instant differ: temporal anti-aliasing, Lumen's or ray tracing's noise; more warm-up pictures, "
        "r.AntiAliasingMethod 0."
    ),
    "time_goes_on": "The world moves without a command: the game is not paused, or materials follow real time.",
    "mask_or_depth_not_repeatable": ("Mask or depth differ from the same pose: something of the scene moves, or levels of detail change."),
    "auto_exposure": (
        "Brightness follows what was seen before: r.DefaultFeature.AutoExposure=False and no post-process volume with its own."
    ),
    "history": "What was seen before shows through: temporal anti-aliasing, motion blur, Lumen's history; r.AntiAliasingMethod 0.",
    "not_repeatable": "A pose gives another picture later: streaming textures, Lumen or shadows still settle; more warm-up pictures.",
}
_READ_OTHERWISE = "The engine takes our numbers in another way than Unreal's axes: x forward, y right, z up, centimetres, degrees."
_OTHERWISE = ("camera_", "objects_", "subject_", "picture_mirrored", "picture_upside_down")
"""How names begin of readings of our numbers, all with the same advice."""


def advice(defect: str) -> str:
    """What to do about a defect; one that has several names joined by + gets the advice of each. KeyError for a name without any."""
    return " ".join(dict.fromkeys(_of(name) for name in defect.split("+")))


def _of(name: str) -> str:
    return _READ_OTHERWISE if name not in _ADVICE and name.startswith(_OTHERWISE) else _ADVICE[name]
