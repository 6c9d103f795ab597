"""What engines tell of a pull: recorded and imitated streams, hostile ones, and failures."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.engine.events import Failed, events, of_objects
from ecrtui.engine.told import told
from ecrtui.errors import (
    Corrupt,
    EcrtuiError,
    EngineCannotReach,
    LocalPartMissing,
    NotAllowed,
    NotFound,
    RemoteError,
    SessionExpired,
    Throttled,
)
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind
from ecrtui.model.moving import Part, Stage
from ecrtui.model.pulling import PullEvent
from ecrtui.workflows.pulling.following import follow
from ecrtui.workflows.watch import Watch

STREAMS = sorted((Path(__file__).parent / "streams").glob("*.jsonl"))
LAYERS = (
    Descriptor("sha256:830955cb28c1" + "a" * 52, 778_318),
    Descriptor("sha256:ab122b78ec9d" + "b" * 52, 10_263),
    Descriptor("sha256:1e9dcef7ef8f" + "c" * 52, 522_298),
)
IMAGE = Manifest("sha256:" + "0" * 64, "", ManifestKind.IMAGE, 1, layers=LAYERS)


class Noting(Watch):
    """Keeps every state of every part."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Part] = []

    def _change(self, key: str, **told: object) -> None:
        super()._change(key, **told)
        self.seen += self.so_far().parts


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_every_engine_comes_to_the_same(path: Path) -> None:
    watch = Noting()
    moved, there = follow(events([path.read_bytes()]), IMAGE, watch)
    assert (moved, there) == (10_263 + 522_298, 778_318)
    moment = watch.so_far()
    assert [part.stage for part in moment.parts] == [Stage.SKIPPED, Stage.DONE, Stage.DONE]
    assert moment.bytes == moment.total == moved
    for part in watch.seen:
        assert part.bytes <= part.total
    notes = {part.note for part in watch.seen}
    assert ("extracting" in notes) is ("podman" not in path.stem and "transfer" not in path.stem)


def test_an_image_that_is_there_is_told_so() -> None:
    watch = Watch()
    lines = b'{"status":"Pulling from team/app","id":"v1"}\r\n{"status":"Image is up to date"}\n'
    assert follow(events([lines]), IMAGE, watch) == (0, sum(one.size for one in LAYERS))
    assert {part.stage for part in watch.so_far().parts} == {Stage.SKIPPED}
    assert [line for _, line in watch.log] == ["Pulling from team/app", "Image is up to date"]


@given(st.sampled_from(STREAMS), st.lists(st.integers(0, 4000), max_size=8))
def test_where_the_stream_is_cut_makes_no_difference(path: Path, cuts: list[int]) -> None:
    body = path.read_bytes()
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    pieces = [body[start:end] for start, end in pairwise(edges)]
    assert list(events(pieces)) == list(events([body]))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
wild = st.dictionaries(
    st.sampled_from(["status", "id", "progressDetail", "error", "errorDetail", "stream", "x"]),
    json_values
    | st.sampled_from(["Downloading", "Extracting", "Pull complete", "830955cb28c1"])
    | st.fixed_dictionaries({"current": st.integers(-9, 10**12), "total": st.integers()}),
)


@given(st.lists(wild, max_size=12))
def test_whatever_comes_is_an_event_or_a_failure(lines: list[dict[str, object]]) -> None:
    watch = Noting()
    with contextlib.suppress(Failed):
        follow(events(json.dumps(line).encode() + b"\n" for line in lines), IMAGE, watch)
    assert all(0 <= part.bytes <= part.total for part in watch.seen)


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"\xff\xfe", b"[" * 100_000, b"5", b'{"status"', b"x" * 2_000_000]
)
def test_nonsense_is_a_failure_of_the_engines(body: bytes) -> None:
    with pytest.raises(RemoteError, match="nonsense"):
        list(events([body]))


def test_failures_in_a_stream_end_it() -> None:
    quiet = {"status": "Downloading", "id": "830955cb28c1", "error": "", "progress": ""}
    assert len(list(of_objects([quiet]))) == 1
    for failure in (
        {"error": "no", "errorDetail": {"message": "no"}},
        {"errorDetail": {"message": "no"}},
        {"message": "no"},
    ):
        stream: Iterator[PullEvent] = of_objects([quiet, failure, quiet])
        assert next(stream).layer
        with pytest.raises(Failed, match="no"):
            next(stream)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        # Docker 20.10 and Podman 4.3 said these to the sandbox.
        ("toomanyrequests: Rate exceeded", Throttled),
        (
            "manifest for h/app:nope not found: manifest unknown: Requested image not found",
            NotFound,
        ),
        ("reading manifest nope in h/team/none: name unknown: The repository", NotFound),
        ("pull access denied for h/app, repository does not exist or may require", NotAllowed),
        ("denied: The security token included in the request is expired", SessionExpired),
        ("denied: Your authorization token has expired. Reauthenticate", SessionExpired),
        ("image config verification failed for digest sha256:5aaa", Corrupt),
        ("Download config.json digest sha256:f does not match expected sha256:5", Corrupt),
        ("error pulling image configuration: download failed after attempts=6: EOF", RemoteError),
        ("parsing image configuration: unexpected EOF", RemoteError),
        (
            'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
            EngineCannotReach,
        ),
        (
            'pinging container registry h: Get "https://h/v2/": http: server gave HTTP response to'
            " HTTPS client",
            EngineCannotReach,
        ),
        ("lookup registry-1.docker.io on 10.0.0.2:53: no such host", EngineCannotReach),
        # Docker's, containerd's and Go's own words.
        ("x509: certificate signed by unknown authority", EngineCannotReach),
        ("x509: certificate has expired or is not yet valid", EngineCannotReach),
        ("net/http: TLS handshake timeout: context deadline exceeded", EngineCannotReach),
        ("write /var/lib/docker/tmp/GetImageBlob1: no space left on device", LocalPartMissing),
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", NotFound),
        ("something nobody has heard of", RemoteError),
    ],
)
def test_an_engines_words_are_our_errors(message: str, kind: type[EcrtuiError]) -> None:
    found = told(message)
    assert type(found) is kind
    assert found.detail == message
    assert found.title
