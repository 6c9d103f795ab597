"""The engine itself: resuming, packing, several at once, and what a person may leave out."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, GivenUp, RemoteError, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Descriptor, RawManifest
from ecrtui.workflows.locate import locate
from ecrtui.workflows.moving.copy import CopyRequest, plan, run
from ecrtui.workflows.moving.packing import Packing
from ecrtui.workflows.moving.shorthand import file_written, local_image
from ecrtui.workflows.moving.transfer import at_once, steadily
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.at_work import services_in
from tests.workflows.graphs import Graph


class Breaking:
    """A source of one blob that breaks off where it is told to, once each."""

    def __init__(self, body: bytes, breaks: Sequence[int] = ()) -> None:
        self.body = body
        self.breaks = sorted(set(breaks))
        self.blob_of = Descriptor(worlds.digest_of(body), len(body))
        self.opened: list[int] = []

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        return []

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        self.opened.append(offset)
        for at in range(offset, len(self.body) + 1):
            if at in self.breaks:
                self.breaks.remove(at)
                raise RemoteError("broke off")
            yield self.body[at : at + 1]


class Quick(Watch):
    """A watch that waits for nobody."""

    def pause(self, seconds: float) -> None:
        self.check()


@given(st.binary(max_size=40), st.lists(st.integers(0, 40), max_size=5), st.data())
def test_wherever_it_breaks_off_it_goes_on(
    body: bytes, breaks: list[int], data: st.DataObject
) -> None:
    source, watch = Breaking(body, breaks), Quick()
    watch.expect(source.blob_of.digest, "it", len(body))
    start = data.draw(st.integers(0, len(body)))
    opened = steadily(source, source.blob_of, watch)
    assert b"".join(opened(start)) == body[start:]
    assert source.opened == sorted(source.opened)


def test_what_gets_no_further_is_given_up() -> None:
    for breaks, error in ((1000, RemoteError), (0, Corrupt)):
        source, watch = Breaking(b"abc"), Quick()
        source.breaks = [2] * breaks
        blob = Descriptor(source.blob_of.digest, 3 if breaks else 5)
        watch.expect(blob.digest, "it", blob.size)
        with pytest.raises(error):
            list(steadily(source, blob, watch)(0))
        assert len(source.opened) < 10


@given(st.binary(max_size=3000), st.data())
def test_packing_is_the_same_from_any_byte_on(body: bytes, data: st.DataObject) -> None:
    plain = Descriptor(worlds.digest_of(body), len(body))
    packing = Packing(Breaking(body), {"packed": plain})
    whole = b"".join(packing.blob("packed"))
    assert gzip.decompress(whole) == body
    offset = data.draw(st.integers(0, len(whole)))
    assert b"".join(packing.blob("packed", offset=offset)) == whole[offset:]


def test_the_failure_that_began_it_is_told() -> None:
    began = threading.Event()

    def work(number: int, halted: object) -> None:
        if number == 0:
            began.wait()
            raise RemoteError("first")
        began.set()
        while not halted():  # type: ignore[operator]
            time.sleep(0.001)
        raise GivenUp

    with pytest.raises(RemoteError, match="first"):
        at_once(work, [0, 1, 2], Watch())


def test_a_stopped_deed_waits_for_nobody_who_blocks() -> None:
    watch, ended = Watch(), threading.Event()

    def work(_: int, __: object) -> None:
        watch.stop()
        ended.wait()

    with pytest.raises(GivenUp):
        at_once(work, [1], watch)
    ended.set()


def test_several_write_one_layout_at_once(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    graphs = [Graph(number).in_folder(tmp_path / f"{number}") for number in range(8)]

    def export(number: int, _: object) -> None:
        source, target = f"oci:{graphs[number]}:v1", f"oci:{tmp_path}/all:n{number}"
        asked = CopyRequest(locate(services, source), locate(services, target))
        run(services, plan(services, asked), Watch())

    at_once(export, range(8), Watch(), 8)
    for number in range(8):
        assert _digest(services, f"oci:{tmp_path}/all:n{number}") == _digest(
            services, f"oci:{graphs[number]}:v1"
        )


def _digest(services: Services, text: str) -> str:
    target = locate(services, text)
    return services.source(target.home, target.repository).manifests([target.image_id])[0].digest


def test_what_may_be_left_out(tmp_path: Path) -> None:
    assert local_image("app:v1") == "docker-daemon:app:v1"
    assert local_image("oci:build:app") == "oci:build:app"
    for text, meant in (
        ("app.tar", "docker-archive:app.tar"),
        ("app/", "oci:app/"),
        (str(tmp_path), f"oci:{tmp_path}"),
        ("oci-archive:app.tar", "oci-archive:app.tar"),
        ("docker://host/app", "docker://host/app"),
    ):
        assert file_written(text) == meant
    with pytest.raises(UsageError, match="not to a pipe"):
        file_written("-")
