"""The page over HTTP: byte ranges out of the tars, nothing but what the page has, nobody but who asked by its own name."""

import http.client
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hostile import SCRIPT

import hmworld as hm
from hmworld.errors import DatasetError
from hmworld.report.page import PageServer
from hmworld.report.preview import write_preview


def ask(server, path, method="GET", **headers):
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@pytest.fixture(scope="module")
def clip(dataset):
    return dataset[1]


@pytest.fixture(scope="module")
def video(clip):
    return clip.member("mp4")


def test_the_page_and_its_data_are_served(server, dataset, clip):
    for path, kind in (("/", "text/html"), ("/index.html", "text/html"), ("/style.css", "text/css"), ("/main.js", "text/javascript")):
        status, headers, body = ask(server, path)
        assert (status, headers["content-type"]) == (200, f"{kind}; charset=utf-8")
        assert len(body) == int(headers["content-length"]) > 100
    assert ask(server, "/data/table.js")[2].startswith(b"HM.table(")
    assert dataset.manifest.column("caption")[0].as_py().encode() in ask(server, "/data/captions-0.js")[2]
    assert ask(server, f"/clips/{clip.clip_id}.js")[2].startswith(b"HM.clip(")
    assert ask(server, f"/stills/{clip.clip_id}.jpg")[2].startswith(b"\xff\xd8\xff")
    assert "script-src 'self'" in ask(server, "/")[1]["content-security-policy"]


def test_every_clip_has_its_data_and_its_video(server, dataset):
    for clip in dataset:
        assert clip.clip_id.encode() in ask(server, f"/clips/{clip.clip_id}.js")[2]
        assert ask(server, f"/clips/{clip.clip_id}.mp4")[2] == clip.member("mp4")


def test_no_preview_is_linked_that_is_not_served(dataset, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(dataset.root, root)
    assert write_preview(root, 1) == root / "report" / "preview.html"
    page = PageServer(hm.open(root), None, "127.0.0.1", 0)
    page.server_close()
    links = re.findall(r'(?:href|src)="([^"#:]+)"', page.fixed["index.html"].decode())
    assert "style.css" in links
    assert set(links) <= set(page.fixed)


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [
        ("bytes=0-", 0, None), ("bytes=0-0", 0, 1), ("bytes=100-299", 100, 300), ("bytes=1000-", 1000, None), ("bytes=-500", -500, None),
        ("bytes=10-99999999999", 10, None), ("bytes=-99999999999", 0, None),
    ],
)  # fmt: skip
def test_a_range_gives_those_bytes(server, clip, video, asked, first, stop):
    status, headers, body = ask(server, f"/clips/{clip.clip_id}.mp4", Range=asked)
    expected = video[first:stop]
    start = len(video) + first if first < 0 else first
    assert (status, body) == (206, expected)
    assert headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{len(video)}"
    assert (headers["content-type"], headers["accept-ranges"]) == ("video/mp4", "bytes")


@pytest.mark.parametrize("asked", ["bytes=5-3", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6"])
def test_a_range_that_is_none_gives_the_whole(server, clip, video, asked):
    status, _, body = ask(server, f"/clips/{clip.clip_id}.mp4", Range=asked)
    assert (status in (200, 206), body) == (True, video)


def test_a_range_beyond_the_end_is_refused(server, clip, video):
    for asked in (f"bytes={len(video)}-", "bytes=-0"):
        status, headers, body = ask(server, f"/clips/{clip.clip_id}.mp4", Range=asked)
        assert (status, headers["content-range"], body) == (416, f"bytes */{len(video)}", b"")


def test_a_head_has_the_length_and_no_body(server, clip, video):
    status, headers, body = ask(server, f"/clips/{clip.clip_id}.mp4", "HEAD")
    assert (status, int(headers["content-length"]), body) == (200, len(video), b"")
    status, headers, body = ask(server, f"/clips/{clip.clip_id}.mp4", "HEAD", Range="bytes=0-9")
    assert (status, int(headers["content-length"]), body) == (206, 10, b"")
    assert ask(server, "/", "HEAD")[::2] == (200, b"")
    assert ask(server, "/nothing", "HEAD")[::2] == (404, b"")


def test_what_the_browser_has_is_not_sent_again(server, clip, video):
    for path in ("/", "/data/table.js", f"/clips/{clip.clip_id}.js", f"/clips/{clip.clip_id}.mp4"):
        tag = ask(server, path, "HEAD")[1]["etag"]
        assert ask(server, path, If_None_Match=f'"other", {tag}')[::2] == (304, b"")
        assert ask(server, path, If_None_Match='"other"')[0] == 200
    tag = ask(server, f"/clips/{clip.clip_id}.mp4", "HEAD")[1]["etag"]
    assert clip.clip_id in tag
    assert ask(server, f"/clips/{clip.clip_id}.mp4", Range="bytes=0-9", If_Range=tag)[::2] == (206, video[:10])
    assert ask(server, f"/clips/{clip.clip_id}.mp4", Range="bytes=0-9", If_Range='"old"')[::2] == (200, video)


@pytest.mark.parametrize(
    "path",
    [
        "/dataset.json", "/manifest.parquet", "/../dataset.json", "/clips/../dataset.json", "/clips/..%2f..%2fdataset.json",
        "/%2e%2e/dataset.json", "//etc/passwd", "/clips/", "/data/", "/shards/train-000000.tar", "/clips/0123456789abcdef0123.mp4",
        "/stills/{id}.js", "/stills/{id}.mp4", "/clips/{id}.jpg", "/clips/{id}.npz", "/clips/{id}", "/data/captions-1.js",
        "/data/captions-99999999.js", "/data/captions--1.js", "/clips/{id}%00.mp4", "/\\..\\dataset.json", "/" + "a" * 3000,
        "/" + SCRIPT.replace(" ", "%20"),
    ],
)  # fmt: skip
def test_nothing_else_is_answered(server, clip, path):
    status, headers, body = ask(server, path.replace("{id}", clip.clip_id))
    assert (status, headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert b"the page is at /" in body
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil", "[::1"])
def test_a_page_of_another_name_cannot_read(server, host):
    status, _, body = ask(server, "/", Host=host)
    assert (status, body) == (403, b"this server answers to its own address only\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8000", "[::1]:8000", "192.168.0.7:8000"])
def test_its_own_names_are_answered(server, host):
    assert ask(server, "/", Host=host)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(server, method):
    assert ask(server, "/", method)[0] == 501


def test_many_ask_at_once_and_each_gets_its_own(server, dataset):
    clips = list(dataset)
    videos = {clip.clip_id: clip.member("mp4") for clip in clips}

    def one(k):
        clip = clips[k % len(clips)].clip_id
        first = 37 * k
        return ask(server, f"/clips/{clip}.mp4", Range=f"bytes={first}-{first + 99}")[2] == videos[clip][first : first + 100]

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(96)))


def test_two_who_ask_at_once_share_one_making(dataset):
    calls, gate = [], threading.Event()

    def checker(clip):
        calls.append(clip.clip_id)
        gate.wait(20.0)
        return []

    page = PageServer(dataset, checker, "127.0.0.1", 0)
    thread = threading.Thread(target=page.serve_forever, daemon=True)
    thread.start()
    path = f"/clips/{dataset[0].clip_id}.js"
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(ask, page, path) for _ in range(3)]
        gate.set()
        bodies = {answer.result()[2] for answer in answers}
    page.shutdown()
    page.server_close()
    thread.join(5.0)
    assert len(bodies) == len(calls) == 1


def test_a_clip_that_cannot_be_read_says_so_and_is_tried_again(tiny_dataset):
    broken = hm.open(tiny_dataset)
    bad = [True]

    def checker(clip):
        if bad[0]:
            raise DatasetError(f"its json is {SCRIPT}")
        return []

    page = PageServer(broken, checker, "127.0.0.1", 0)
    thread = threading.Thread(target=page.serve_forever, daemon=True)
    thread.start()
    path = f"/clips/{broken[0].clip_id}.js"
    status, headers, body = ask(page, path)
    assert (status, body.startswith(b"HM.failed("), b"<" in body) == (200, True, False)
    assert "etag" not in headers
    bad[0] = False
    assert ask(page, path)[2].startswith(b"HM.clip(")
    page.shutdown()
    page.server_close()
    thread.join(5.0)


def test_a_server_that_is_closed_waits_for_what_it_makes(dataset):
    began, gate, ended = threading.Event(), threading.Event(), []

    def checker(clip):
        began.set()
        gate.wait(20.0)
        ended.append(clip.clip_id)
        return []

    page = PageServer(dataset, checker, "127.0.0.1", 0)
    thread = threading.Thread(target=page.serve_forever, daemon=True)
    thread.start()
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(ask, page, f"/clips/{dataset[0].clip_id}.js")
        assert began.wait(20.0)
        page.shutdown()
        closing = pool.submit(page.server_close)
        assert not ended
        gate.set()
        closing.result(20.0)
        assert ended == [dataset[0].clip_id]
        assert answer.result()[0] == 200
    thread.join(5.0)
