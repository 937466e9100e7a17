"""The cameras of a world, by index: the player's first, perhaps its right eye, then the spawned ones."""

import re

from hmworld.embedded.actors import Array, Camera, WorldError
from hmworld.protocol.settings import PluginSettings

MAX_CAMERAS = 64
EYES_DISTANCE_CM = 6.4
"""Between the eyes until a client says otherwise."""


class Cameras:
    """Camera 0 and all others; new ones are as the settings say."""

    def __init__(self, settings: PluginSettings) -> None:
        self._settings = settings
        self.all: list[Camera] = []

    def _new(self, name: str) -> Camera:
        return Camera(name, self._settings.fov, self._settings.width, self._settings.height)

    def start(self, feet_cm: Array, yaw_deg: float) -> None:
        """Only the player's, standing at a point (3,) and looking along `yaw_deg`, and its right eye if the settings want one."""
        player = self._new("PlayerPawn")
        player.ue[:3] += feet_cm
        player.ue[4] = yaw_deg
        self.all[:] = [player]
        if self._settings.enable_right_eye:
            self.set_eyes_distance(EYES_DISTANCE_CM)

    def at(self, index: str) -> Camera:
        """A camera by its index on the wire."""
        if not re.fullmatch("[0-9]{1,4}", index) or int(index) >= len(self.all):
            raise WorldError("Invalid sensor id")
        return self.all[int(index)]

    def spawn(self, name: str) -> Camera:
        """A new camera, the last of the list."""
        if len(self.all) >= MAX_CAMERAS:
            raise WorldError(f"{MAX_CAMERAS} cameras are the most")
        self.all.append(self._new(name))
        return self.all[-1]

    def destroy(self, camera: Camera) -> None:
        """Destroy a camera; the indices of those after it shift. The player's own stays."""
        if camera is self.all[0]:
            raise WorldError("The player's camera can not be destroyed")
        self.all.remove(camera)

    def set_eyes_distance(self, distance_cm: float) -> Camera:
        """Camera 1 is the right eye of camera 0, so far to its right; made where there is none."""
        if len(self.all) == 1:
            left = self.all[0]
            self.all.append(Camera("RightEye", left.fov_deg, left.width, left.height, left_eye=left))
        eye = self.all[1]
        if eye.left_eye is None:
            raise WorldError("camera 1 is spawned already, so it can not be the right eye; set eyes_distance before spawning cameras")
        eye.eyes_distance_cm = distance_cm
        return eye
