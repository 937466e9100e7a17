"""What the page loads: masks bit for bit, points where geometry puts them, the table as the manifest has it, words as text."""

import base64
import json
import os
import re
import shutil
import subprocess
import time
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hostile import BREAK, IMAGE, SCRIPT, Hostile
from hypothesis import given
from hypothesis import strategies as st
from many import SCENES, many_rows

from hmworld.dataset import open_dataset
from hmworld.dataset.tables import MANIFEST
from hmworld.errors import DatasetError, UsageError
from hmworld.geometry.camera import project
from hmworld.report.page import CheckLine, Verdict, check_place, choose, write_report
from hmworld.report.page.build import page_files
from hmworld.report.page.clip import clip_data, safe_id
from hmworld.report.page.masks import encode_runs, runs_of
from hmworld.report.page.packed import NOWHERE, packed, packed_pixels, script
from hmworld.report.page.parts import part_of, tidy
from hmworld.report.page.stills import moments, stills
from hmworld.report.page.table import caption_scripts, table_script
from hmworld.report.preview import is_preview, write_preview


def unpack(column):
    return np.frombuffer(base64.b64decode(column["b"]), np.dtype(column["d"]).newbyteorder("<")).reshape(column["n"])


def values(data):
    """What a script hands over."""
    text = data.decode("ascii")
    return json.loads("[" + re.fullmatch(r"HM\.\w+\((.*)\);\n", text)[1] + "]")


def decode(data, shape):
    """A mask from its runs, written from the description alone."""
    mask, row, column, length, at = np.zeros(shape, bool), 0, 0, 0, 0
    numbers = []
    while at < len(data):
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        numbers.append(value)
    for down, across, longer in zip(*[iter(numbers)] * 3, strict=True):
        row += down
        column += -(across + 1) // 2 if across & 1 else across // 2
        length += -(longer + 1) // 2 if longer & 1 else longer // 2
        assert not mask[row, column : column + length].any()
        mask[row, column : column + length] = True
    return mask


@given(st.integers(1, 40), st.integers(1, 500), st.floats(0.0, 1.0), st.integers(0, 2**31))
def test_any_mask_comes_back_from_its_runs(height, width, share, seed):
    mask = np.random.default_rng(seed).random((height, width)) < share
    assert (decode(encode_runs(runs_of(mask)), mask.shape) == mask).all()


def test_masks_of_a_clip_are_those_of_the_dataset(dataset):
    for clip in dataset:
        data, frames = clip_data(dataset.root, clip, None), clip.meta.render.frames
        starts, content = unpack(data["masks"]["starts"]), unpack(data["masks"]["bytes"]).tobytes()
        for k, mask in enumerate(clip.masks()):
            for s in range(len(clip.meta.subjects)):
                at = s * frames + k
                assert (decode(content[starts[at] : starts[at + 1]], mask.shape) == (mask == s + 1)).all()


def test_points_lie_where_geometry_projects_them(dataset):
    clip = dataset[0]
    data, arrays = clip_data(dataset.root, clip, None), clip.arrays
    for s, subject in enumerate(data["subjects"]):
        for name, points in (("joints", arrays["joints_world"][s, :, : len(subject["parents"])]), ("box3d", arrays["box3d_world"][s])):
            pixels, depth = project(points, arrays["T_world_camera"], arrays["K"])
            steps = unpack(subject[name]).astype(float)
            there = (depth > 0.05) & (np.abs(pixels) < 4000).all(-1)
            assert there.any()
            assert np.abs(steps[there] / 8 - pixels[there]).max() <= 1 / 16 + 1e-9
            assert (steps[depth < 0.0] == NOWHERE).all()
        assert len(subject["parents"]) == len(subject["joint_names"])
        assert min(subject["parents"]) == -1
    assert (unpack(data["box2d"])[~np.isnan(arrays["box2d"])] == arrays["box2d"][~np.isnan(arrays["box2d"])]).all()
    assert (unpack(data["state"]) == arrays["state"]).all()
    assert (unpack(data["visible_px"]) == arrays["visible_px"]).all()


def test_the_map_has_camera_and_subjects_where_they_are(dataset):
    clip = dataset[0]
    drawn, arrays = clip_data(dataset.root, clip, None)["map"], clip.arrays
    metre = drawn["stage"][2] / clip.meta.stage.radius_m
    for found, truth in (
        (unpack(drawn["eye"]), arrays["T_world_camera"][:, :2, 3]),
        (unpack(drawn["roots"])[0], arrays["T_world_subject"][0, :, :2, 3]),
    ):
        east_north = (found - drawn["stage"][:2]) / metre * (1, -1)
        assert np.abs(east_north - (truth - clip.meta.stage.center_m[:2])).max() < 0.01
    forward = arrays["T_world_camera"][:, :2, 2]
    heading = unpack(drawn["looks"])[:, 0]
    assert np.allclose(np.cos(heading), forward[:, 0] / np.linalg.norm(forward, axis=1), atol=1e-5)


def test_points_behind_the_camera_are_nowhere_and_far_ones_at_the_edge():
    found = unpack(packed_pixels(np.array([[1.0, 2.0], [np.nan, 0.0], [3.0, 4.0], [1e9, -1e9]]), np.array([1.0, 1.0, -1.0, 1.0])))
    assert found.tolist() == [[8, 16], [NOWHERE, NOWHERE], [NOWHERE, NOWHERE], [32767, -32767]]


def test_the_table_holds_what_the_manifest_holds(dataset):
    manifest = many_rows(dataset.manifest, 12_345)
    (table,) = values(table_script(manifest, manifest.column("clip_id").to_pylist()[:3]))
    rows = manifest.to_pylist()
    assert table["ids"].split(" ") == [row["clip_id"] for row in rows]
    assert unpack(table["shown"]).tolist() == [0, 1, 2]
    for name, column in table["words"].items():
        assert [column["names"][k] for k in unpack(column["of"])] == [row[name] for row in rows]
        assert column["names"] == sorted(column["names"])
    for name, column in table["lists"].items():
        starts, of = unpack(column["starts"]), [column["names"][k] for k in unpack(column["of"])]
        assert [of[a:b] for a, b in pairwise(starts)] == [row[name] for row in rows]
    events = [event for row in rows for event in row["events"]]
    assert unpack(table["events"]["numbers"]["gap_frames"]).tolist() == [event["gap_frames"] for event in events]
    assert unpack(table["events"]["numbers"]["exit_time_s"]) == pytest.approx([event["exit_time_s"] for event in events], abs=1e-3)
    causes = table["events"]["words"]["exit_cause"]
    assert [causes["names"][k] for k in unpack(causes["of"])] == [event["exit_cause"] for event in events]
    captions = [values(data) for data in caption_scripts(manifest)]
    assert [first for first, _ in captions] == [0, 10_000]
    assert [text for _, texts in captions for text in texts] == [row["caption"] for row in rows]


def test_a_table_without_rows_is_one(dataset):
    (table,) = values(table_script(dataset.manifest.slice(0, 0)))
    assert (table["rows"], table["captions"], table["words"]["scene"]["names"]) == (0, 0, [])


def test_a_manifest_that_lacks_columns_is_named(dataset):
    with pytest.raises(DatasetError, match=r"manifest\.parquet: lacks the columns caption, events"):
        table_script(dataset.manifest.drop_columns(["events", "caption"]))


def test_chosen_clips_are_spread_over_what_there_is_and_always_the_same(dataset):
    manifest = many_rows(dataset.manifest, 3000)
    chosen = choose(manifest, 60)
    assert len(set(chosen)) == 60
    assert choose(manifest, 60) == chosen
    rows = {row["clip_id"]: row for row in manifest.to_pylist()}
    assert list(chosen) == [name for name in rows if name in set(chosen)]
    picked = [rows[name] for name in chosen]
    assert {row["scene"] for row in picked} >= set(SCENES)
    assert {row["split"] for row in picked} == {"train", "val", "test"}
    assert len({row["camera"] for row in picked}) >= 28
    assert {row["exit_causes"][0] for row in picked} >= {"camera", "subject", "either", "both_needed"}
    assert choose(manifest, 10**6) == list(rows)
    assert choose(manifest, 0) == []


def test_no_word_can_end_the_script_that_carries_it():
    data = script("HM.captions", 0, [SCRIPT, BREAK, "naïve 狗"])
    assert b"<" not in data
    assert data.isascii()
    assert values(data) == [0, [SCRIPT, BREAK, "naïve 狗"]]
    with pytest.raises(ValueError, match="not JSON compliant"):
        script("HM.table", float("nan"))


def test_a_strangers_words_are_escaped_in_the_page(tiny_dataset):
    verdict = Verdict(False, SCRIPT, ((SCRIPT, IMAGE, BREAK),))
    page = page_files(Hostile(tiny_dataset), verdict)["index.html"].decode()
    assert SCRIPT not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;window.hacked = 1&lt;/script&gt;") >= 3
    # Nothing comes from elsewhere, and nothing inline runs or styles, so that a policy can forbid it.
    assert not re.findall(r"https?:|//|style=|\son\w+=", re.sub(r"&[^;]+;", "", page.replace("onerror=", "")))
    assert all(re.fullmatch(r"[\w/.-]+", name) for name in re.findall(r'<script src="([^"]*)">', page))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "a.b", "x" * 65, "-rf", "a b", SCRIPT])
def test_an_id_that_is_no_file_name_is_refused(name):
    with pytest.raises(DatasetError, match="is not one: expected letters"):
        safe_id(name)


def test_a_shard_outside_the_dataset_is_not_read(dataset, tmp_path):
    row = dataset.manifest.slice(0, 1).to_pylist()[0]
    row["members"] = [{**member, "shard": "../secret.tar"} for member in row["members"]]
    evil = open_dataset(dataset.root)
    evil.manifest = pa.Table.from_pylist([row], schema=MANIFEST)
    (tmp_path / "secret.tar").write_bytes(b"my password" * 10**5)
    written = write_report(evil, tmp_path / "out", [row["clip_id"]], None, None, lambda: None)
    (why,) = written.failed.values()
    assert "outside the dataset's folder" in why
    assert [path.name for path in (tmp_path / "out").glob(f"*/{row['clip_id']}.*")] == [f"{row['clip_id']}.js"]
    assert not [path for path in (tmp_path / "out").rglob("*.*") if b"password" in path.read_bytes()]


def test_pictures_that_cannot_be_decoded_are_named_and_not_asked_for_early(dataset, monkeypatch):
    clip = dataset[0]
    good = next(clip.masks())

    def decode(source, pixels):
        yield good
        raise DatasetError("a video of the sample cannot be decoded: it is torn")

    monkeypatch.setattr("hmworld.dataset.clip.decode_frames", decode)
    masks = clip.masks()
    assert next(masks) is good
    with pytest.raises(DatasetError, match=f"^clip {clip.clip_id}: mask: a video of the sample cannot be decoded: it is torn$"):
        next(masks)


@pytest.mark.parametrize(
    ("where", "changed"),
    [
        ("render", {"fps": 0}), ("render", {"frames": -1}), ("render", {"width": 0}), ("event", {"subject": 9}),
        ("event", {"entry_frame": 60}), ("event", {"entry_frame": 0}), ("event", {"last_visible_frame": -1}),
        ("event", {"last_visible_frame": 10**6}),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_drawn_are_named(dataset, where, changed):
    clip = dataset[0]
    meta = clip.meta
    if where == "render":
        clip.meta = meta.model_copy(update={"render": meta.render.model_copy(update=changed)})
    else:
        clip.meta = meta.model_copy(update={"events": [meta.events[0].model_copy(update=changed)]})
    assert meta.events[0].kind == "absence"
    for make in (lambda: clip_data(dataset.root, clip, None), lambda: stills(clip)):
        with pytest.raises(DatasetError, match=f"clip {clip.clip_id}: json: "):
            make()


def test_stills_show_the_subject_gone_and_there(dataset):
    for clip in dataset:
        before, gone, after = moments(clip)
        longest = max((e for e in clip.meta.events if e.kind == "absence"), key=lambda e: e.gap_frames)
        states = clip.arrays["state"][longest.subject - 1]
        assert (states[before], states[after]) == (1, 1)
        assert states[gone] != 1
        assert stills(clip)[:3] == b"\xff\xd8\xff"


def test_checks_stand_with_their_problems(dataset):
    lines = [CheckLine("poses", 6), CheckLine("events", 1, (BREAK,))]
    data = clip_data(dataset.root, dataset[0], lines)
    assert data["checks"] == [{"name": "poses", "looked": 6, "problems": ()}, {"name": "events", "looked": 1, "problems": (BREAK,)}]


def test_only_a_report_of_ours_is_replaced(dataset, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds 'thesis\.txt'"):
        write_report(dataset, out, [], None, None, lambda: None)
    (out / "thesis.txt").rename(out / "preview.html")
    write_report(dataset, out, [], None, None, lambda: None)
    assert (out / "preview.html").read_text() == "mine"
    forecast = (dataset.root / "report" / "forecast.md").read_bytes()
    assert (out / "forecast.md").read_bytes() == forecast
    check_place(out)
    ids = dataset.manifest.column("clip_id").to_pylist()[:1]
    size = write_report(dataset, out, ids, None, None, lambda: None).size
    assert (out / "preview.html").read_text() == "mine"
    assert (out / f"clips/{ids[0]}.mp4").read_bytes() == dataset.clip(ids[0]).member("mp4")
    assert size == sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) - len("mine") - len(forecast)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def evil_copy(dataset, tmp_path):
    """A copy of the dataset, whose `report` is to hold what a stranger puts there."""
    root = tmp_path / "evil"
    shutil.copytree(dataset.root, root)
    (tmp_path / "secret").write_text("my password")
    return open_dataset(root)


@pytest.mark.parametrize("name", ["forecast.md", "preview.html"])
@pytest.mark.parametrize("link", ["file", "folder"])
@pytest.mark.parametrize("place", ["elsewhere", "in the dataset"])
def test_a_link_out_of_the_dataset_is_not_followed(dataset, tmp_path, name, link, place):
    evil = evil_copy(dataset, tmp_path)
    if link == "file":
        (evil.root / "report" / name).unlink(missing_ok=True)
        (evil.root / "report" / name).symlink_to(tmp_path / "secret")
    else:
        shutil.rmtree(evil.root / "report")
        (tmp_path / "outside").mkdir()
        (tmp_path / "secret").rename(tmp_path / "outside" / name)
        (evil.root / "report").symlink_to(tmp_path / "outside")
    out = tmp_path / "out" if place == "elsewhere" or link == "folder" else evil.root / "report"
    write_report(evil, out, [], None, None, lambda: None)
    for path in out.rglob("*"):
        assert not path.is_symlink()
        assert path.is_dir() or b"my password" not in path.read_bytes()
    assert b"my password" not in page_files(evil)["index.html"]
    assert "preview.html" not in (out / "index.html").read_text()


def test_a_preview_of_ours_is_carried_and_linked(dataset, tmp_path):
    copy = evil_copy(dataset, tmp_path)
    path = write_preview(copy.root, 1)
    assert is_preview(path.read_text())
    write_report(copy, tmp_path / "out", [], None, None, lambda: None)
    assert (tmp_path / "out" / "preview.html").read_bytes() == path.read_bytes()
    assert '<a href="preview.html">' in (tmp_path / "out" / "index.html").read_text()


@pytest.mark.parametrize("change", ["other", "before", "refresh"])
def test_a_planted_preview_is_neither_carried_nor_linked(dataset, tmp_path, change):
    copy = evil_copy(dataset, tmp_path)
    path = write_preview(copy.root, 1)
    text = path.read_text()
    path.write_text({
        "other": "<!doctype html>" + SCRIPT,
        "before": text.replace("<meta charset", SCRIPT + "<meta charset"),
        "refresh": text.replace("<body>", '<META HTTP-EQUIV="refresh" content="0;url=https://evil.example"><body>'),
    }[change])  # fmt: skip
    write_report(copy, tmp_path / "out", [], None, None, lambda: None)
    assert not (tmp_path / "out" / "preview.html").exists()
    assert "preview.html" not in (tmp_path / "out" / "index.html").read_text()
    # In the dataset's own folder it is left where it lies.
    planted = path.read_bytes()
    write_report(copy, copy.root / "report", [], None, None, lambda: None)
    assert path.read_bytes() == planted
    assert "preview.html" not in (copy.root / "report" / "index.html").read_text()


@pytest.mark.parametrize("mark", [None, "HM.other(1);", "HM.table"])
def test_a_page_of_another_project_is_not_replaced(dataset, tmp_path, mark):
    out = tmp_path / "out"
    (out / "data").mkdir(parents=True)
    (out / "index.html").write_text("mine")
    if mark is not None:
        (out / "data" / "table.js").write_text(mark)
    with pytest.raises(UsageError, match=r"holds 'data(/table\.js)?', which is not of a report"):
        write_report(dataset, out, [], None, None, lambda: None)
    assert (out / "index.html").read_text() == "mine"


@pytest.mark.parametrize("name", ["thesis.txt", "clips/notes.md", "data/notes.js", "more/thesis.txt"])
def test_what_somebody_put_into_a_report_is_not_deleted(dataset, tmp_path, name):
    out = tmp_path / "out"
    write_report(dataset, out, [], None, None, lambda: None)
    (out / ".DS_Store").write_text("of a file manager")
    check_place(out)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    stranger = name if name[:4] in ("clip", "data") else name.partition("/")[0]
    with pytest.raises(UsageError, match=f"holds '{stranger}', which is not of a report and would be deleted; move it away"):
        write_report(dataset, out, [], None, None, lambda: None)
    assert (out / name).read_text() == "mine"


def test_what_is_put_there_meanwhile_is_not_deleted(dataset, tmp_path):
    out = tmp_path / "out"
    write_report(dataset, out, [], None, None, lambda: None)
    ids = dataset.manifest.column("clip_id").to_pylist()[:1]
    with pytest.raises(UsageError, match=r"holds 'thesis\.txt'"):
        write_report(dataset, out, ids, None, None, lambda: (out / "thesis.txt").write_text("mine"))
    assert (out / "thesis.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_report_that_fails_leaves_the_old_one(dataset, tmp_path):
    out = tmp_path / "out"
    ids = dataset.manifest.column("clip_id").to_pylist()
    write_report(dataset, out, ids[:1], None, None, lambda: None)
    before = sorted(path.name for path in out.rglob("*"))

    def checker(clip):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(dataset, out, ids[1:], checker, None, lambda: None)
    assert sorted(path.name for path in out.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.fixture
def dead():
    """The number of a process that is gone."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def age(path, days):
    for each in (path, *path.iterdir()):
        os.utime(each, (time.time() - days * 86400,) * 2)


def test_what_a_killed_report_left_is_removed_and_what_a_living_one_holds_is_not(dataset, tmp_path, dead):
    host = part_of(tmp_path / "out").name.split(".")[2].partition("-")[0]
    there = {
        f".out.{host}-{dead}-01234567.part": (False, 0), f".out.{host}-{dead}-01234567.old": (False, 0),
        f".out.{host}-{os.getpid()}-01234567.part": (True, 0), f".out.{host}-{os.getpid()}-01234568.part": (False, 2),
        f".out.other-{dead}-01234567.part": (True, 0), f".out.other-{dead}-01234568.part": (False, 2),
        ".out.01234567.part": (True, 0), ".out.01234568.part": (False, 2),
        f".out2.{host}-{dead}-01234567.part": (True, 2), ".out.notes.part": (True, 2), ".outx01234567.part": (True, 2),
    }  # fmt: skip
    for name, (_, days) in there.items():
        (tmp_path / name / "clips").mkdir(parents=True)
        age(tmp_path / name, days)
    (tmp_path / "out").mkdir()
    write_report(dataset, tmp_path / "out", [], None, None, lambda: None)
    assert {path.name for path in tmp_path.iterdir()} == {"out", *(name for name, (stays, _) in there.items() if stays)}


def test_a_report_that_is_being_written_for_days_is_not_taken_for_left(tmp_path):
    part = tmp_path / ".out.0123abcd.part"
    (part / "clips").mkdir(parents=True)
    age(part, 3)
    os.utime(part / "clips")
    tidy(tmp_path / "out")
    assert part.is_dir()


def test_a_report_whose_replacing_was_killed_is_put_back(dataset, tmp_path, dead):
    out = tmp_path / "out"
    write_report(dataset, out, dataset.manifest.column("clip_id").to_pylist()[:1], None, None, lambda: None)
    before = sorted(path.name for path in out.rglob("*"))
    part = part_of(out).name.replace(f"-{os.getpid()}-", f"-{dead}-")
    out.rename(tmp_path / part.replace(".part", ".old"))
    (tmp_path / part).mkdir()

    def checker(clip):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(dataset, out, dataset.manifest.column("clip_id").to_pylist(), checker, None, lambda: None)
    assert sorted(path.name for path in out.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_to_the_folder_of_the_report_stays_one(dataset, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    for _ in range(2):
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / "real")
        write_report(dataset, link, [], None, None, lambda: None)
        assert link.is_symlink()
        assert (tmp_path / "real" / "index.html").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_arrays_are_little_endian():
    assert packed(np.array([1, 258], ">u2"), "u2") == {"d": "u2", "n": [2], "b": base64.b64encode(b"\x01\x00\x02\x01").decode()}
