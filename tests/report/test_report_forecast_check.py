"""The forecast against pixels, in a table: counted as the dataset's own info counts it, and off where the pictures are."""

import json

import pytest

from hmworld.dataset import PlanFile, open_dataset
from hmworld.model.event import Event
from hmworld.report import forecast_check
from hmworld.report.forecast_check import check_forecast, lines_of


def test_absences_are_counted_as_the_datasets_info_counts_them(tiny_dataset):
    check, info = check_forecast(tiny_dataset), open_dataset(tiny_dataset).info
    assert (check.rendered, check.kept) == (info.counts.planned, info.counts.kept)
    assert (check.absences, check.forecast) == (info.forecast.rendered_absences, info.forecast.forecast)
    near = sum(check.frame_errors["exit_frame"][error] for error in (-1, 0, 1))
    assert near >= info.forecast.within_one_frame
    assert sum(check.frame_errors["entry_frame"].values()) == check.forecast
    assert (tiny_dataset / "report" / "forecast.md").read_text() == "\n".join(lines_of(check)) + "\n"


@pytest.fixture
def shifted(tiny_dataset, monkeypatch):
    """The pictures of the first clip show its first absence two frames late, and an occlusion in place of none."""
    plan = PlanFile(tiny_dataset)
    row = next(row for row in plan.rows(range(len(plan))) if any(e.kind == "absence" for e in row.forecast_events))
    absence = next(e for e in row.forecast_events if e.kind == "absence")
    late = absence.model_copy(update={"exit_frame": absence.exit_frame + 2, "exit_time_s": absence.exit_time_s + 0.25, "exit_side": "top"})
    return tiny_dataset, monkeypatch, row, absence, late


def test_errors_of_frames_and_times_stand_in_the_table(shifted):
    root, monkeypatch, row, absence, late = shifted
    monkeypatch.setattr(forecast_check, "_rendered", lambda _: {row.clip_id: ([late], "")})
    check = check_forecast(root)
    assert (check.rendered, check.absences, check.forecast) == (1, 1, 1)
    assert check.frame_errors["exit_frame"][-2] == 1
    assert check.frame_errors["entry_frame"][0] == 1
    assert check.time_errors_s["exit_time_s"]["greatest"] == pytest.approx(0.25)
    assert check.same["exit_side"] == (absence.exit_side == "top")
    assert check.same["exit_cause"] == 1
    assert "| exit_frame | 0 | 1 | 0 | 0 | 0 | 0 | 0 |" in "\n".join(lines_of(check))


def test_misses_say_what_was_there_instead(shifted):
    root, monkeypatch, row, absence, _ = shifted
    hidden = Event(
        kind="occlusion", subject=absence.subject, last_visible_frame=absence.last_visible_frame, entry_frame=absence.entry_frame
    )
    elsewhere = absence.model_copy(update={"subject": absence.subject + 7})
    monkeypatch.setattr(forecast_check, "_rendered", lambda _: {row.clip_id: ([hidden, elsewhere], "no_event")})
    check = check_forecast(root)
    forecast = sum(e.kind == "absence" for e in row.forecast_events)
    assert (check.kept, check.rejected_by_reason) == (0, {"no_event": 1})
    assert check.missed_as == {"nothing": 1}
    assert check.alarmed_as["occlusion"] >= 1
    assert check.false_alarms == forecast


def test_the_command_prints_it(tiny_dataset, hmworld):
    done = hmworld("inspect", tiny_dataset, "--forecast")
    assert done.returncode == 0, done.stderr
    assert "absences in the pictures were forecast" in done.stdout
    data = json.loads(hmworld("inspect", tiny_dataset, "--forecast", "--json").stdout)
    assert data["rendered"] == check_forecast(tiny_dataset).rendered
