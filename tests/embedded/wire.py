"""What tests over the wire share: a request with its answer, and answers as arrays."""

import io
import json

import cv2
import numpy as np
import unrealcv

from hmworld.catalog import default_catalog
from hmworld.catalog.catalog import scene_digest


def ask(client: unrealcv.Client, command: str) -> str | bytes:
    answer = client.request(command, timeout=60)
    assert isinstance(answer, str | bytes)
    return answer


def picture(data: str | bytes) -> np.ndarray:
    """A PNG or BMP reply, (H, W, 4) BGRA."""
    assert isinstance(data, bytes), data
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


def array(data: str | bytes) -> np.ndarray:
    """An NPY reply."""
    assert isinstance(data, bytes), data
    return np.load(io.BytesIO(data))


def numbers(text: str | bytes) -> list[float]:
    return [float(part) for part in str(text).split()]


def load(client: unrealcv.Client, scene: str = "city_street") -> None:
    card = default_catalog().scenes[scene]
    reply = json.loads(ask(client, f"vbp HMDirector LoadStage {card.name} {scene_digest(card)} 0,0,0"))
    assert {name.lower(): value for name, value in reply.items()} == {"scene": card.name}
