"""URLs of datasets: telling one from a folder, and showing one without what only its owner may know."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/\s@]*@)?(?P<rest>[^\s?'\"]*)(?P<query>\?[^\s'\"]*)?")


def is_url(place: str) -> bool:
    """Whether it is a URL, not a folder of this machine."""
    return "://" in place


def redacted(text: str) -> str:
    """A text whose URLs show neither users, passwords nor queries (which carry signatures)."""

    def shown(found: re.Match[str]) -> str:
        return f"{found['scheme']}{'***@' if found['user'] else ''}{found['rest']}{'?***' if found['query'] else ''}"

    return _URL.sub(shown, text)


def has_secret(url: str) -> bool:
    """Whether a URL carries a password, or a query, in which signatures are."""
    parts = urlsplit(url)
    return ":" in parts.netloc.rpartition("@")[0] or bool(parts.query)


def local_folder(place: str) -> Path | None:
    """The folder that a path or a file: URL is of; None for any other URL."""
    if not is_url(place):
        return Path(place)
    parts = urlsplit(place)
    return Path(unquote(parts.path)) if parts.scheme in ("file", "local") else None
