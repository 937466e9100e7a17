"""Files that clients ask for lie in the save folder, and nothing else is ever written."""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import unrealcv
from wire import array, ask, picture

from hmworld.embedded.actors import WorldError
from hmworld.embedded.saving import SaveFolder
from hmworld.engine import launch_embedded


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outer") / "saved"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[unrealcv.Client]:
    with launch_embedded(threads=1, save_folder=folder) as process:
        connected = unrealcv.Client((process.address.host, process.address.port), "inet")
        assert connected.connect()
        assert ask(connected, "vset /camera/0/size 64 48") == "ok"
        yield connected
        connected.disconnect()


@pytest.mark.parametrize("name", ["lit.png", "deep/er/lit.PNG", "a-b_c.1.bmp"])
def test_a_picture_is_saved_under_its_name_and_the_name_is_answered(client: unrealcv.Client, folder: Path, name: str) -> None:
    assert ask(client, f"vget /camera/0/lit {name}") == name
    np.testing.assert_array_equal(
        cv2.imread(str(folder / name), cv2.IMREAD_UNCHANGED)[..., :3], picture(ask(client, "vget /camera/0/lit png"))[..., :3]
    )


def test_arrays_are_saved_and_files_are_overwritten(client: unrealcv.Client, folder: Path) -> None:
    for stream in ("depth", "normal", "optical_flow", "depth"):
        assert ask(client, f"vget /camera/0/{stream} out.npy") == "out.npy"
        np.testing.assert_array_equal(np.load(folder / "out.npy"), array(ask(client, f"vget /camera/0/{stream} npy")))


def test_a_bare_view_is_saved_under_the_next_number_and_answers_its_path(client: unrealcv.Client, folder: Path) -> None:
    answers = [str(ask(client, f"vget /camera/0/{view}")) for view in ("lit", "object_mask", "normal", "depth", "screenshot")]
    assert answers == [str(folder.resolve() / f"{k:08d}.png") for k in range(1, 6)]
    np.testing.assert_array_equal(cv2.imread(answers[0], cv2.IMREAD_UNCHANGED), picture(ask(client, "vget /camera/0/lit png")))


def test_status_names_a_settings_file_beside_what_is_saved(client: unrealcv.Client, folder: Path) -> None:
    line = str(ask(client, "vget /unrealcv/status")).split("\n")[4]
    assert line == f"Config file: {folder.resolve() / 'unrealcv.ini'}"


@pytest.mark.parametrize(
    "name",
    ["../out.png", "a/../../out.png", "/out.png", "//out.png", "./out.png", "a//b.png", "a/.png", ".hidden.png", "~/out.png", "a\\b.png",
     "C:x.png", "a/./b.png", "..png", "out\x00.png", "ö.png", "$(x).png", "-o.png", "/".join("abcdefghi") + ".png", "x" * 101 + ".png",
     "a;b.png"],
)  # fmt: skip
def test_names_that_leave_the_folder_or_are_not_plain_are_refused(client: unrealcv.Client, folder: Path, name: str) -> None:
    before = sorted(folder.parent.rglob("*"))
    assert str(ask(client, f"vget /camera/0/lit {name}")).startswith("error Invalid filename")
    assert sorted(folder.parent.rglob("*")) == before


def test_links_directories_and_pipes_are_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.png").write_bytes(b"precious")
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder.png").mkdir()
    (root / "out").symlink_to(outside)
    (root / "link.png").symlink_to(outside / "precious.png")
    os.link(outside / "precious.png", root / "hard.png")
    os.mkfifo(root / "pipe.png")
    (root / "file").write_bytes(b"")
    saves = SaveFolder(root)
    for name in ("folder.png", "out/new.png", "link.png", "hard.png", "pipe.png", "file/x.png"):
        with pytest.raises(WorldError, match=r"Invalid filename|Can not write"):
            saves.save(name, b"data")
    assert [p.name for p in outside.iterdir()] == ["precious.png"]
    assert (outside / "precious.png").read_bytes() == b"precious"
    saves.save("sub/new.png", b"data")
    assert (root / "sub" / "new.png").read_bytes() == b"data"


def test_a_folder_of_its_own_is_made_when_needed_and_removed() -> None:
    saves = SaveFolder(None)
    path = saves.save("a.png", b"x")
    assert path.read_bytes() == b"x"
    assert path.parent.stat().st_mode & 0o777 == 0o700
    saves.remove_made()
    assert not path.parent.exists()


def test_the_engines_own_folder_is_gone_with_the_engine() -> None:
    with launch_embedded(threads=1) as process:
        connected = unrealcv.Client((process.address.host, process.address.port), "inet")
        assert connected.connect()
        ini = Path(str(ask(connected, "vget /unrealcv/status")).split("\n")[4].removeprefix("Config file: "))
        assert ini.parent.is_dir()
        connected.disconnect()
    assert not ini.parent.exists()
