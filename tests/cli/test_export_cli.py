"""`hmworld export` and `hmworld import-hm-world`, as a stranger runs them."""

import json

import pytest

from hmworld.cli import app as cli
from hmworld.dataset import open_dataset


@pytest.fixture(scope="module")
def there_and_back(tiny_dataset, tmp_path_factory):
    """A folder with `export`, the tiny dataset as HM-World has it, and `ours`, what was imported of it."""
    root = tmp_path_factory.mktemp("cli")
    assert cli.run(["export", str(tiny_dataset), "--format", "hm-world", "--any-length", "--out", str(root / "export")]) == 0
    assert cli.run(["import-hm-world", str(root / "export"), "--out", str(root / "ours"), "--name", "back"]) == 0
    return root


def test_export_says_what_it_wrote(tiny_dataset, tmp_path, capsys):
    assert cli.run(["export", str(tiny_dataset), "--format", "worldplay", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "4 clips as worldplay: poses/<clip>.json, videos/<clip>.mp4; <split>.json" in said
    assert "10 files written" in said


def test_export_prints_one_object_for_machines(tiny_dataset, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.run(["export", str(tiny_dataset), "--format", "camera-ctrl", "--out", str(out), "--link", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["clips"], answer["files"], answer["linked_files"]) == (4, 10, 0)
    assert answer["bytes"] == sum(p.stat().st_size for p in out.rglob("*") if p.is_file())


def test_a_split_that_no_clip_is_in_is_a_wrong_call_that_names_those_there_are(tiny_dataset, tmp_path, capsys):
    assert cli.run(["export", str(tiny_dataset), "--format", "coco", "--split", "test", "--out", str(tmp_path / "out")]) == 2
    assert "no clip to export; splits of its clips: train" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_expression_chooses_the_clips(tiny_dataset, tmp_path, capsys):
    dataset = open_dataset(tiny_dataset)
    asked = f"scene == '{dataset[3].row['scene']}' and clip_id == '{dataset[3].clip_id}'"
    call = ["export", str(tiny_dataset), "--format", "camera-ctrl", "--where", asked, "--out", str(tmp_path / "out"), "--json"]
    assert cli.run(call) == 0
    assert json.loads(capsys.readouterr().out)["clips"] == 1
    assert [path.stem for path in (tmp_path / "out").rglob("*.mp4")] == [dataset[3].clip_id]
    call[call.index(asked)] = "n_subject == 2"
    assert cli.run(call) == 2
    assert "there is no 'n_subject'; did you mean n_subjects" in capsys.readouterr().err


def test_an_unknown_format_is_a_wrong_call_that_names_the_formats(tiny_dataset, tmp_path, capsys):
    assert cli.run(["export", str(tiny_dataset), "--format", "vhs", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert "nerfstudio" in said.out + said.err


def test_clips_that_do_not_fit_are_bad_data_and_named(tiny_dataset, tmp_path, capsys):
    assert cli.run(["export", str(tiny_dataset), "--format", "hm-world", "--out", str(tmp_path / "out")]) == 1
    assert "pass --any-length" in capsys.readouterr().err


def test_import_says_what_it_assumed(there_and_back, tmp_path, capsys):
    assert cli.run(["import-hm-world", str(there_and_back / "export"), "--out", str(tmp_path / "out"), "--hfov-deg", "36.5"]) == 0
    said = capsys.readouterr().out
    assert "4 clips, 5 absences" in said
    assert "a field of view of 36.5 degrees was assumed" in said


@pytest.mark.parametrize(
    ("option", "value", "message"), [("--hfov-deg", "300", "expected 1 to 170"), ("--name", "No Name", "--name: name")]
)
def test_an_import_that_cannot_be_is_a_wrong_call(there_and_back, tmp_path, capsys, option, value, message):
    assert cli.run(["import-hm-world", str(there_and_back / "export"), "--out", str(tmp_path / "out"), option, value]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_validate_inspect_and_the_sheet_work_on_an_imported_dataset(there_and_back, tmp_path, capsys):
    ours = str(there_and_back / "ours")
    assert cli.run(["validate", ours]) == 0
    assert cli.run(["inspect", ours]) == 0
    clip = next(clip for clip in open_dataset(ours) if any(event.kind == "absence" for event in clip.meta.events))
    assert cli.run(["inspect", ours, clip.clip_id]) == 0
    event = next(event for event in clip.meta.events if event.kind == "absence")
    assert f"out at frame {event.exit_frame}, back at frame {event.return_frame}" in capsys.readouterr().out
    assert cli.run(["inspect", ours, "--sheet", str(tmp_path / "sheet.png")]) == 0
    assert (tmp_path / "sheet.png").stat().st_size > 1000


def test_an_imported_dataset_is_exported_again(there_and_back, tmp_path, capsys):
    call = ["export", str(there_and_back / "ours"), "--any-length", "--json", "--format"]
    for name in ("multicam", "nerfstudio", "coco"):
        assert cli.run([*call, name, "--out", str(tmp_path / name)]) == 0
        assert json.loads(capsys.readouterr().out)["clips"] == 4


def test_merging_an_imported_dataset_is_refused_with_the_reason(there_and_back, tiny_dataset, tmp_path, capsys):
    assert cli.run(["merge", str(there_and_back / "ours"), str(tiny_dataset), "--out", str(tmp_path / "both")]) == 1
    assert "has no plan; only generated datasets merge" in capsys.readouterr().err
