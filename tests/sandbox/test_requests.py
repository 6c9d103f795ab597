"""Whatever is asked, the control plane answers in AWS's form."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.control.dispatch import SERVICES, Control
from ecrtui.sandbox.faults import Faults
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World
from tests import worlds

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OPERATIONS = sorted(
    (service, name)
    for service in ("ecr", "ecr-public", "servicequotas")
    for name in SERVICES[service][0].operations
)
NAMES = ("group", "group0/app-0", "group1/app-0", "group2/app-0", "group3/app-0")


class HeldWorld:
    """A world without a port: hosts are made up, which nothing here looks at."""

    def __init__(self) -> None:
        self.world: World = worlds.small_world(repositories=3, images=6)
        self.world.open_port = lambda _place: "127.0.0.1:1"
        self.control = Control(self.world, Faults())
        self.key = next(iter(self.world.keys))

    def ask(self, service: str, target: str, body: bytes) -> Response:
        scope = f"{self.key}/20260101/{worlds.REGION}/{service}/aws4_request"
        headers = {"Authorization": f"Credential={scope}", "X-Amz-Target": f"Any.{target}"}
        return self.control.handle(Request("POST", "/", headers, io.BytesIO(body)))


@pytest.fixture
def held() -> HeldWorld:
    return HeldWorld()


def shaped(shape: Any) -> st.SearchStrategy[Any]:
    """Parameters of about the right shape: right members, often wrong values."""
    if shape.type_name == "structure":
        wanted = {name: shaped(member) for name, member in shape.members.items()}
        required = {name: wanted.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=wanted)
    if shape.type_name == "list":
        return st.lists(shaped(shape.member), max_size=3)
    if shape.type_name in ("integer", "long"):
        return st.integers(-1, 5)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name == "blob":
        return st.binary(max_size=8).map(lambda data: data.hex() * 2)
    if shape.enum:
        return st.sampled_from(shape.enum)
    if shape.name == "RepositoryName":
        return st.sampled_from(NAMES)
    return st.sampled_from(["a", "v1.0", "sha256:" + "0" * 64, "ROOT", worlds.HOSTILE[1], "{}"])


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_operation_answers_or_refuses(
    held: HeldWorld, service: str, name: str, data: st.DataObject
) -> None:
    shape = SERVICES[service][0].model.operation_model(name).input_shape
    document = data.draw(shaped(shape) | JSON)
    response = held.ask(service, name, json.dumps(document).encode())
    assert isinstance(response.body, bytes)
    answer = json.loads(response.body)
    assert response.status in (200, 400)
    assert response.status == 200 or (answer["__type"] and answer["message"])


DEEP = pytest.param(b"[" * 5000, id="deep")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"3", b'{"a": NaN}', DEEP])
def test_what_is_no_document_is_refused_or_empty(held: HeldWorld, body: bytes) -> None:
    response = held.ask("ecr", "DescribeImages", body)
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert json.loads(response.body)["__type"] in (
        "SerializationException",
        "InvalidParameterException",
    )


def test_unknown_members_are_refused_by_name(held: HeldWorld) -> None:
    response = held.ask("ecr", "DescribeRepositories", b'{"repositoryName": "x"}')
    assert isinstance(response.body, bytes)
    assert "repositoryName" in json.loads(response.body)["message"]
