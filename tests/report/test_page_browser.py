"""The page in Chromium, clicked through as a person would: from `file://`, and served on loopback."""

import base64
import json
import time
from itertools import pairwise

import numpy as np
import pytest
from browser import CHROMIUM, MISSING
from hostile import BREAK, IMAGE, Hostile
from many import many_rows

import hmworld as hm
from hmworld.errors import DatasetError
from hmworld.geometry.camera import project
from hmworld.report.page import CheckLine, Verdict, write_report

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

SHOWN = (0, 1, 3)
"""Rows of the clips that have players; the last has two subjects."""
ALPHA = """(() => {{ const c = document.querySelector('canvas.{0}');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let s = '';
  for (let k = 3; k < d.length; k += 4) s += d[k] ? '1' : '0'; return [c.width, c.height, s]; }})()"""
RGB = """(() => { const v = document.querySelector('video'), c = document.createElement('canvas');
  c.width = v.videoWidth; c.height = v.videoHeight; const x = c.getContext('2d'); x.drawImage(v, 0, 0);
  const d = x.getImageData(0, 0, c.width, c.height).data; const out = new Array(d.length / 4 * 3);
  for (let k = 0, n = 0; k < d.length; k++) if (k % 4 < 3) out[n++] = String.fromCharCode(d[k]); return btoa(out.join('')); })()"""


def page(report):
    return (report / "index.html").as_uri()


def drawn(browser, canvas):
    """Where a canvas (`masks` or `lines`) is not empty (H, W)."""
    width, height, text = browser.run(ALPHA.format(canvas))
    return np.array(list(text)).reshape(height, width) == "1"


def show(browser, frame):
    """Go to a frame and wait until the browser shows it."""
    browser.run(f"HM.open.player.seek({frame})")
    browser.wait(f"document.querySelector('.screen').dataset.frame === '{frame}' && !document.querySelector('video').seeking")


def open_clip(browser, clip_id):
    browser.run(f"location.hash = 'clip/{clip_id}'")
    browser.wait(f"HM.open && HM.open.clip.clip_id === '{clip_id}' && HM.open.player.frame >= 0")


def only(browser, *overlays):
    """Tick these overlays and no other, with the mouse."""
    for name in ("mask", "box", "joints", "box3d"):
        box = f'[data-overlay="{name}"]'
        if browser.run(f"document.querySelector('{box}').checked") != (name in overlays):
            browser.click(box)


def frames_to_look_at(clip):
    """Frames with subjects large, small, entering and gone."""
    seen = clip.arrays["visible_px"].sum(0)
    event = next(e for e in clip.meta.events if e.kind == "absence")
    return sorted({0, int(seen.argmax()), event.last_visible_frame, event.exit_frame, event.entry_frame, len(seen) - 1})


def test_the_page_opens_from_a_file_and_asks_nobody_for_anything(browser, report, dataset):
    browser.open(page(report))
    assert browser.texts("h1")[0] == dataset.info.name
    assert browser.texts("#count") == ["4 clips"]
    assert [text.split()[0] for text in browser.texts(".tile b")][:2] == ["4", str(dataset.info.counts.absences)]
    assert len(browser.texts(".scroller tbody tr[data-id]")) == 4
    browser.wait("document.body.dataset.captions === '1'")
    assert browser.texts("td.c-caption")[0] == dataset[0].meta.caption.text
    assert browser.said == []
    assert all(url.startswith(("file:", "data:", "about:")) for url in browser.asked)
    scenes = {row["scene"].replace("_", " ") for row in dataset.manifest.to_pylist()}
    assert scenes <= set(browser.texts(".stratum .name"))


def test_clips_are_sorted_filtered_and_cleared(browser, report, dataset):
    rows = dataset.manifest.to_pylist()
    browser.open(page(report))

    def ids():
        return browser.run("[...document.querySelectorAll('.scroller tr[data-id]')].map(r => r.dataset.id)")

    def exits(row):
        return min(e["exit_time_s"] for e in row["events"] if e["kind"] == "absence")

    browser.click('[data-sort="gap"]')
    gaps = {row["clip_id"]: row["max_gap_frames"] / row["fps"] for row in rows}
    assert [gaps[i] for i in ids()] == sorted(gaps.values(), reverse=True)
    assert browser.run("document.querySelector('th.c-gap').getAttribute('aria-sort')") == "descending"
    browser.click('[data-sort="gap"]')
    assert [gaps[i] for i in ids()] == sorted(gaps.values())
    browser.choose("#sort", "exit:up")
    browser.settle()
    assert ids() == [row["clip_id"] for row in sorted(rows, key=exits)]
    browser.choose("#by-scene", rows[0]["scene"])
    browser.settle()
    assert set(ids()) == {row["clip_id"] for row in rows if row["scene"] == rows[0]["scene"]}
    browser.click("#reset")
    browser.settle()
    assert browser.texts("#count") == ["4 clips"]
    cause = rows[0]["exit_causes"][0]
    browser.choose("#by-cause", cause)
    browser.settle()
    assert set(ids()) == {row["clip_id"] for row in rows if cause in row["exit_causes"]}
    browser.click("#reset")
    browser.settle()
    longest = max(row["max_gap_frames"] / row["fps"] for row in rows)
    browser.write("#by-gap", f"{longest - 0.01:.2f}")
    browser.settle()
    assert set(ids()) == {row["clip_id"] for row in rows if row["max_gap_frames"] / row["fps"] > longest - 0.01}
    browser.click("#reset")
    browser.settle()
    browser.write("#search", f"{rows[2]['subjects'][0].replace('_', ' ')} {rows[2]['clip_id'][:6]}")
    browser.wait("document.querySelector('#count').textContent === '1 of 4 clips'")
    assert ids() == [rows[2]["clip_id"]]
    browser.write("#search", "no such thing")
    browser.wait("document.querySelector('.where').textContent === 'no clips fit'")
    browser.click("#reset")
    browser.settle()
    browser.click(".stratum .bars button")
    browser.settle()
    first = browser.run("document.querySelector('#by-scene').value")
    assert set(ids()) == {row["clip_id"] for row in rows if row["scene"] == first} != set()
    assert browser.said == []


def test_a_condition_on_events_holds_of_one_and_the_same(browser, dataset, tmp_path):
    rows = dataset.manifest.to_pylist()
    event = next(e for e in rows[0]["events"] if e["kind"] == "absence")
    first, second = (
        {**event, "exit_cause": "camera", "gap_frames": 5},
        {**event, "exit_cause": "subject", "gap_frames": 40, "exit_time_s": 9.5},
    )
    rows[0]["events"] = [first, second]
    changed = hm.open(dataset.root)
    changed.manifest = type(dataset.manifest).from_pylist(rows[:1], schema=dataset.manifest.schema)
    write_report(changed, tmp_path / "page", [], None, None, lambda: None)
    browser.open(page(tmp_path / "page"))
    cells = [".c-absences", ".c-gap", ".c-exit"]
    fps = rows[0]["fps"]
    assert [browser.texts(f"td{cell}") for cell in cells] == [["2"], [f"{40 / fps:.2f} s"], [f"{event['exit_time_s']:.2f} s"]]
    browser.choose("#by-cause", "subject")
    browser.wait("document.querySelector('td.c-absences').textContent === '1'")
    assert [browser.texts(f"td{cell}") for cell in cells] == [["1"], [f"{40 / fps:.2f} s"], ["9.50 s"]]
    browser.choose("#by-cause", "camera")
    browser.write("#by-gap", "1")
    browser.wait("document.querySelector('#count').textContent === '0 of 1 clips'")


def test_a_bar_shows_as_many_clips_as_it_says(browser, dataset, tmp_path):
    changed = hm.open(dataset.root)
    rows = many_rows(dataset.manifest, 90).to_pylist()
    for k, row in enumerate(rows):
        row |= {"unseen": ("none", "all", "scene")[k % 3], "species": [["human", "dog"][k % 2]] * (1 + k % 2)}
        row["subjects"] = row["subjects"][:1] * (1 + k % 3)
        row["caption"] += " human dog all none of 3 s"
        absence = {
            **next(e for e in row["events"] if e["kind"] == "absence"),
            "gap_frames": (3, 14, 15, 30, 45, 75)[k % 6] * row["fps"] // 15,
        }
        row["events"] = [absence, {**absence, "exit_cause": ("", "camera", "subject")[k % 3]}, *row["events"]]
    changed.manifest = type(dataset.manifest).from_pylist(rows, schema=dataset.manifest.schema)
    write_report(changed, tmp_path / "page", [rows[0]["clip_id"]], None, None, lambda: None)
    browser.open(page(tmp_path / "page"))
    browser.wait("document.body.dataset.captions === '1'")
    bars = browser.run(
        "[...document.querySelectorAll('.stratum')].flatMap((card, c) => [...card.querySelectorAll('.bars button')].map((bar, b) => {"
        " bar.click(); return { title: card.querySelector('h3').textContent.trim(), name: bar.querySelector('.name').textContent,"
        " n: bar.querySelector('.n').textContent, off: bar.disabled, count: document.querySelector('#count').textContent.split(' ')[0],"
        " rows: HM.search().rows.length, search: document.querySelector('#search').value }; }))"
    )
    assert [bar for bar in bars if not bar["off"] and not bar["n"] == bar["count"] == str(bar["rows"])] == []
    assert {bar["search"] for bar in bars} == {""}
    assert [(bar["title"], bar["name"]) for bar in bars if bar["off"]] == [("What made it leave", "none")]

    def said(title):
        return {bar["name"]: int(bar["n"]) for bar in bars if bar["title"] == title}

    def clips(fits):
        return sum(any(fits(e, e["gap_frames"] / row["fps"]) for e in row["events"] if e["kind"] == "absence") for row in rows)

    spans = {"0 to 0.5 s": (0, 0.5), "0.5 to 1 s": (0.5, 1), "1 to 2 s": (1, 2), "2 to 3 s": (2, 3), "3 to 5 s": (3, 5)}
    expected = {name: clips(lambda _, gap, low=low, high=high: low <= gap < high) for name, (low, high) in spans.items()}
    assert said("Length of the gap") == {**expected, "5 s and more": clips(lambda _, gap: gap >= 5)}
    assert all(said("Length of the gap").values())
    assert said("What made it leave")["camera"] == clips(lambda e, _: e["exit_cause"] == "camera")
    assert said("Unseen in training") == {"none": 30, "all": 30, "scene": 30}
    assert said("Species") == {"human": 45, "dog": 45}
    assert {"Scene", "Subject", "Camera path", "Look", "Split", "Where it left"} <= {bar["title"] for bar in bars}
    # With the mouse, and with other filters before: what is asked for can be seen and cleared.
    browser.write("#search", "nothing at all")
    browser.click("#by-cut")
    browser.click('[title="Show those: 1 to 2 s"]')
    browser.settle()
    assert browser.texts("#count") == [f"{expected['1 to 2 s']} of 90 clips"]
    assert browser.run("['by-gap', 'by-gap-to'].map(id => document.getElementById(id).value)") == ["1", "2"]
    browser.click('[title="Show those: dog"]')
    assert browser.texts("#count") == ["45 of 90 clips"]
    assert browser.run("document.querySelector('#by-species').value") == "dog"
    assert browser.run("document.querySelector('#by-gap').value") == ""
    browser.click("#reset")
    browser.wait("document.querySelector('#count').textContent === '90 clips'")
    assert browser.said == []


def test_the_contact_sheet_shows_those_that_have_pictures(browser, report):
    browser.open(page(report))
    browser.click('[data-view="pictures"]')
    browser.wait("[...document.querySelectorAll('.picture img')].every(i => i.complete && i.naturalWidth > 700)")
    assert len(browser.texts(".picture")) == 3
    assert "1 of the clips that fit has no pictures" in browser.texts("#pictures p")[0].replace("clips that fit have", "clips that fit has")
    browser.click(".picture")
    browser.wait("HM.open && HM.open.player.frame >= 0")
    assert browser.said == []


def test_a_clip_without_video_tells_what_happens_and_how_to_see_it(browser, report, dataset):
    clip = dataset[2]
    browser.open(page(report))
    browser.click(f'tr[data-id="{clip.clip_id}"] a')
    browser.wait("!document.querySelector('#clip').hidden")
    assert browser.texts("#clip-body code") == [f"hmworld view DATASET {clip.clip_id}"]
    assert len(browser.texts("#clip-body li")) == len(clip.meta.events)
    browser.click(".back")
    browser.wait("!document.querySelector('#overview').hidden")


def test_the_table_is_walked_with_keys_and_left_with_tab(browser, dataset, tmp_path):
    whole = hm.open(dataset.root)
    whole.manifest = many_rows(dataset.manifest, 300)
    ids = whole.manifest.column("clip_id").to_pylist()
    write_report(whole, tmp_path / "page", ids[:1], None, None, lambda: None)
    browser.open(page(tmp_path / "page"))
    browser.wait("document.body.dataset.captions === '1'")

    def focus():
        place = browser.run("document.activeElement.closest('tr[data-id]')?.dataset.id ?? document.activeElement.id")
        return ids.index(place) if place in ids else place

    def seen():
        return browser.run(
            "(() => { const box = e => e.getBoundingClientRect(), s = box(document.querySelector('.scroller')),"
            " head = box(document.querySelector('thead')), r = box(document.activeElement);"
            " return r.top >= s.top + head.height - 1 && r.bottom <= s.bottom + 1; })()"
        )

    def press(*keys):
        for key in keys:
            browser.key(key, "\r" if key == "Enter" else "")
            browser.settle()

    browser.run("document.querySelector('.scroller').focus()")
    places = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "PageDown", "PageDown", "ArrowDown", "End", "PageUp", "Home", "ArrowUp", "PageDown"):
        press(key)
        places.append(focus())
        assert seen(), key
    page_rows = places[3]
    assert 5 < page_rows < 30
    assert places == [0, 1, 0, page_rows, 2 * page_rows, 2 * page_rows + 1, 299, 299 - page_rows, 0, 0, page_rows]
    assert browser.run("[...document.querySelectorAll('.scroller td a')].filter(a => a.tabIndex === 0).length") == 1
    # Wherever the mouse scrolls to, the focus stays in the table, and Tab leaves it for the pager.
    browser.run("document.querySelector('.scroller').scrollTop = 200 * 34")
    browser.settle()
    assert 190 <= focus() <= 210
    press("Tab")
    assert browser.run("document.activeElement.getAttribute('aria-label')") == "First rows"
    browser.run("document.querySelector('.scroller').focus()")
    press("Home", "ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    browser.wait("!document.querySelector('#clip').hidden")
    assert focus() == "clip-title"
    press("Escape")
    browser.wait("!document.querySelector('#overview').hidden")
    assert (focus(), seen()) == (3, True)
    browser.run("document.querySelector('.scroller').focus()")
    press("End", "Enter")
    browser.click("#previous")
    browser.settle()
    assert focus() == "clip-title"
    press("Escape")
    assert (focus(), seen()) == (298, True)
    assert browser.said == []


def test_keys_are_the_players_after_a_speed_was_chosen(browser, report, dataset):
    browser.open(page(report))
    open_clip(browser, dataset[0].clip_id)
    browser.run("document.querySelector('.controls select').focus()")
    browser.choose(".controls select", "0.5")
    assert browser.run("HM.open.video.playbackRate") == 0.5
    browser.key("ArrowRight")
    browser.wait("HM.open.player.frame === 1")
    assert browser.run("document.querySelector('.controls select').value") == "0.5"
    browser.run("document.querySelector('.controls select').focus()")
    browser.key("Escape")
    browser.wait("!document.querySelector('#overview').hidden")
    assert browser.said == []


def test_a_link_to_a_clip_without_video_has_its_caption(browser, report, dataset):
    clip = dataset[2]
    browser.open(page(report) + f"#clip/{clip.clip_id}")
    browser.wait("document.body.dataset.captions === '1'")
    assert browser.texts("#clip-body p.caption") == [clip.meta.caption.text]
    browser.key("Escape")
    browser.wait("!document.querySelector('#overview').hidden")
    assert browser.run("document.activeElement.closest('tr').dataset.id") == clip.clip_id
    assert browser.said == []


def test_masks_boxes_and_joints_lie_on_the_subject_in_the_frame_shown(browser, report, dataset):
    browser.open(page(report))
    ious = []
    assert len(dataset[SHOWN[-1]].meta.subjects) == 2
    for clip in [dataset[k] for k in SHOWN]:
        masks, arrays, render = list(clip.masks()), clip.arrays, clip.meta.render
        open_clip(browser, clip.clip_id)
        for frame in frames_to_look_at(clip):
            show(browser, frame)
            only(browser, "mask")
            truth, found = masks[frame] > 0, drawn(browser, "masks")
            ious.append(1.0 if not truth.any() and not found.any() else (truth & found).sum() / (truth | found).sum())
            only(browser, "box")
            assert not drawn(browser, "masks").any()
            lines = drawn(browser, "lines")
            zoom = lines.shape[1] / render.width
            assert lines.any() == (not np.isnan(arrays["box2d"][:, frame]).all())
            for x0, y0, x1, y1 in arrays["box2d"][:, frame][~np.isnan(arrays["box2d"][:, frame, 0])] * zoom:
                for x, y in (((x0 + x1) / 2, y1), (x0, (y0 + 3 * y1) / 4), (x1, (y0 + 3 * y1) / 4)):
                    column, row = min(int(x), lines.shape[1] - 1), min(int(y), lines.shape[0] - 1)
                    assert lines[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3].any()
            only(browser, "joints")
            lines, expected = drawn(browser, "lines"), np.zeros_like(lines)
            for s in range(len(arrays["state"])):
                pixels, depth = project(
                    np.nan_to_num(arrays["joints_world"][s, frame]), arrays["T_world_camera"][frame], arrays["K"][frame]
                )
                there = (depth > 0.05) & ~np.isnan(arrays["joints_world"][s, frame]).any(-1)
                for x, y in pixels[there] * zoom:
                    if 0 <= x < lines.shape[1] - 1 and 0 <= y < lines.shape[0] - 1:
                        assert lines[round(y), round(x)]
                        expected[round(y), round(x)] = True
            assert lines.any() or not expected.any()
            only(browser, "mask", "box3d")
            corners, depth = project(arrays["box3d_world"][0, frame], arrays["T_world_camera"][frame], arrays["K"][frame])
            for x, y in (corners * zoom)[depth > 0.05]:
                if 1 <= x < lines.shape[1] - 2 and 1 <= y < lines.shape[0] - 2:
                    assert drawn(browser, "lines")[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].any()
    print(f"overlay against mask: IoU {min(ious):.4f} to {max(ious):.4f} over {len(ious)} frames")
    assert min(ious) > 0.9
    assert browser.said == []


def test_the_frame_shown_is_the_frame_named(browser, server, dataset):
    clip = dataset[0]
    pictures = [picture.astype(float) for picture in clip.rgb()]
    moving = [np.abs(a - b).mean() for a, b in pairwise(pictures)]
    browser.open(server.url)
    open_clip(browser, clip.clip_id)
    frames = [0, 1, 17, 30, 31, 16, 59, 58, 2]
    for frame in frames:
        show(browser, frame)
        shown = np.frombuffer(base64.b64decode(browser.run(RGB)), np.uint8).reshape(pictures[0].shape).astype(float)
        off = {k: np.abs(shown - pictures[k]).mean() for k in (frame - 1, frame, frame + 1) if 0 <= k < len(pictures)}
        assert off[frame] < 4.0, off
        for k, other in off.items():
            if k != frame and moving[min(k, frame)] > 1.0:
                assert off[frame] < other, off
    assert max(moving) > 1.0
    assert browser.said == []
    assert {url.split("/")[2] for url in browser.asked if url.startswith("http")} == {f"127.0.0.1:{server.server_port}"}


def test_a_clip_plays_steps_loops_and_seeks(browser, report, dataset):
    clip = dataset[0]
    render = clip.meta.render
    browser.open(page(report))
    browser.click(f'tr[data-id="{clip.clip_id}"]')
    browser.wait("HM.open && HM.open.player.frame === 0")

    def frame():
        return browser.run("Number(document.querySelector('.screen').dataset.frame)")

    browser.click(".play")
    browser.wait("HM.open.player.frame > 4")
    assert browser.texts(".play") == ["Pause"]
    browser.key(" ", " ")
    browser.wait("document.querySelector('video').paused")
    time.sleep(0.2)
    before = frame()
    browser.key("ArrowRight")
    browser.wait(f"HM.open.player.frame === {before + 1}")
    browser.click('[aria-label^="One frame back"]')
    browser.wait(f"HM.open.player.frame === {before}")
    browser.key("End")
    browser.wait(f"HM.open.player.frame === {render.frames - 1}")
    browser.key("Home")
    browser.wait("HM.open.player.frame === 0")
    for across in (0.25, 0.75):
        browser.click("svg.timeline", across, 0.6)
        browser.wait(f"HM.open.player.frame === {int(across * render.frames)}")
        assert browser.run("document.querySelector('.timeline').getAttribute('aria-valuenow')") == str(int(across * render.frames))
    browser.click('[data-overlay="mask"]')
    assert not drawn(browser, "masks").any()
    browser.key("m")
    assert drawn(browser, "masks").any() == bool((list(clip.masks())[int(0.75 * render.frames)] > 0).any())
    browser.click("[data-loop]")
    event = min((e for e in clip.meta.events if e.kind == "absence"), key=lambda e: e.subject)
    first, last = max(0, event.last_visible_frame - render.fps), min(render.frames - 1, event.entry_frame + render.fps)
    browser.wait(f"HM.open.player.frame >= {first} && HM.open.player.frame <= {last}")
    browser.run("window.seen = []; HM.open.video.addEventListener('timeupdate', () => seen.push(HM.open.player.frame))")
    browser.run("HM.open.video.playbackRate = 4")
    browser.wait("seen.some((k, n) => n && k < seen[n - 1])")
    assert browser.run(f"seen.every(k => k >= {first} - 1 && k <= {last} + 3)")
    browser.click("[data-loop]")
    browser.run("HM.open.video.pause()")
    browser.click("#next")
    browser.wait(f"HM.open && HM.open.clip.clip_id === '{dataset[1].clip_id}'")
    browser.key("Escape")
    browser.wait("!document.querySelector('#overview').hidden")
    assert browser.said == []


def test_timeline_map_events_and_checks_are_those_of_the_clip(browser, report, dataset):
    browser.open(page(report))
    for clip in [dataset[k] for k in SHOWN]:
        open_clip(browser, clip.clip_id)
        absences = [e for e in clip.meta.events if e.kind == "absence"]
        assert len(browser.texts(".timeline .gap")) == len(browser.texts(".event.absence")) == len(absences)
        runs = browser.run(
            "[...document.querySelectorAll('.timeline .state')]"
            ".map(r => [r.classList[1], Number(r.dataset.first), Number(r.dataset.length)])"
        )
        names = {0: "out_of_frame", 1: "visible", 2: "occluded", 3: "too_small"}
        rebuilt = [name for name, _, length in runs for _ in range(length)]
        assert rebuilt == [names[int(state)] for states in clip.arrays["state"] for state in states]
        assert browser.texts("p.caption") == [clip.meta.caption.text]
        assert "all agrees" in browser.texts(".checks p")[0]
        assert any(text.startswith("✓ poses") for text in browser.texts(".checks li"))
        wedges = []
        for frame in (0, 20, 40):
            show(browser, frame)
            wedges.append(browser.run("document.querySelector('.wedge').getAttribute('points')"))
            spot = browser.run(
                "(() => { const m = document.querySelector('[data-subject=\"1\"]').transform.baseVal[0].matrix; return [m.e, m.f]; })()"
            )
            x, y, r = browser.run("HM.open.clip.map.stage")
            metre = r / clip.meta.stage.radius_m
            truth = clip.arrays["T_world_subject"][0, frame, :2, 3] - clip.meta.stage.center_m[:2]
            assert [(spot[0] - x) / metre, -(spot[1] - y) / metre] == pytest.approx(truth.tolist(), abs=0.02)
        moved = np.ptp(clip.arrays["T_world_camera"][[0, 40]], axis=0).max()
        assert (wedges[0] != wedges[2]) == bool(moved > 1e-6)


def test_a_strangers_words_are_shown_and_do_nothing(browser, tiny_dataset, tmp_path):
    hostile = Hostile(tiny_dataset)
    ids = hostile.manifest.column("clip_id").to_pylist()
    verdict = Verdict(False, IMAGE, ((IMAGE, BREAK, IMAGE),))
    write_report(hostile, tmp_path / "page", ids[:1], lambda clip: [CheckLine(IMAGE, 1, (BREAK,))], verdict, lambda: None)
    browser.open(page(tmp_path / "page"))
    browser.wait("document.body.dataset.captions === '1'")
    assert browser.texts("h1")[0] == IMAGE
    assert browser.texts("td.c-caption")[0] == BREAK + IMAGE
    browser.click('[data-view="pictures"]')
    open_clip(browser, ids[0])
    assert browser.texts("p.caption") == [BREAK + IMAGE]
    assert BREAK in browser.texts(".checks .problem")
    only(browser, "mask", "box", "joints", "box3d")
    browser.run(f"location.hash = 'clip/{ids[1]}'")
    browser.wait("document.querySelector('#clip-body code')")
    assert browser.run("window.hacked === undefined && [...document.images].every(i => !i.src.endsWith('/x'))")
    assert browser.run("[...document.scripts].every(s => s.src !== '')")
    assert browser.said == []


def test_a_clip_that_could_not_be_read_says_why(browser, dataset, tmp_path):
    ids = dataset.manifest.column("clip_id").to_pylist()

    def checker(clip):
        if clip.clip_id == ids[0]:
            raise DatasetError(f"clip {ids[0]}: json is {BREAK}")
        return []

    written = write_report(dataset, tmp_path / "page", ids[:2], checker, None, lambda: None)
    assert list(written.failed) == ids[:1]
    browser.open(page(tmp_path / "page"))
    browser.click('[data-view="pictures"]')
    browser.wait("document.querySelectorAll('#pictures .problem').length === 1")
    assert browser.texts("#pictures .problem") == ["This clip could not be read."]
    assert browser.run(f"document.querySelector('#pictures .problem').parentElement.hash === '#clip/{ids[0]}'")
    browser.run(f"location.hash = 'clip/{ids[0]}'")
    browser.wait("document.querySelector('#clip-body .problem')")
    assert browser.texts("#clip-body .problem") == [f"clip {ids[0]}: json is {BREAK}"]
    open_clip(browser, ids[1])


def test_a_dataset_without_clips_has_a_page(browser, dataset, tmp_path):
    empty = hm.open(dataset.root)
    empty.manifest = dataset.manifest.slice(0, 0)
    write_report(empty, tmp_path / "page", [], None, None, lambda: None)
    browser.open(page(tmp_path / "page"))
    assert browser.texts("#count") == ["0 clips"]
    assert browser.texts(".where") == ["no clips fit"]
    browser.click('[data-view="pictures"]')
    assert browser.said == []


def test_the_page_fits_narrow_and_wide_windows(browser, report, dataset):
    browser.open(page(report))
    for width in (1280, 800, 480):
        browser.resize(width, 900, dark=width == 800)
        browser.run("location.hash = ''")
        browser.wait("!document.querySelector('#overview').hidden")
        assert browser.run("document.documentElement.scrollWidth") <= width
        open_clip(browser, dataset[0].clip_id)
        assert browser.run("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_59225_rows_open_filter_sort_and_scroll(browser, dataset, tmp_path):
    whole = hm.open(dataset.root)
    whole.manifest = many_rows(dataset.manifest, 59_225)
    rows = whole.manifest.select(["clip_id", "scene", "subjects", "split", "caption", "events", "fps", "max_gap_frames"]).to_pylist()
    out = tmp_path / "page"
    write_report(whole, out, [rows[0]["clip_id"]], None, None, lambda: None)
    began = time.monotonic()
    browser.open(page(out))
    opened = time.monotonic() - began
    browser.wait("document.body.dataset.captions === '1'")
    captions, memory = time.monotonic() - began, browser.memory_mb()
    size = sum(path.stat().st_size for path in (out / "data").iterdir()) / 1e6
    print(f"59,225 rows, {size:.1f} MB: open after {opened:.2f} s, captions after {captions:.2f} s, heap {memory:.0f} MB")
    assert browser.texts("#count") == ["59,225 clips"]

    def top():
        return browser.run(
            "(() => { const s = document.querySelector('.scroller'), head = s.querySelector('thead').offsetHeight,"
            " low = s.getBoundingClientRect().top + head;"
            " return [...s.querySelectorAll('tr[data-id]')].find(r => r.getBoundingClientRect().bottom > low + 4).dataset.id; })()"
        )

    def count(expected):
        text = f"{expected:,} of 59,225 clips"
        browser.wait(f"document.querySelector('#count').textContent === {json.dumps(text)}")
        return browser.run("HM.lastSearchMs")

    assert top() == rows[0]["clip_id"]
    assert browser.run("document.querySelectorAll('.scroller tr[data-id]').length") < 100
    browser.click('[aria-label="Last rows"]')
    browser.wait(f"document.querySelector('tr[data-id=\"{rows[-1]['clip_id']}\"]')")
    assert browser.texts(".where")[0].endswith("to 59,225 of 59,225")
    x, y = browser.point(".scroller")
    browser("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-340)
    browser.wait(f"document.querySelector('tr[data-id=\"{rows[-20]['clip_id']}\"]')")
    browser.click('[aria-label="First rows"]')
    browser.wait(f"document.querySelector('tr[data-id=\"{rows[0]['clip_id']}\"]')")
    browser.click('[aria-label="Next rows"]')
    assert top() != rows[0]["clip_id"]

    browser.choose("#by-scene", "scene_03")
    took = {"scene": count(sum(row["scene"] == "scene_03" for row in rows))}
    browser.choose("#by-subject", "subject_07")
    both = [row for row in rows if row["scene"] == "scene_03" and row["subjects"] == ["subject_07"]]
    took["subject"] = count(len(both))
    browser.click("#reset")
    browser.wait("document.querySelector('#count').textContent === '59,225 clips'")
    browser.write("#search", "number 4242")
    took["words"] = count(sum("number" in row["caption"] and "4242" in row["caption"] + " " + row["clip_id"] for row in rows))
    browser.click("#reset")
    browser.wait("document.querySelector('#count').textContent === '59,225 clips'")

    def of_absences(row, name):
        return [event[name] for event in row["events"] if event["kind"] == "absence"]

    browser.choose("#by-cause", "both_needed")
    browser.write("#by-gap", "7.5")
    fits = [
        row
        for row in rows
        if any(e["kind"] == "absence" and e["exit_cause"] == "both_needed" and e["gap_frames"] / row["fps"] >= 7.5 for e in row["events"])
    ]
    took["event"] = count(len(fits))
    browser.click("#reset")
    browser.wait("document.querySelector('#count').textContent === '59,225 clips'")
    browser.click('[data-sort="gap"]')
    longest = max(rows, key=lambda row: max(of_absences(row, "gap_frames"), default=-1))
    assert top() == longest["clip_id"]
    took["sort by gap"] = browser.run("HM.lastSearchMs")
    browser.choose("#sort", "exit:up")
    earliest = min(rows, key=lambda row: np.float32(min((t for t in of_absences(row, "exit_time_s") if t >= 0), default=1e9)))
    browser.wait(f"document.querySelector('tr[data-id=\"{earliest['clip_id']}\"]')")
    assert top() == earliest["clip_id"]
    took["sort by exit"] = browser.run("HM.lastSearchMs")
    print("ms: " + ", ".join(f"{name} {ms:.0f}" for name, ms in took.items()))
    assert browser.said == []
