"""The plan's file is read a row group at a time."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hmworld.dataset import PlanFile
from hmworld.dataset.plan_file import PLAN
from hmworld.errors import DatasetError


@pytest.fixture
def planned(tiny_dataset: Path, tmp_path: Path) -> Path:
    """A folder with the plan of 4 clips in row groups of 3 and 1."""
    table = pq.read_table(tiny_dataset / PLAN)
    pq.write_table(table, tmp_path / PLAN, row_group_size=3)
    return tmp_path


def test_rows_come_in_the_order_they_are_asked_for_from_whatever_row_group(tiny_dataset: Path, planned: Path) -> None:
    whole, plan = PlanFile(tiny_dataset), PlanFile(planned)
    assert [plan.rows([k])[0].clip_id for k in range(4)] == whole.clip_ids == plan.clip_ids
    for numbers in ([3, 0, 2], range(1, 4), [2, 2, 3, 2], []):
        found = plan.rows(numbers)
        assert [row.row for row in found] == list(numbers)
        assert [row.record() for row in found] == [whole.rows([k])[0].record() for k in numbers]
    assert len(plan) == 4
    assert plan.identity == whole.identity
    assert plan.column("row").to_pylist() == [0, 1, 2, 3]


def test_a_row_that_there_is_not_is_an_error(planned: Path) -> None:
    for number in (4, -1):
        with pytest.raises(IndexError, match="of 4 rows"):
            PlanFile(planned).rows([0, number])


def test_a_plan_that_was_replaced_meanwhile_is_not_mixed_with_the_one_before(tiny_dataset: Path, planned: Path) -> None:
    plan = PlanFile(planned)
    plan.rows([0])
    shutil.copy(tiny_dataset / PLAN, planned / "new")
    (planned / "new").replace(planned / PLAN)
    with pytest.raises(DatasetError, match="the plan was replaced while it was read"):
        plan.rows([3])


def test_what_is_no_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="make one with `hmworld plan`"):
        PlanFile(tmp_path)
    (tmp_path / PLAN).write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match="plan cannot be read"):
        PlanFile(tmp_path)
    pq.write_table(pa.table({"row": [1]}), tmp_path / PLAN)
    with pytest.raises(DatasetError, match="is not a plan of hmworld"):
        PlanFile(tmp_path)
