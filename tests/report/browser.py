"""Headless Chromium, driven over a pipe by the DevTools protocol: no port, no driver program, no network."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time
from itertools import count
from pathlib import Path
from typing import Any

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
MISSING = "no chromium here: the page is not clicked through"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions", "--mute-audio",
    "--autoplay-policy=no-user-gesture-required", "--remote-debugging-pipe",
)  # fmt: skip
WAIT_S = 60.0


class Browser:
    """One page in a browser of its own; `close` ends it."""

    def __init__(self, profile: Path, width: int = 1280, height: int = 900) -> None:
        assert CHROMIUM is not None
        # The browser reads commands from its descriptor 3 and answers on 4; a shell puts ours there.
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        line = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out} {theirs_in}<&- {theirs_out}>&-'
        if theirs_in < 10 and theirs_out < 10:
            line = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        command = [
            "bash",
            "-c",
            line,
            "bash",
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            "about:blank",
        ]
        self._process = subprocess.Popen(
            command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._ids, self._rest = count(1), b""
        self.said: list[str] = []
        """Errors of the page: exceptions, and what its console was told."""
        self.asked: list[str] = []
        """Addresses that it asked for."""
        self._session = ""
        target = next(t for t in self("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self._session = self("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Performance"):
            self(f"{domain}.enable")
        self.resize(width, height)

    def __call__(self, method: str, **parameters: Any) -> Any:
        """Send a command; its answer."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": self._session} if self._session else {})}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + WAIT_S
        while True:
            answer = self._next(end)
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self._note(answer)

    def _next(self, end: float) -> Any:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(self._in, 1 << 20) if ready else b""
            assert piece, "the browser does not answer"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def _note(self, event: Any) -> None:
        method, about = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.said.append(json.dumps(about["exceptionDetails"])[:600])
        elif method == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.said.append(about["entry"]["text"] + " " + about["entry"].get("url", ""))
        elif method == "Network.requestWillBeSent":
            self.asked.append(about["request"]["url"])

    def open(self, url: str) -> None:
        """Go to a page and wait until it is ready."""
        self("Page.navigate", url=url)
        self.wait("document.body && document.body.dataset.ready === '1'")

    def run(self, expression: str) -> Any:
        """The value of an expression in the page; promises are waited for."""
        answer = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        assert "exceptionDetails" not in answer, json.dumps(answer["exceptionDetails"])[:800]
        return answer["result"].get("value")

    def wait(self, expression: str, seconds: float = WAIT_S) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({expression})"):
            assert time.monotonic() < end, f"waited {seconds} s for {expression}; the page said {self.said}"
            time.sleep(0.02)

    def settle(self) -> None:
        """Wait until the page has done what its fields were told; timers of a page run in the order in which they are due."""
        self.run("new Promise(done => setTimeout(done, 200))")

    def point(self, selector: str, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
        """A point of an element, scrolled into view."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
            f" const r = e.getBoundingClientRect(); return [r.x + r.width * {across}, r.y + r.height * {down}]; }})()"
        )
        return place[0], place[1]

    def click(self, selector: str, across: float = 0.5, down: float = 0.5) -> None:
        """Click an element with the mouse."""
        x, y = self.point(selector, across, down)
        for kind in ("mousePressed", "mouseReleased"):
            self("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, name: str, text: str = "") -> None:
        """Press a key."""
        self("Input.dispatchKeyEvent", type="keyDown", key=name, code=name if len(name) > 1 else "", **({"text": text} if text else {}))
        self("Input.dispatchKeyEvent", type="keyUp", key=name)

    def write(self, selector: str, text: str) -> None:
        """Put text into a field, in place of what is there."""
        self.run(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus(); e.value = ''; }})()")
        self("Input.insertText", text=text)
        self.run(f"document.querySelector({json.dumps(selector)}).dispatchEvent(new Event('input', {{bubbles: true}}))")

    def choose(self, selector: str, value: str) -> None:
        """Choose a value of a list."""
        self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.value = {json.dumps(value)};"
            " e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    def texts(self, selector: str) -> list[str]:
        """Texts of all elements that a selector finds."""
        return list(self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)"))

    def resize(self, width: int, height: int, dark: bool = False) -> None:
        """Set the size of the window, and whether it is dark."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path: Path, whole: bool = False) -> None:
        """A picture of the window, or of the whole page."""
        kind = "jpeg" if path.suffix == ".jpg" else "png"
        path.write_bytes(base64.b64decode(self("Page.captureScreenshot", format=kind, captureBeyondViewport=whole)["data"]))

    def memory_mb(self) -> float:
        """JavaScript's heap in use, after a collection."""
        self("HeapProfiler.collectGarbage")
        metrics = {metric["name"]: metric["value"] for metric in self("Performance.getMetrics")["metrics"]}
        return float(metrics["JSHeapUsedSize"]) / 1e6

    def close(self) -> None:
        """End the browser and all its processes."""
        os.close(self._out)
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._in)
