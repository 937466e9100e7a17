"""The skins of subjects in tables: patches of triangles, and their vertices in every phase of every gait, as 16-bit steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.compiled.layout import F64, I16, LANES, PATCH_FACES, STEPS, U8
from hmworld.geometry.motion import Motion


class _Patches:
    """How one skin is cut into patches."""

    def __init__(self, motion: Motion, posed: list[F64]) -> None:
        runs = [motion.skin_triangles[first:last] for first, last in _runs(motion.skin_triangles)]
        cut = [np.unique(run, return_inverse=True) for run in runs]
        self.vertices = [used for used, _ in cut]
        self.faces = [local.reshape(-1, 3).astype(np.uint8) for _, local in cut]
        self.step_m = max(1e-6, max(float(np.abs(skin).max(initial=0.0)) for skin in posed)) / STEPS
        self.middles: list[F64] = []
        """Shares of its vertices that make up the middle of each patch, so that it moves as they do."""
        self.reach = np.zeros(len(runs))
        for k, used in enumerate(self.vertices):
            apart = np.linalg.norm(motion.skin_vertices[used][:, None] - motion.skin_vertices[used], axis=-1)
            farthest = np.isin(np.arange(len(used)), np.unravel_index(apart.argmax(), apart.shape)).astype(np.float64)
            choices = [shares / shares.sum() for shares in (np.ones(len(used)), farthest)]
            self.middles.append(min(choices, key=lambda shares: _reach(motion.skin_vertices[None, used].astype(np.float64), shares)))
            # Middles and vertices are rounded to steps.
            self.reach[k] = max(_reach(skin[:, used], self.middles[k]) for skin in posed) + 2.0 * self.step_m

    def steps(self, skin: F64) -> I16:
        """Vertices (P, V, 3) of a gait's phases as `Library.skin` holds them."""
        count = len(self.vertices)
        middles = np.zeros((len(skin), -(-count // LANES) * LANES, 3))
        for k, used in enumerate(self.vertices):
            middles[:, k] = self.middles[k] @ skin[:, used]
        # Lanes that are over repeat a vertex.
        blocks = [middles[:, k : k + LANES] for k in range(0, count, LANES)]
        blocks += [skin[:, np.pad(used, (0, LANES - len(used)), "edge")] for used in self.vertices]
        return np.rint(np.stack(blocks, 1) / self.step_m).astype(np.int16).transpose(0, 1, 3, 2).ravel()


def _reach(vertices: F64, shares: F64) -> float:
    """How far vertices (P, V, 3) are from their weighted middle, at most."""
    away = vertices - (shares @ vertices)[:, None]
    return float(np.sqrt(np.einsum("pvc,pvc->pv", away, away).max()))


def _runs(triangles: NDArray[np.int16]) -> list[tuple[int, int]]:
    """Ranges of triangles (F, 3) that have at most `LANES` vertices, and are `PATCH_FACES` at most."""
    runs, used, first = [], set[int](), 0
    for k, corners in enumerate(triangles.tolist()):
        if len(used.union(corners)) > LANES or k - first == PATCH_FACES:
            runs.append((first, k))
            used, first = set(), k
        used.update(corners)
    return [*runs, (first, len(triangles))]


class Skins:
    """Skins that are used, gait by gait, in one pool."""

    def __init__(self) -> None:
        self._patches: list[_Patches] = []
        self._numbers: dict[str, int] = {}
        self._gait_skin: list[int] = []
        self._steps: list[I16] = []
        self._last: tuple[str, dict[str, F64]] = "", {}

    def posed(self, motion: Motion) -> dict[str, F64]:
        """Vertices (P, V, 3) of the skin in the phases of each gait; kept for the subject that was asked for last."""
        if self._last[0] != motion.sha256:
            self._last = motion.sha256, {gait: motion.gait_skin(gait) for gait in motion.gaits}
        return self._last[1]

    def add(self, motion: Motion, gait: str) -> None:
        """Take in the next gait of a subject."""
        skins = self.posed(motion)
        if motion.sha256 not in self._numbers:
            self._numbers[motion.sha256] = len(self._patches)
            self._patches.append(_Patches(motion, list(skins.values())))
        number = self._numbers[motion.sha256]
        self._gait_skin.append(number)
        self._steps.append(self._patches[number].steps(skins[gait]))

    def tables(self) -> dict[str, NDArray[Any]]:
        """Those of `Library`."""
        counts = np.array([len(patches.faces) for patches in self._patches], np.int64)
        faces: list[U8] = [np.zeros((0, 3), np.uint8)]
        of_faces, done = [np.zeros((0, 2), np.int64)], 0
        for patches in self._patches:
            of_faces.append(done + _ranges([len(part) for part in patches.faces]))
            faces += patches.faces
            done += sum(len(part) for part in patches.faces)
        return {
            "gait_skin": np.array(self._gait_skin, np.int32),
            "skin_first": _ranges([len(steps) for steps in self._steps])[:, 0].copy(),
            "skin": np.concatenate(self._steps),
            "skin_step": np.array([patches.step_m for patches in self._patches], np.float64),
            "skin_patches": _ranges(counts).astype(np.int32),
            "patch_reach": np.concatenate([patches.reach for patches in self._patches]),
            "patch_faces": np.concatenate(of_faces).astype(np.int32),
            "faces": np.concatenate(faces),
        }


def _ranges(sizes: Any) -> NDArray[np.int64]:
    """(N, 2) first and past the last, of N things one after the other."""
    ends = np.cumsum([0, *sizes])
    return np.stack([ends[:-1], ends[1:]], 1)
