"""Files of a dataset: hashes, tar structure against the manifest, counts against each other."""

import tarfile
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq

from hmworld.dataset import Dataset
from hmworld.dataset.held_out import owners, shown
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tar import digest, read_range
from hmworld.model.sample import SCHEMA_VERSION
from hmworld.validate.report import Report


def check_files(dataset: Dataset, report: Report) -> None:
    """Every file that dataset.json names is there and has its size and hash; none is left over in the shard folders."""
    root = dataset.root
    named = [(s.path, s.bytes, s.sha256) for s in dataset.info.shards] + [(f.path, f.bytes, f.sha256) for f in dataset.info.files]
    for path, size, expected in named:
        report.look("hashes")
        if ".." in path.split("/") or path.startswith("/"):
            report.add("hashes", path, "leaves the dataset's folder")
            continue
        try:
            found, length = sha256_file(root / path)
        except OSError as error:
            report.add("hashes", path, f"cannot be read: {error.strerror}")
            continue
        if length != size:
            report.add("hashes", path, f"has {length} bytes, dataset.json says {size}")
        elif found != expected:
            report.add("hashes", path, f"sha256 is {found}, dataset.json says {expected}")
    report.look("structure")
    known = {s.path for s in dataset.info.shards}
    for folder in {s.path.split("/")[0] for s in dataset.info.shards}:
        for stray in sorted((root / folder).glob("*.tar")):
            if stray.relative_to(root).as_posix() not in known:
                report.add("structure", stray.relative_to(root).as_posix(), "is not named in dataset.json")


def check_manifest(dataset: Dataset, report: Report) -> None:
    """Manifest rows point at the members that the tars hold, ids are unique, counts agree."""
    rows = dataset.manifest.to_pylist()
    promised: dict[str, dict[str, tuple[int, int]]] = {s.path: {} for s in dataset.info.shards}
    digests: dict[str, dict[str, str]] = {s.path: {} for s in dataset.info.shards}
    for row in rows:
        for member in row["members"]:
            name = f"{row['clip_id']}.{member['name']}"
            promised.setdefault(member["shard"], {})[name] = (member["offset"], member["size"])
            digests.setdefault(member["shard"], {})[name] = member.get("xxh3") or ""
    named = {s.path for s in dataset.info.shards}
    for path, members in promised.items():
        report.look("manifest", len(members))
        if path not in named:
            report.add("manifest", path, "holds members by the manifest, but dataset.json does not name it")
            continue
        if _check_shard(dataset, path, members, report):
            _check_digests(dataset, path, members, digests[path], report)
    for clip, count in Counter(row["clip_id"] for row in rows).items():
        if count > 1:
            report.add("manifest", clip, f"has {count} rows, expected one")
    report.look("held_out")
    held = owners(dataset.info)
    for row in rows if held else []:
        for kind, name, owner in shown(row, held):
            report.add("held_out", row["clip_id"], f"is in {row['split']} and shows {name!r} ({kind}), which {owner} holds out")
    report.look("counts")
    counts, absences = dataset.info.counts, sum(row["n_absences"] for row in rows)
    turned_down = counts.rejected + sum(counts.candidates_rejected_by_reason.values())
    planned: list[tuple[str, int, int]] = [
        ("planned", counts.planned, _rows(dataset, "plan.parquet")),
        ("kept and rejected", counts.kept + counts.rejected, counts.planned),
        ("turned down by forecast or render", turned_down, _rows(dataset, "rejects.parquet")),
    ]
    for name, said, actual in (
        ("kept", counts.kept, len(rows)),
        ("absences", counts.absences, absences),
        *([] if dataset.info.imported else planned),
        ("clips in main shards", sum(s.clips for s in dataset.info.shards if s.stream == "main"), len(rows)),
        ("rejected_by_reason", sum(counts.rejected_by_reason.values()), counts.rejected),
        *_of_sources(dataset, len(rows)),
    ):
        if said != actual:
            report.add("counts", "dataset.json", f"{name} is {said}, the tables say {actual}")
    if dataset.info.schema_version != SCHEMA_VERSION:
        report.add("structure", "dataset.json", f"schema_version is {dataset.info.schema_version}, expected {SCHEMA_VERSION}")


def _of_sources(dataset: Dataset, kept: int) -> list[tuple[str, int, int]]:
    """What the sources of a merged dataset say, in all; nothing for one that was generated."""
    sources, counts = dataset.info.sources, dataset.info.counts
    if not sources:
        return []
    found = [
        ("clips of the sources", sum(s.clips for s in sources), kept),
        ("candidates of the sources", sum(s.candidates for s in sources), counts.candidates),
        ("rows of the sources", sum(s.last_row - s.first_row for s in sources), counts.planned),
    ]
    starts = [0, *(s.last_row for s in sources)]
    return found + [(f"first row of source {s.name}", s.first_row, start) for s, start in zip(sources, starts, strict=False)]


def _rows(dataset: Dataset, name: str) -> int:
    try:
        return int(pq.read_metadata(dataset.root / name).num_rows)
    except (OSError, pa.ArrowInvalid):
        return -1


def _check_digests(dataset: Dataset, path: str, members: dict[str, tuple[int, int]], digests: dict[str, str], report: Report) -> None:
    """Each member has the digest that the manifest gives it."""
    with (dataset.root / path).open("rb") as file:
        for name, (offset, size) in members.items():
            found = digest(read_range(file, offset, size, path))
            if found != digests[name]:
                report.add("manifest", f"{path}:{name}", f"manifest says xxh3 is {digests[name] or 'nothing'}, the tar has {found}")


def _check_shard(dataset: Dataset, path: str, members: dict[str, tuple[int, int]], report: Report) -> bool:
    """Whether a shard holds the members that the manifest promises, and no others."""
    try:
        with tarfile.open(dataset.root / path, "r:") as tar:
            infos = tar.getmembers()
    except (OSError, tarfile.TarError) as error:
        report.add("manifest", path, f"is not a readable tar: {error}")
        return False
    names = [info.name for info in infos]
    for name, count in Counter(names).items():
        if count > 1:
            report.add("manifest", path, f"holds {name} {count} times")
    actual = {info.name: (info.offset_data, info.size) for info in infos}
    for name in sorted(set(members) | set(actual)):
        if members.get(name) != actual.get(name):
            said, found = members.get(name, "nothing"), actual.get(name, "nothing")
            report.add("manifest", f"{path}:{name}", f"manifest says (offset, size) {said}, the tar has {found}")
    return members == actual
