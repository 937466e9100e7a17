"""All checks of a dataset, from its files down to its pixels."""

from pathlib import Path

import numpy as np

from hmworld.dataset import Clip, Dataset, open_dataset, tables
from hmworld.errors import DatasetError
from hmworld.validate.clip import check_clip
from hmworld.validate.files import check_files, check_manifest
from hmworld.validate.pixels import check_pixels
from hmworld.validate.report import Report


def validate_dataset(root: Path, sample: int = 0) -> Report:
    """Validate a dataset folder; `sample` limits how many clips are decoded (0 = all). Problems are in the report, never raised."""
    report = Report(str(root))
    try:
        dataset = open_dataset(root)
        manifest = dataset.manifest
    except DatasetError as error:
        report.add("structure", str(root), str(error))
        return report
    missing = sorted(set(tables.MANIFEST.names) - set(manifest.column_names))
    if missing:
        report.add("structure", "manifest.parquet", f"lacks the columns {', '.join(missing)}")
        return report
    check_files(dataset, report)
    check_manifest(dataset, report)
    count = manifest.num_rows
    decoded = set(range(count)) if sample <= 0 or sample >= count else set(np.linspace(0, count - 1, sample).astype(int).tolist())
    for number in range(count):
        check_one(dataset, dataset[number], number in decoded, report)
    return report


def check_one(dataset: Dataset, clip: Clip, decode: bool, report: Report) -> None:
    """All checks of one clip; those of its pictures only with `decode`."""
    try:
        if check_clip(dataset, clip, report) and decode:
            check_pixels(clip, report)
    except DatasetError as error:
        report.add("readable", clip.clip_id, str(error))
    except (KeyError, ValueError, IndexError, TypeError) as error:
        # Data so wrong that a check itself cannot go on: a finding, too.
        report.add("readable", clip.clip_id, f"cannot be checked: {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    report.look("readable")
