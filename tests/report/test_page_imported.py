"""Clips that were taken over from HM-World's layout have no specification, and perhaps no masks: the page shows what there is."""

import base64
import threading
import urllib.request
import warnings
from pathlib import Path

import numpy as np
import pytest

from hmworld.adopt import How, adopt_hm_world
from hmworld.cli.clips import checker
from hmworld.dataset import open_dataset
from hmworld.export import EXPORTERS, Options, export_dataset
from hmworld.report.page import PageServer, write_report
from hmworld.report.page.build import page_files
from hmworld.report.page.clip import clip_data
from hmworld.report.page.packed import NOWHERE
from hmworld.report.page.stills import stills
from hmworld.report.recording import entity, write_recording

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "hm-world-examples"


def unpack(column):
    return np.frombuffer(base64.b64decode(column["b"]), np.dtype(column["d"]).newbyteorder("<")).reshape(column["n"])


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """The two real examples: the context half, without masks."""
    if not EXAMPLES.is_dir():
        pytest.skip(f"no real examples beside the checkout: {EXAMPLES}")
    out = tmp_path_factory.mktemp("examples") / "ours"
    adopt_hm_world(EXAMPLES, out, "hm_world")
    return open_dataset(out)


@pytest.fixture(scope="module", params=["with poses", "without poses"])
def back(request, tiny_dataset, tmp_path_factory):
    """What comes back of the tiny dataset through HM-World's layout, masks and all, with and without poses of its subjects."""
    root, dataset = tmp_path_factory.mktemp("back"), open_dataset(tiny_dataset)
    export_dataset(dataset, list(dataset), EXPORTERS["hm-world"], root / "export", Options(any_length=True))
    if request.param == "without poses":
        for path in root.glob("export/**/character.json"):
            path.unlink()
    adopt_hm_world(root / "export", root / "ours", "back", How(hfov_deg=dataset[0].meta.camera.hfov_deg))
    return open_dataset(root / "ours")


def check_page_of(imported, out):
    """A report has a player of every clip, and says nothing that only a specification could."""
    ids = imported.manifest.column("clip_id").to_pylist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_report(imported, out, ids, checker(imported), None, lambda: None)
    for name in ids:
        assert (out / "clips" / f"{name}.js").read_text().startswith('HM.clip({"clip_id":')
        assert '"specified":false' in (out / "clips" / f"{name}.js").read_text()
        assert (out / "clips" / f"{name}.mp4").read_bytes() == imported.clip(name).member("mp4")
        assert (out / "stills" / f"{name}.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    page = (out / "index.html").read_text()
    assert "planned of" not in page
    assert "rejected after rendering" not in page
    assert "absences were forecast" not in page


def test_the_real_examples_have_a_report_with_players(examples, tmp_path):
    check_page_of(examples, tmp_path / "page")
    for clip in examples:
        data, frames = clip_data(examples.root, clip, None), clip.meta.render.frames
        assert (data["subjects"], unpack(data["masks"]["starts"]).tolist(), data["masks"]["bytes"]["n"]) == ([], [0], [0])
        drawn = data["map"]
        assert (drawn["stage"], drawn["obstacles"], drawn["ways"]) == (None, [], [])
        assert 2 * drawn["half_angle"] == pytest.approx(np.deg2rad(37.5))
        eye = unpack(drawn["eye"])
        assert eye.shape == (frames, 2)
        assert (eye > 0).all()
        assert (eye < (drawn["width"], drawn["height"])).all()
        # Distances on the map are those of the camera's path.
        metre = drawn["scale_px"] / drawn["scale_m"]
        moved = clip.arrays["T_world_camera"][:, :2, 3] - clip.arrays["T_world_camera"][0, :2, 3]
        assert np.abs((eye - eye[0]) / metre * (1, -1) - moved).max() < 1e-3
        assert stills(clip)[:3] == b"\xff\xd8\xff"


def test_what_comes_back_through_the_layout_has_a_report_with_players(back, tmp_path):
    check_page_of(back, tmp_path / "page")
    for clip in back:
        data, arrays = clip_data(back.root, clip, None), clip.arrays
        assert len(data["subjects"]) == len(data["map"]["ways"]) == len(clip.meta.subjects) > 0
        for subject in data["subjects"]:
            assert (subject["joint_names"], subject["parents"]) == ([], [])
            assert (unpack(subject["box3d"]) == NOWHERE).all()
        assert unpack(data["masks"]["bytes"]).size > 0
        drawn, known = data["map"], np.isfinite(arrays["T_world_subject"]).all()
        roots = unpack(drawn["roots"])
        assert np.isfinite(roots).all() == known == all(drawn["ways"])
        if known:
            metre = drawn["scale_px"] / drawn["scale_m"]
            apart = arrays["T_world_subject"][0, :, :2, 3] - arrays["T_world_camera"][:, :2, 3]
            assert np.abs((roots[0] - unpack(drawn["eye"])) / metre * (1, -1) - apart).max() < 1e-3


def test_an_imported_clip_is_served(back):
    page = PageServer(back, checker(back), "127.0.0.1", 0)
    thread = threading.Thread(target=page.serve_forever, daemon=True)
    thread.start()
    try:
        with urllib.request.urlopen(f"{page.url}clips/{back[0].clip_id}.js", timeout=60) as answer:
            assert answer.read().startswith(b'HM.clip({"clip_id":')
    finally:
        page.shutdown()
        page.server_close()
        thread.join(5.0)


def test_the_page_shows_nothing_for_what_nobody_knows(browser, back, tmp_path):
    ids = back.manifest.column("clip_id").to_pylist()
    write_report(back, tmp_path / "page", ids[:1], checker(back), None, lambda: None)
    browser.open((tmp_path / "page" / "index.html").as_uri())
    assert set(browser.texts("tbody td.c-luma")) == set(browser.texts("tbody td.c-agreement")) == {""}
    browser.run(f"location.hash = 'clip/{ids[0]}'")
    browser.wait("HM.open && HM.open.player.frame >= 0")
    facts = dict(zip(browser.texts(".facts dt"), browser.texts(".facts dd"), strict=True))
    assert "Clip" in facts
    assert "" not in facts.values()
    assert not {"Mean luma", "Forecast right"} & set(facts)
    (verdict,) = browser.texts(".checks > p")
    assert "without a specification" in verdict
    known = bool(np.isfinite(back[0].arrays["T_world_subject"]).any())
    assert browser.run("document.querySelector('.map [data-subject]').getAttribute('visibility')") == ("visible" if known else "hidden")
    assert browser.run("document.querySelector('.map .stage') === null")
    assert browser.said == []


def test_a_recording_of_an_imported_clip_holds_what_there_is(back, tmp_path):
    pytest.importorskip("rerun", reason="rerun is not there (pip install rerun-sdk)", exc_type=ImportError)
    from rerun.chunk import RrdReader

    clip = back[0]
    write_recording(back.root, clip, tmp_path / "clip.rrd")
    found = {chunk.entity_path for chunk in RrdReader(tmp_path / "clip.rrd").stream().to_chunks()}
    names = [entity(s.id, s.name) for s in clip.meta.subjects]
    assert {"/world/camera", "/world/camera/image/video", "/world/camera/image/mask"} <= found
    assert {f"/visible_px/{name}" for name in names} <= found
    assert not [path for path in found if path.startswith(("/world/boxes", "/world/skeletons"))]
    known = bool(np.isfinite(clip.arrays["T_world_subject"]).any())
    assert ({f"/world/subjects/{name}" for name in names} <= found) == known


def test_a_recording_of_a_real_example_has_camera_and_video(examples, tmp_path):
    pytest.importorskip("rerun", reason="rerun is not there (pip install rerun-sdk)", exc_type=ImportError)
    from rerun.chunk import RrdReader

    write_recording(examples.root, examples[0], tmp_path / "clip.rrd")
    found = {chunk.entity_path for chunk in RrdReader(tmp_path / "clip.rrd").stream().to_chunks()}
    assert {"/world/camera", "/world/camera/image/video"} <= found
    assert "/world/camera/image/mask" not in found


def test_a_generated_dataset_says_what_was_planned_and_forecast(dataset):
    page = page_files(dataset)["index.html"].decode()
    assert "planned of" in page
    assert "absences were forecast" in page
    assert clip_data(dataset.root, dataset[0], None)["specified"] is True
