"""A server with one defect: it stands between a client and a healthy engine and alters commands or replies."""

from __future__ import annotations

import contextlib
import io
import json
import re
import socket
import threading
import time
from collections.abc import Callable

import cv2
import numpy as np
from faulty import _end, _frame

from hmworld.geometry.camera import intrinsics
from hmworld.protocol.framing import pack_frame

Reply = bytes
BMP_HEADER = 54


class Server:
    """One defect, by the name of a method; the others answer as the engine does."""

    def __init__(self, engine: tuple[str, int], defect: str) -> None:
        self._engine, self._alter = engine, getattr(self, defect)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._client: socket.socket | None = None
        self._upstream: socket.socket | None = None
        self._number = 0
        self._fov, self._size = 90.0, (640, 480)
        self.memory: dict[str, bytes] = {}
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (self._listener, self._client, self._upstream):
            if sock is not None:
                _end(sock)
        self._thread.join(10.0)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self._client, _ = self._listener.accept()
            self._upstream = socket.create_connection(self._engine, timeout=60.0)
            greeting = _frame(self._upstream)
            self._client.sendall(pack_frame(greeting or b""))
            while (frame := _frame(self._client)) is not None:
                number, _, command = frame.partition(b":")
                text = command.decode()
                if found := re.match(r"vset /camera/\d+/fov (\S+)", text):
                    self._fov = float(found[1])
                if found := re.match(r"vset /camera/\d+/size (\d+) (\d+)", text):
                    self._size = int(found[1]), int(found[2])
                self._client.sendall(pack_frame(number + b":" + self._alter(text)))

    def ask(self, command: str) -> Reply:
        """What the engine answers."""
        assert self._upstream is not None
        self._upstream.sendall(pack_frame(b"%d:%s" % (self._number, command.encode())))
        self._number += 1
        frame = _frame(self._upstream)
        assert frame is not None
        return frame.partition(b":")[2]

    # -- what defects are made of --------------------------------------------------------------------------------

    def numbers(self, command: str, of: str, change: Callable[[list[float]], list[float]]) -> Reply:
        """Change the numbers of `vset ...<of>`, and change them back in what `vget ...<of>` answers."""
        if re.match(rf"vset /camera/\d+/{of} ", command):
            head, *values = command.split(f"/{of} ")[0] + f"/{of}", *command.split(f"/{of} ")[1].split()
            return self.ask(head + " " + " ".join(f"{v:.6f}" for v in change([float(v) for v in values])))
        reply = self.ask(command)
        if re.match(rf"vget /camera/\d+/{of}$", command):
            return " ".join(f"{v:.3f}" for v in change([float(v) for v in reply.split()])).encode()
        return reply

    def poses(self, command: str, change: Callable[[np.ndarray], np.ndarray]) -> Reply:
        """Change the (S, 9) numbers of SetSubjects."""
        head = "vbp HMDirector SetSubjects "
        if command.startswith(head):
            rows = np.array([float(v) for v in command.removeprefix(head).split(",")]).reshape(-1, 9)
            command = head + ",".join(f"{v:.6f}" for v in change(rows).ravel())
        return self.ask(command)

    def bmp(self, command: str, streams: str, change: Callable[[np.ndarray], np.ndarray]) -> Reply:
        """Change pixels (H, W, 4), BGRA, of some streams."""
        reply = self.ask(command)
        if not re.match(rf"vget /camera/\d+/({streams}) bmp", command):
            return reply
        width, height = (abs(int.from_bytes(reply[k : k + 4], "little", signed=True)) for k in (18, 22))
        pixels = np.frombuffer(reply[BMP_HEADER:], np.uint8).reshape(height, width, 4).copy()
        return reply[:BMP_HEADER] + np.ascontiguousarray(change(pixels)).astype(np.uint8).tobytes()

    def npy(self, command: str, change: Callable[[np.ndarray], np.ndarray]) -> Reply:
        """Change depth (H, W)."""
        reply = self.ask(command)
        if not re.match(r"vget /camera/\d+/depth npy", command):
            return reply
        return self._npy(change(np.load(io.BytesIO(reply))))

    @staticmethod
    def _npy(array: np.ndarray) -> bytes:
        out = io.BytesIO()
        np.save(out, array.astype(np.float32))
        return out.getvalue()

    def late(self, command: str, streams: str) -> Reply:
        """Answer what was seen at the time of the request before."""
        reply = self.ask(command)
        if not re.match(rf"vget /camera/\d+/({streams}) ", command):
            return reply
        before = self.memory.get(command, reply)
        self.memory[command] = reply
        return before if len(before) == len(reply) else reply

    def _own_fov(self, change: Callable[[float], float], command: str) -> Reply:
        asked, reply = self._fov, self.ask
        if re.match(r"vset /camera/\d+/fov ", command):
            return reply(command.split("/fov")[0] + f"/fov {change(asked):.6f}")
        if re.match(r"vget /camera/\d+/fov$", command):
            return f"{asked:.6f}".encode()
        return reply(command)

    # -- defects -------------------------------------------------------------------------------------------------

    def healthy(self, command: str) -> Reply:
        return self.ask(command)

    def camera_mirrored_y(self, command: str) -> Reply:
        return self.numbers(command, "location", lambda v: [v[0], -v[1], v[2]])

    def camera_axes_swapped(self, command: str) -> Reply:
        return self.numbers(command, "location", lambda v: [v[1], v[0], v[2]])

    def camera_mirrored_z(self, command: str) -> Reply:
        return self.numbers(command, "location", lambda v: [v[0], v[1], -v[2]])

    def camera_in_metres(self, command: str) -> Reply:
        factor = 100.0 if command.startswith("vset") else 0.01
        return self.numbers(command, "location", lambda v: [factor * x for x in v])

    def camera_elsewhere(self, command: str) -> Reply:
        sign = 1.0 if command.startswith("vset") else -1.0
        return self.numbers(command, "location", lambda v: [v[0] + sign * 90_000.0, v[1], v[2]])

    def yaw_negated(self, command: str) -> Reply:
        return self.numbers(command, "rotation", lambda v: [v[0], -v[1], v[2]])

    def pitch_negated(self, command: str) -> Reply:
        return self.numbers(command, "rotation", lambda v: [-v[0], v[1], v[2]])

    def roll_negated(self, command: str) -> Reply:
        return self.numbers(command, "rotation", lambda v: [v[0], v[1], -v[2]])

    def roll_and_pitch_swapped(self, command: str) -> Reply:
        return self.numbers(command, "rotation", lambda v: [v[2], v[1], v[0]])

    def mirrored_world(self, command: str) -> Reply:
        if "depth npy" in command:
            return self.npy(command, lambda d: d[:, ::-1])
        return self.bmp(command, "lit|object_mask", lambda p: p[:, ::-1])

    def vertical_fov(self, command: str) -> Reply:
        aspect = self._size[0] / self._size[1]
        return self._own_fov(lambda fov: float(np.rad2deg(2 * np.arctan(np.tan(np.deg2rad(fov) / 2) * aspect))), command)

    def stuck_fov(self, command: str) -> Reply:
        return self.ask(re.sub(r"^(vset /camera/\d+/fov) .*", r"\1 90", command))

    def longer_lens(self, command: str) -> Reply:
        return self._own_fov(lambda fov: 0.98 * fov, command)

    def pixel_off(self, command: str) -> Reply:
        if "depth npy" in command:
            return self.npy(command, lambda d: np.roll(d, 1, 1))
        return self.bmp(command, "lit|object_mask", lambda p: np.roll(p, 1, 1))

    def late_picture(self, command: str) -> Reply:
        return self.late(command, "lit")

    def late_mask(self, command: str) -> Reply:
        return self.late(command, "object_mask")

    def late_depth(self, command: str) -> Reply:
        return self.late(command, "depth")

    def gamma_mask(self, command: str) -> Reply:
        return self.bmp(command, "object_mask", lambda p: np.rint(255.0 * (p / 255.0) ** (1 / 2.2)))

    def smoothed_mask(self, command: str) -> Reply:
        return self.bmp(command, "object_mask", lambda p: cv2.GaussianBlur(p, (3, 3), 0))

    def missing_in_mask(self, command: str) -> Reply:
        return self.bmp(command, "object_mask", lambda p: p * ~((p[..., :3] == (255, 255, 0)).all(-1, keepdims=True)))

    def occluders_missing(self, command: str) -> Reply:
        if "object_mask" not in command or b"check_screen" not in self.ask("vget /objects"):
            return self.ask(command)
        self.ask("vset /object/check_screen/hide")
        reply = self.ask(command)
        self.ask("vset /object/check_screen/show")
        return reply

    def ray_depth(self, command: str) -> Reply:
        def along(depth: np.ndarray) -> np.ndarray:
            height, width = depth.shape
            k = intrinsics(width, height, self._fov)
            u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
            rays = np.sqrt(((u - k[0, 2]) / k[0, 0]) ** 2 + ((v - k[1, 2]) / k[1, 1]) ** 2 + 1.0)
            return np.asarray(depth * rays)

        return self.npy(command, along)

    def metres(self, command: str) -> Reply:
        return self.npy(command, lambda d: d / 100.0)

    def eight_bit_depth(self, command: str) -> Reply:
        return self.npy(command, lambda d: np.floor(np.minimum(d, 25_500.0) / 100.0) * 100.0)

    def depth_elsewhere(self, command: str) -> Reply:
        return self.npy(command, lambda d: np.roll(d, 6, 1))

    def scene_without_depth(self, command: str) -> Reply:
        if "depth npy" not in command:
            return self.ask(command)
        mask = self.ask(command.replace("depth npy", "object_mask bmp"))
        return self.npy(command, lambda d: np.where(np.frombuffer(mask[BMP_HEADER:], "<u4").reshape(d.shape) & 0xFFFFFF, d, np.inf))

    def frozen_animation(self, command: str) -> Reply:
        return self.poses(command, lambda rows: np.concatenate([rows[:, :6], np.tile([0.0, 0.0, 1.0], (len(rows), 1))], 1))

    def half_speed(self, command: str) -> Reply:
        return self.poses(command, lambda rows: rows * ([1.0] * 6 + [0.5, 0.5, 1.0]))

    def late_animation(self, command: str) -> Reply:
        def before(rows: np.ndarray) -> np.ndarray:
            last = np.frombuffer(self.memory.get("pose", rows.tobytes())).reshape(-1, 9)
            self.memory["pose"] = rows.tobytes()
            return np.concatenate([rows[:, :6], last[:, 6:]], 1) if last.shape == rows.shape else rows

        return self.poses(command, before)

    def frozen_skin(self, command: str) -> Reply:
        if command.startswith("vbp HMDirector SetSubjects "):
            self.memory["true"] = command.encode()
            return self.frozen_animation(command)
        if "Bones" in command and "true" in self.memory:
            self.ask(self.memory["true"].decode())
            bones = self.ask(command)
            self.frozen_animation(self.memory["true"].decode())
            return bones
        return self.ask(command)

    def frozen_box(self, command: str) -> Reply:
        reply = self.ask(command)
        return self.memory.setdefault("box", reply) if "PosedBounds" in command else reply

    def late_silhouette(self, command: str) -> Reply:
        reply = self.ask(command)
        if "SoloSilhouette" not in command:
            return reply
        before, self.memory["alone"] = self.memory.get("alone", reply), reply
        return before

    def subjects_mirrored_y(self, command: str) -> Reply:
        return self.poses(command, lambda rows: rows * np.array([1, -1, 1, 1, 1, 1, 1, 1, 1.0]))

    def subjects_sideways(self, command: str) -> Reply:
        return self.poses(command, lambda rows: rows + np.array([0, 0, 0, 0, 90.0, 0, 0, 0, 0]))

    def subjects_elsewhere(self, command: str) -> Reply:
        return self.poses(command, lambda rows: rows + np.array([3.0, 0, 0, 0, 0, 0, 0, 0, 0]))

    def depth_of_nothing(self, command: str) -> Reply:
        return self.npy(command, lambda d: np.full_like(d, np.inf))

    def no_director(self, command: str) -> Reply:
        return b"{}" if command.startswith("vbp ") else self.ask(command)

    def scale_ignored(self, command: str) -> Reply:
        parts = command.split(" ")
        if parts[:3] == ["vbp", "HMDirector", "SpawnSubject"]:
            parts[6] = "1"
        return self.ask(" ".join(parts))

    def channels_swapped(self, command: str) -> Reply:
        return self.bmp(command, "lit", lambda p: p[..., [2, 1, 0, 3]])

    def light_ignored(self, command: str) -> Reply:
        if not command.startswith("vbp HMDirector SetLook "):
            return self.ask(command)
        first = self.memory.setdefault("look", command.encode()).decode()
        self.ask(first)
        return json.dumps({"look": command.rsplit(" ", 1)[-1]}).encode()

    def noise(self, command: str) -> Reply:
        random = np.random.default_rng(int(time.monotonic() * 1e6))
        return self.bmp(command, "lit", lambda p: np.clip(p + random.integers(-8, 9, p.shape), 0, 255))

    def history(self, command: str) -> Reply:
        def mixed(pixels: np.ndarray) -> np.ndarray:
            before = np.frombuffer(self.memory.get("lit", pixels.tobytes()), np.uint8)
            now = pixels if before.size != pixels.size else (0.5 * pixels + 0.5 * before.reshape(pixels.shape)).astype(np.uint8)
            self.memory["lit"] = now.tobytes()
            return now

        return self.bmp(command, "lit", mixed)

    def auto_exposure(self, command: str) -> Reply:
        def exposed(pixels: np.ndarray) -> np.ndarray:
            mean = float(np.frombuffer(self.memory.get("mean", np.float64(pixels[..., :3].mean()).tobytes()))[0])
            mean += 0.3 * (float(pixels[..., :3].mean()) - mean)
            self.memory["mean"] = np.float64(mean).tobytes()
            return np.clip(pixels * (100.0 / mean), 0, 255)

        return self.bmp(command, "lit", exposed)

    def time_goes_on(self, command: str) -> Reply:
        return self.bmp(command, "lit", lambda p: np.clip(p * 0.5 + 10.0 * (time.monotonic() % 12.0), 0, 255))
