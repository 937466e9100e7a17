"""`hmworld report` and `hmworld view` as a person meets them."""

import json
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import hmworld as hm
from hmworld.cli.clips import find_clip
from hmworld.errors import UsageError


@pytest.fixture(scope="module")
def copy(tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(tiny_dataset, tmp_path_factory.mktemp("copy") / "tiny"))


def test_a_report_is_written_beside_what_generation_left_and_the_dataset_stays_valid(copy, here):
    forecast = (copy / "report" / "forecast.md").read_text()
    done = here("report", copy, "--clips", 2, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    page = copy / "report" / "index.html"
    assert said == {"page": str(page), "rows": 4, "clips": 2, "bytes": said["bytes"], "failed": {}}
    assert "4 of 4 rendered clips" in page.read_text()
    assert (copy / "report" / "forecast.md").read_text() == forecast
    ids = hm.open(copy).manifest.column("clip_id").to_pylist()
    written = {path.stem for path in (copy / "report" / "clips").glob("*.mp4")}
    assert len(written) == 2
    assert written < set(ids)
    assert '"checks":[{"name":"schema"' in (copy / "report" / "clips" / f"{sorted(written)[0]}.js").read_text()
    assert not list(copy.glob(".report*"))
    assert here("validate", copy).returncode == 0
    # A second one takes the place of the first.
    done = here("report", copy, "--where", f"clip_id == '{ids[2]}'", "--no-checks")
    assert "4 clips, 1 of them with video" in done.stdout
    (data,) = (copy / "report" / "clips").glob("*.js")
    assert data.stem == ids[2]
    assert data.read_text().endswith('"checks":null});\n')


def test_a_clip_that_cannot_be_read_does_not_end_the_report(copy, here, tmp_path):
    broken = Path(shutil.copytree(copy, tmp_path / "broken"))
    clip, other = hm.open(broken)[1], hm.open(broken)[0].clip_id
    where = clip.where("mp4")
    with (broken / where.path).open("r+b") as file:
        file.seek(where.offset + where.size // 2)
        file.write(b"\0" * 64)
    done = here("report", broken, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "4 clips, 3 of them with video" in done.stdout
    assert "1 clip could not be shown; their pages say why:" in done.stderr
    assert f"clip {clip.clip_id}: mp4 is damaged" in done.stderr
    assert {path.name for path in (tmp_path / "out").glob(f"*/{clip.clip_id}.*")} == {f"{clip.clip_id}.js"}
    data = (tmp_path / "out" / "clips" / f"{clip.clip_id}.js").read_text()
    assert data.startswith(f'HM.failed("{clip.clip_id}","clip {clip.clip_id}: mp4')
    assert {path.suffix for path in (tmp_path / "out").glob(f"*/{other}.*")} == {".js", ".mp4", ".jpg"}
    done = here("report", broken, "--out", tmp_path / "out", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["clips"], list(said["failed"])) == (1, 3, [clip.clip_id])


def test_what_a_validation_found_is_shown(copy, here, tmp_path):
    clip = hm.open(copy)[0].clip_id
    found = {
        "root": "x",
        "good": False,
        "checked": {"poses": 5000},
        "problems": [{"check": "poses", "where": f"{clip}, subject 1", "message": "is <b>off</b>"}],
    }
    (tmp_path / "found.json").write_text(json.dumps(found))
    done = here("report", copy, "--out", tmp_path / "out", "--validation", tmp_path / "found.json")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<b>1 problem</b>" in page
    assert "by hmworld validate, 5,000 things looked at" in page
    assert "is &lt;b&gt;off&lt;/b&gt;" in page
    data = (tmp_path / "out" / "clips" / f"{clip}.js").read_text()
    assert '"problems":["is \\u003cb>off\\u003c/b>"]' in data


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "{data}", "--clips", "-1"), "--clips: expected 0 or more"),
        (("report", "{data}", "--out", "{other}"), "holds 'thesis.txt', which is not of a report"),
        (("report", "{data}", "--validation", "{other}/thesis.txt"), "is not what `hmworld validate --json` prints"),
        (("report", "{data}", "--validation", "nothing.json"), "nothing.json: cannot be read"),
        (("view", "{data}", "--port", "99999"), "--port: expected 0 to 65535"),
        (("view", "{data}", "zzz"), "0 clips of"),
        (("view", "{data}", "--rerun", "a.rrd"), "--rerun: name the clip"),
    ],
)
def test_a_wrong_call_is_one_line(copy, here, tmp_path, arguments, words):
    (tmp_path / "thesis.txt").write_text("mine")
    done = here(*(a.replace("{data}", str(copy)).replace("{other}", str(tmp_path)) for a in arguments))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert words in done.stderr


def with_ids(copy, ids):
    """The dataset with other ids; a clip of it is its id."""
    dataset = hm.open(copy)
    rows = dataset.manifest.slice(0, len(ids)).to_pylist()
    rows = [{**row, "clip_id": name} for row, name in zip(rows, ids, strict=True)]
    dataset.manifest = type(dataset.manifest).from_pylist(rows, schema=dataset.manifest.schema)
    dataset.clip = lambda name: name
    return dataset


def test_a_clip_whose_id_begins_anothers_can_be_named(copy):
    dataset = with_ids(copy, ["12", "1", "2"])
    assert [find_clip(dataset, name) for name in ("1", "12", "2")] == ["1", "12", "2"]


def test_of_clips_that_begin_alike_some_are_listed(copy):
    with pytest.raises(UsageError, match=r"^a: 2 clips of .* begin so \(ab, ac\); expected one, give more of its id$"):
        find_clip(with_ids(copy, ["ab", "ac", "b"]), "a")
    with pytest.raises(UsageError, match=r"^a: 4 clips of .* begin so \(a1, a2, a3, \.\.\.\); expected one"):
        find_clip(with_ids(copy, ["a1", "a2", "a3", "a4"]), "a")


def test_a_folder_that_is_no_dataset_is_named(here, tmp_path):
    for command in ("report", "view"):
        done = here(command, tmp_path)
        assert done.returncode == 1
        assert "is not a finished dataset" in done.stderr


@pytest.mark.parametrize("arguments", [["--no-browser"], []])
def test_the_viewer_serves_until_it_is_stopped(copy, environment, tmp_path, arguments):
    clip = hm.open(copy)[1]
    code = "from hmworld.cli import main; main()"
    # Its browser runs in the terminal: it does not come back before it is left.
    (tmp_path / "browser").write_text(
        '#!/bin/sh\nexec > /dev/null 2>&1\nfor k in $(seq 400); do [ -e "$0.left" ] && exit; sleep 0.2; done\n'
    )
    (tmp_path / "browser").chmod(0o755)
    environment = {**environment, "BROWSER": f"{tmp_path}/browser %s"}
    command = [sys.executable, "-c", code, "view", str(copy), clip.clip_id[:9], *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A test run that was started in the background ignores interrupts, and so would this process.
    process = subprocess.Popen(command, env=environment, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **pipes)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("tiny: 4 clips at http://127.0.0.1:")
        url = line.split(" at ")[1].split()[0]
        assert url.endswith(f"/#clip/{clip.clip_id}")
        base = url.partition("#")[0]
        with urllib.request.urlopen(base, timeout=30) as answer:
            assert b"<title>tiny</title>" in answer.read()
        with urllib.request.urlopen(f"{base}clips/{clip.clip_id}.js", timeout=60) as answer:
            assert b'"checks":[{"name":"schema"' in answer.read()
        with urllib.request.urlopen(f"{base}clips/{clip.clip_id}.mp4", timeout=30) as answer:
            assert answer.read() == clip.member("mp4")
        port = base.rstrip("/").rpartition(":")[2]
        taken = subprocess.run(
            [sys.executable, "-c", code, "view", str(copy), "--no-browser", "--port", port], env=environment, capture_output=True, text=True
        )
        assert taken.returncode == 2
        assert "cannot be listened on" in taken.stderr
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=30)
        assert (process.returncode, out, error.strip()) == (0, "", "")
    finally:
        (tmp_path / "browser.left").touch()
        process.kill()
        process.wait()
