"""What an engine says while it pulls or loads, line by line, as values.

Docker has two stores with two ways to tell (moby: `distribution/xfer`, `pkg/streamformatter` for
the classic one; `daemon/containerd/progress.go` for containerd's, the usual one from Docker 29):
the second tells no `Pulling fs layer` at times, downloads without totals, and seconds instead of
bytes while it extracts. Podman tells of the beginning and the end of each blob, and of its config
as if it were a layer. So nothing here is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ecrtui.errors import RemoteError
from ecrtui.model.pulling import PullEvent, PullStage
from ecrtui.model.typed import decoded

_LONGEST = 1 << 20
_SECONDS = "s"
_STAGES = {
    "pulling fs layer": PullStage.WAITING,
    "waiting": PullStage.WAITING,
    "preparing": PullStage.WAITING,
    "downloading": PullStage.DOWNLOADING,
    "pulling layer fs": PullStage.DOWNLOADING,
    "verifying checksum": PullStage.CHECKING,
    "download complete": PullStage.DOWNLOADED,
    "extracting": PullStage.EXTRACTING,
    "loading layer": PullStage.EXTRACTING,
    "pull complete": PullStage.DONE,
    "already exists": PullStage.THERE,
    "layer already exists": PullStage.THERE,
}


class Failed(Exception):
    """The engine says in its stream that it failed; the text is its own."""


def events(chunks: Iterable[bytes | str]) -> Iterator[PullEvent]:
    """Each line as a value; raises Failed where one tells a failure, RemoteError for nonsense.

    That the stream ends tells nothing: an engine that was stopped ends it too.
    """
    return of_objects(_object(line) for line in _lines(chunks) if line.strip())


def of_objects(told: Iterable[Any]) -> Iterator[PullEvent]:
    """The same of what is decoded already."""
    for one in told:
        event = _event(one) if isinstance(one, dict) else None
        if event is not None:
            yield event


def _lines(chunks: Iterable[bytes | str]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        rest += chunk.encode("utf-8", "replace") if isinstance(chunk, str) else chunk
        *whole, rest = rest.split(b"\n")
        yield from whole
        if len(rest) > _LONGEST:
            raise RemoteError("a line without an end", title="The engine answers nonsense")
    yield rest


def _object(line: bytes) -> Any:
    try:
        return decoded(line, dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise RemoteError(
            line[:200].decode("utf-8", "replace"), title="The engine answers nonsense"
        ) from None


def _event(told: dict[str, Any]) -> PullEvent | None:
    failure = _failure(told)
    if failure:
        raise Failed(failure)
    text = (_text(told, "status") or _text(told, "stream")).strip()
    layer = _text(told, "id")
    if not text:
        return None
    stage = _stage(text) if layer else None
    detail = told.get("progressDetail")
    if stage is None or not isinstance(detail, dict) or detail.get("units") == _SECONDS:
        return PullEvent(text, layer if stage else "", stage)
    return PullEvent(text, layer, stage, _number(detail, "current"), _number(detail, "total"))


def _failure(told: dict[str, Any]) -> str:
    """The failure told; '' for none. A refused request's whole answer is a `message`.

    Podman writes an empty `error` beside what is none (containers/podman issue 7857).
    """
    detail = told.get("errorDetail")
    inner = _text(detail, "message") if isinstance(detail, dict) else ""
    return _text(told, "error") or inner or _text(told, "message")


def _stage(text: str) -> PullStage | None:
    known = _STAGES.get(text.lower())
    return PullStage.RETRYING if known is None and text.startswith("Retrying in") else known


def _text(told: dict[str, Any], key: str) -> str:
    found = told.get(key)
    return found if isinstance(found, str) else ""


def _number(told: dict[str, Any], key: str) -> int | None:
    found = told.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None
