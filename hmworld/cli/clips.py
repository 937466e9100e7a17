"""Clips as a person names them, and what the checks of `hmworld validate` say of one."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hmworld.dataset import Clip, Dataset
from hmworld.errors import UsageError

if TYPE_CHECKING:
    from hmworld.report.page import CheckLine, Verdict


def find_clip(dataset: Dataset, beginning: str) -> Clip:
    """The clip of this id, else the one whose id begins so; UsageError if there are none or several."""
    ids = [str(v) for v in dataset.manifest.column("clip_id").to_pylist()]
    found = [beginning] if beginning in ids else [i for i in ids if i.startswith(beginning)]
    if not found:
        raise UsageError(f"{beginning}: 0 clips of {dataset.root} begin so; expected one, for example {ids[0] if ids else '(none)'}")
    if len(found) > 1:
        some = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
        raise UsageError(f"{beginning}: {len(found)} clips of {dataset.root} begin so ({some}); expected one, give more of its id")
    return dataset.clip(found[0])


def checker(dataset: Dataset, verdict: "Verdict | None" = None) -> "Callable[[Clip], Sequence[CheckLine]]":
    """A function that makes the checks of a clip's metadata, which decode no video; problems of a whole validation are added."""
    from hmworld.report.page import CheckLine
    from hmworld.validate import Report
    from hmworld.validate.run import check_one

    before: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for check, where, message in verdict.found if verdict else ():
        before[where.partition(",")[0].partition(" ")[0]].append((check, message))

    def lines_of(clip: Clip) -> list[CheckLine]:
        report = Report(str(dataset.root))
        check_one(dataset, clip, False, report)
        for check, message in before[clip.clip_id]:
            if all((p.check, p.message) != (check, message) for p in report.problems):
                report.add(check, clip.clip_id, message)
        problems = {name: tuple(p.message for p in report.problems if p.check == name) for name in report.checked}
        return [CheckLine(name, report.checked[name], problems[name]) for name in report.checked]

    return lines_of


def read_verdict(path: Path) -> "Verdict":
    """What `hmworld validate --json` printed into a file; UsageError if it is something else."""
    from hmworld.report.page import Verdict

    try:
        data = json.loads(path.read_bytes())
        found = tuple((str(p["check"]), str(p["where"]), str(p["message"])) for p in data["problems"])
        looked = sum(int(count) for count in data["checked"].values())
        return Verdict(bool(data["good"]), f"by hmworld validate, {looked:,} things looked at", found)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path}: is not what `hmworld validate --json` prints; make it with: hmworld validate DIR --json > FILE"
        ) from error
