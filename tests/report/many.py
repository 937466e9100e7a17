"""A manifest of as many rows as asked for, made of the few of a real one: for pages that must hold the whole of HM-World."""

import numpy as np
import pyarrow as pa

SCENES = tuple(f"scene_{k:02d}" for k in range(17))
SUBJECTS = tuple(f"subject_{k:02d}" for k in range(49))
CAMERAS = tuple(f"camera_path_{k:02d}" for k in range(28))
CAUSES = ("camera", "subject", "either", "both_needed")


def many_rows(manifest: pa.Table, count: int) -> pa.Table:
    """`count` rows: those of `manifest` first, as they are; then others of 17 scenes, 49 subjects and 28 cameras with other events."""
    few, rng = manifest.num_rows, np.random.default_rng(7)
    rows = []
    base = manifest.to_pylist()
    scene, subject, camera = (rng.integers(0, n, count) for n in (17, 49, 28))
    gaps, exits, cause = rng.integers(5, 120, count), rng.integers(20, 700, count) / 100.0, rng.integers(0, 4, count)
    for k in range(count):
        row = dict(base[k % few])
        if k >= few:
            name = SUBJECTS[subject[k]]
            events = [{**event, "subject": 1} for event in row["events"][:2]]
            events[0] = {
                **events[0], "kind": "absence", "gap_frames": int(gaps[k]), "exit_time_s": float(exits[k]), "exit_cause": CAUSES[cause[k]]
            }  # fmt: skip
            row |= {
                "clip_id": f"{k:08x}{'0' * 12}", "scene": SCENES[scene[k]], "camera": CAMERAS[camera[k]], "subjects": [name],
                "species": ["human"], "kinds": ["person"], "max_gap_frames": int(gaps[k]), "exit_causes": [CAUSES[cause[k]]],
                "events": events, "row": k, "split": ("train", "train", "train", "val", "test")[k % 5],
                "caption": f"{name} walks in {SCENES[scene[k]]}, number {k}. {row['caption']}",
            }  # fmt: skip
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=manifest.schema)
