"""The page over HTTP: the same files as in a report, made when they are asked for, and videos straight out of the tars.

Only names of the page and ids of the manifest are answered; no path of a request ever reaches the file system.
"""

import hashlib
import ipaddress
import re
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import ClassVar

import hmworld
from hmworld.dataset import Clip, Dataset
from hmworld.errors import DatasetError
from hmworld.report.page.build import page_files
from hmworld.report.page.clip import CheckLine, clip_script
from hmworld.report.page.packed import script
from hmworld.report.page.source import inside
from hmworld.report.page.stills import stills
from hmworld.report.page.table import CAPTIONS_AT_ONCE, caption_script, table_script

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".jpg": "image/jpeg", ".mp4": "video/mp4"}
_CLIP = re.compile(r"(clips|stills)/([A-Za-z0-9_-]{1,64})\.(js|mp4|jpg)")
_CAPTIONS = re.compile(r"data/captions-([0-9]{1,6})\.js")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'self'"
)
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
_PIECE = 1 << 18
_MOST_KEPT = 64


class _Made:
    """What was made for the keys asked for last; two who ask at once share one making."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Future[bytes]] = OrderedDict()
        self._running: set[Future[bytes]] = set()
        self._closed = False

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            future = self._kept.get(key)
            mine = future is None
            if future is None:
                if self._closed:
                    raise DatasetError("the server ends")
                future = self._kept[key] = Future()
                self._running.add(future)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._lock:
                    self._kept.pop(key, None)
                future.set_exception(error)
            finally:
                with self._lock:
                    self._running.discard(future)
        return future.result()

    def close(self) -> None:
        """Wait for what is being made: a process must not end in the middle of decoding."""
        with self._lock:
            self._closed = True
            running = set(self._running)
        wait(running, timeout=20.0)


class PageServer(ThreadingHTTPServer):
    """Serves the page of a dataset; port 0 takes a free one. `serve_forever` until `shutdown`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, dataset: Dataset, checker: Callable[[Clip], Sequence[CheckLine]] | None, host: str, port: int) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.dataset, self.checker, self.host = dataset, checker, host
        self.shards = frozenset(shard.path for shard in dataset.info.shards)
        self.ids = frozenset(str(value) for value in dataset.manifest.column("clip_id").to_pylist())
        self.made = _Made()
        self.fixed = {**page_files(dataset), "data/table.js": table_script(dataset.manifest)}
        self.version = hashlib.sha256(hmworld.__version__.encode() + (dataset.root / "dataset.json").read_bytes()).hexdigest()[:12]
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where the page is."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server_port}/"

    def knows(self, host: str) -> bool:
        """Whether a request's Host is ours, so that no page of another name that is made to point here can read from it."""
        found = _HOST.fullmatch(host)
        if not found:
            return False
        name = found[1] or found[2]
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name.lower() in {"localhost", self.host.lower(), socket.gethostname().lower()}
        return True

    def server_close(self) -> None:
        """Stop, once what is being made is done."""
        super().server_close()
        self.made.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of a video is no error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "hmworld", ""
    timeout: ClassVar[float] = 60.0

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""

    def do_HEAD(self) -> None:
        """As GET, without a body."""
        self.do_GET()

    def do_GET(self) -> None:
        """A file of the page."""
        if not self.server.knows(self.headers.get("Host", "")):
            self._plain(403, "this server answers to its own address only")
            return
        name = self.path.partition("?")[0].removeprefix("/") or "index.html"
        try:
            self._answer(name)
        except DatasetError as error:
            self._plain(500, str(error))

    def _answer(self, name: str) -> None:
        server = self.server
        captions, clip = _CAPTIONS.fullmatch(name), _CLIP.fullmatch(name)
        if name in server.fixed:
            self._whole(name, server.fixed[name])
        elif captions and int(captions[1]) * CAPTIONS_AT_ONCE < len(server.dataset):
            self._whole(name, caption_script(server.dataset.manifest, int(captions[1])))
        elif clip and clip[2] in server.ids and (clip[1], clip[3]) in {("clips", "js"), ("clips", "mp4"), ("stills", "jpg")}:
            tag = f'"{clip[2]}.{clip[3]}.{server.version}"'
            if self._has(tag):
                return
            if clip[3] == "mp4":
                self._video(server.dataset.clip(clip[2]), tag)
            else:
                self._send_made(name, clip[2], clip[3], tag)
        else:
            self._plain(404, f"there is no {name[:200]!r} here; the page is at /")

    def _send_made(self, name: str, clip_id: str, kind: str, tag: str) -> None:
        try:
            data = self.server.made.get(name, lambda: self._make(clip_id, kind))
        except DatasetError as error:
            if kind != "js":
                raise
            # A script, so that the page can show what is wrong; without a tag, so that it is asked for again.
            data, tag = script("HM.failed", clip_id, str(error)), ""
        self._send(data, name, tag)

    def _make(self, clip_id: str, kind: str) -> bytes:
        server = self.server
        clip = server.dataset.clip(clip_id)
        inside(server.dataset.root, clip)
        if kind == "jpg":
            return stills(clip)
        return clip_script(server.dataset.root, clip, server.checker(clip) if server.checker else None)

    def _whole(self, name: str, data: bytes) -> None:
        tag = f'"{hashlib.sha256(data).hexdigest()[:24]}"'
        if not self._has(tag):
            self._send(data, name, tag)

    def _has(self, tag: str) -> bool:
        """Whether the browser has it already; it is told so."""
        if tag not in {one.strip().removeprefix("W/") for one in self.headers.get("If-None-Match", "").split(",")}:
            return False
        self.send_response(304)
        self.send_header("ETag", tag)
        self.end_headers()
        return True

    def _send(self, data: bytes, name: str, tag: str) -> None:
        self._head(200, _TYPES[PurePosixPath(name).suffix], len(data), tag)
        if self.command != "HEAD":
            self.wfile.write(data)

    def _video(self, clip: Clip, tag: str) -> None:
        """The bytes of a clip's mp4 that are asked for, read at their offset in the shard."""
        root = self.server.dataset.root
        inside(root, clip)
        member = next((m for m in clip.row["members"] if m["name"] == "mp4"), None)
        if member is None or member["shard"] not in self.server.shards:
            raise DatasetError(f"clip {clip.clip_id}: its mp4 lies in no shard that dataset.json names")
        size = int(member["size"])
        asked = self.headers.get("Range", "") if self.headers.get("If-Range", tag) == tag else ""
        first, stop = _span(asked, size)
        if first >= stop:
            self._head(416, "text/plain", 0, tag, f"bytes */{size}")
            return
        try:
            with (root / member["shard"]).open("rb") as file:
                file.seek(int(member["offset"]) + first)
                self._head(
                    206 if (first, stop) != (0, size) or asked else 200, "video/mp4", stop - first, tag, f"bytes {first}-{stop - 1}/{size}"
                )
                left = stop - first if self.command != "HEAD" else 0
                while left > 0 and (piece := file.read(min(left, _PIECE))):
                    self.wfile.write(piece)
                    left -= len(piece)
                if left:
                    # The shard is shorter than the manifest says: what was promised cannot be kept.
                    self.close_connection = True
        except FileNotFoundError as error:
            raise DatasetError(f"{member['shard']}: cannot be read: {error.strerror}") from error

    def _head(self, status: int, kind: str, length: int, tag: str = "", span: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(length))
        if kind == "video/mp4":
            self.send_header("Accept-Ranges", "bytes")
        if span and status != 200:
            self.send_header("Content-Range", span)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def _plain(self, status: int, message: str) -> None:
        data = (message + "\n").encode()
        self._head(status, "text/plain", len(data))
        if self.command != "HEAD":
            self.wfile.write(data)


def _span(asked: str, size: int) -> tuple[int, int]:
    """The bytes [first, stop) that a Range header asks for; all for one that is not understood, none where there are none such."""
    found = _RANGE.fullmatch(asked.strip())
    if not found or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        return max(0, size - int(found[2])), size
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    return (0, size) if last < first and found[2] else (first, min(last + 1, size))
