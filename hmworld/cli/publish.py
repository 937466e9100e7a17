"""`hmworld publish`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from hmworld.cli.progress import Step, watching
from hmworld.dataset.object_store import Rule
from hmworld.dataset.upload import JOBS, PublishReport, publish_dataset


def publish(
    directory: Path,
    url: str,
    *,
    jobs: Annotated[int, Parameter(help="Files under way at once.", validator=Number(gte=1, lte=64))] = JOBS,
    reread: Annotated[bool, Parameter(negative="", help="Read every byte back, also where the store keeps digests.")] = False,
    single_writer: Annotated[
        bool,
        Parameter(negative="", help="You promise that nobody else publishes there now: for stores that cannot refuse a second put."),
    ] = False,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Publish a finished dataset to a folder, a mounted share or an object store, exactly once; stop it any time, run it again, it goes on.

    DIRECTORY stays as it is. URL is a folder, or a URL of fsspec: s3://bucket/folder (pip install 'hmworld[s3]'), gs:// (gcsfs), abfs://
    (adlfs). Files that are there already are compared, not sent again; dataset.json comes last. Credentials are taken from the
    environment. docs/storage.md has what each place guarantees.

    Example: hmworld publish my-dataset s3://my-bucket/my-dataset
    """
    report = published(directory, url, "single-writer" if single_writer else "conditional", reread, jobs)
    print(json.dumps(asdict(report)) if json_output else summary(report))
    return 0


def published(directory: Path, url: str, rule: Rule = "conditional", reread: bool = False, jobs: int = JOBS) -> PublishReport:
    """Publish a dataset, showing how far it is."""
    step = Step("publishing files", 0)

    def note(done: int, total: int) -> None:
        step.done, step.total = done, total

    with watching(step):
        return publish_dataset(directory, url, note, rule=rule, reread=reread, jobs=jobs)


def summary(report: PublishReport) -> str:
    """What became of it, for people."""
    lines = [
        f"{report.url}: {report.name}, {report.files} files, {report.bytes / 1e6:.1f} MB, all there as dataset.json names them",
        f"  {report.published} published, {report.published_bytes / 1e6:.1f} MB; {report.there} were there; {report.reread} read back",
    ]
    if report.left_out:
        lines.append(f"  not part of the dataset and left out: {', '.join(report.left_out)}")
    return "\n".join(lines)
