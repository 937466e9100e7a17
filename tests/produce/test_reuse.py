"""Clips that other datasets have are taken over: from the first of them that has them whole."""

import shutil

from flows.prepare import prepare
from hmworld.cli.generate import load_recipe
from hmworld.dataset import open_dataset
from hmworld.engine.session import EngineInfo
from hmworld.produce.finish import missing_rows
from hmworld.produce.reuse import take_over


def test_what_is_damaged_in_one_dataset_is_taken_from_the_next(tiny_dataset, tmp_path):
    info = open_dataset(tiny_dataset).info
    engine = EngineInfo(info.engine_name, info.engine_build)
    damaged = tmp_path / "damaged"
    shutil.copytree(tiny_dataset, damaged)
    gone = sorted((damaged / "shards").glob("*.tar"))[0]
    gone.unlink()
    lost = next(shard for shard in info.shards if shard.path == f"shards/{gone.name}").clips
    prepare(load_recipe("tiny"), tmp_path / "new")
    planned = info.counts.planned
    assert take_over(tmp_path / "new", engine, [damaged]) == planned - lost
    assert len(missing_rows(tmp_path / "new", engine)) == lost
    assert take_over(tmp_path / "new", engine, [damaged, tiny_dataset]) == lost
    assert missing_rows(tmp_path / "new", engine) == []
    assert take_over(tmp_path / "new", engine, [damaged, tiny_dataset]) == 0


def test_another_engine_build_takes_nothing(tiny_dataset, tmp_path):
    info = open_dataset(tiny_dataset).info
    prepare(load_recipe("tiny"), tmp_path / "new")
    assert take_over(tmp_path / "new", EngineInfo(info.engine_name, "another build"), [tiny_dataset]) == 0
