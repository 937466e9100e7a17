"""A server of the S3 protocol on loopback (moto), as a program: what it holds is gone when it ends.

One request at a time changes anything: moto looks whether a name is taken and then takes it, and S3 does that in one step. On request
it does what real ones do on bad days: `GET /_control?lose=N` makes N puts that are carried out answer 503, `?conflict=N` makes N
conditional puts be called off, `?heed=0` makes it forget what a condition is, as old servers do.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

CONDITION = "HTTP_IF_NONE_MATCH"
Answer = Callable[..., Any]


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        return


class BadDays:
    """The application with its days."""

    def __init__(self, app: Any) -> None:
        self.app, self.left, self.heeds, self.lock = app, Counter[str](), True, threading.Lock()

    def __call__(self, request: dict[str, Any], answer: Answer) -> Iterable[bytes]:
        if request["PATH_INFO"] == "/_control":
            asked = {name: int(values[0]) for name, values in parse_qs(request["QUERY_STRING"]).items()}
            self.heeds = bool(asked.pop("heed", self.heeds))
            self.left.update(asked)
            answer("200 OK", [("Content-Length", "0")])
            return [b""]
        if not self.heeds:
            request.pop(CONDITION, None)
        if request["REQUEST_METHOD"] not in ("PUT", "POST", "DELETE"):
            return self.app(request, answer)
        with self.lock:
            if CONDITION in request and self.taken("conflict"):
                request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
                return refused(answer, "409 Conflict", "ConditionalRequestConflict")
            lost = CONDITION in request and self.taken("lose")
            body = list(self.app(request, (lambda *a, **k: None) if lost else answer))
        return refused(answer, "503 Slow Down", "SlowDown") if lost else body

    def taken(self, what: str) -> bool:
        there = self.left[what] > 0
        self.left[what] -= there
        return there


def refused(answer: Answer, status: str, code: str) -> list[bytes]:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
    answer(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def main() -> None:
    app = BadDays(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    print(server.port, flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()  # ends with who started it
    server.serve_forever()


if __name__ == "__main__":
    main()
