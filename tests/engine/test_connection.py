"""A line to an engine that somebody else hangs up."""

from __future__ import annotations

import json
import threading

import pytest

from ecrtui.engine.addresses import Address
from ecrtui.engine.connection import Connection
from ecrtui.errors import EngineMissing, GivenUp
from tests.oci.hostile_host import Answer, host

VERSIONS = {"ApiVersion": "1.41", "MinAPIVersion": "1.12"}


def greeting(**other: str) -> Answer:
    return 200, {}, json.dumps({**VERSIONS, **other}).encode()


def test_hanging_up_wakes_who_waits_for_an_answer() -> None:
    asked, answer = threading.Event(), threading.Event()

    def answered(path: str) -> Answer:
        if path.endswith("/version"):
            return greeting()
        asked.set()
        answer.wait(60)
        return 200, {}, b"{}"

    with host(answered) as running:
        line = Connection(Address(f"tcp://{running.netloc}", ""))

        def hang_up() -> None:
            asked.wait(60)
            line.hang_up()

        ending = threading.Thread(target=hang_up)
        ending.start()
        try:
            with pytest.raises(GivenUp):
                line.answered(lambda: line.client.inspect_image("app:v1"), "app:v1")
            with pytest.raises(GivenUp):
                line.answered(line.client.info, "info")
        finally:
            answer.set()
            ending.join()
            line.close()


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        ({"ApiVersion": "1.24"}, "too old"),
        ({"ApiVersion": "9.9", "MinAPIVersion": "9.0"}, "too new"),
        ({"ApiVersion": "1.٤"}, "no engine"),
        ({"ApiVersion": "1." + "9" * 5000}, "no engine"),
    ],
)
def test_an_engine_of_another_age(versions: dict[str, str], says: str) -> None:
    with (
        host(lambda path: greeting(**versions)) as running,
        pytest.raises(EngineMissing, match=says) as refused,
    ):
        Connection(Address(f"tcp://{running.netloc}", ""))
    assert refused.value.hint


def test_the_newest_that_both_know_is_spoken() -> None:
    with host(lambda path: greeting(ApiVersion="1.99", MinAPIVersion="1.44")) as running:
        line = Connection(Address(f"tcp://{running.netloc}", ""))
        line.answered(line.client.version, "version")
        line.close()
    assert [asked.path for asked in running.asked] == ["/version", "/v1.51/version"]
