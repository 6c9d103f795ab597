"""Whatever is asked of the services that know people, they answer in their own form."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.control.dispatch import SERVICES, Control
from ecrtui.sandbox.control.sso_oidc import DEVICE, REFRESH
from ecrtui.sandbox.faults import Faults
from ecrtui.sandbox.wire import Request, Response
from tests import worlds

REST = sorted((name, each) for name in ("sso", "sso-oidc") for each in SERVICES[name][0].operations)
QUERY = sorted((name, each) for name in ("sts", "iam") for each in SERVICES[name][0].operations)
WILD = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SAID = (400, 401, 403, 404, 409)


class Asker:
    """A control plane over a world with everything in it, and values that mean something there."""

    def __init__(self) -> None:
        self.world = worlds.signing_in_world()
        self.control = Control(self.world, Faults())
        self.key = next(iter(self.world.keys.values()))
        portal = self.world.portal
        client = portal.register(("sso:account:access",))
        code = portal.ask(client, worlds.PORTAL)
        portal.confirm(code.user_code)
        session = portal.sign_in(code)
        (device,) = self.world.mfa.values()
        pod = self.world.providers[worlds.ISSUER].token("system:pod")
        self.known = [
            client.id, client.secret, code.device, session.access, session.refresh, worlds.PORTAL,
            DEVICE, REFRESH, "public", device.serial, device.code(), pod, self.key.id, "tester",
            "Active", "Inactive", worlds.ACCOUNT, "Auditor", *self.world.roles, "900", "43200", "",
        ]  # fmt: skip

    def values(self) -> st.SearchStrategy[str]:
        return st.sampled_from([*self.known, *worlds.HOSTILE]) | st.text(max_size=30)

    def members(self, service: str, operation: str) -> st.SearchStrategy[dict[str, str]]:
        shape = SERVICES[service][0].model.operation_model(operation).input_shape
        names = [*(shape.members if shape is not None else ()), "any"]
        return st.dictionaries(st.sampled_from(names), self.values())

    def query(self, service: str, fields: dict[str, str], *, signed: bool = True) -> Response:
        scope = f"Credential={self.key.id}/20260101/{worlds.REGION}/{service}/aws4_request"
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        headers |= {"Authorization": scope} if signed else {}
        # Texts that are no Unicode do not come over a wire.
        body = urlencode(fields, errors="replace").encode()
        return self.control.handle(Request("POST", "/", headers, io.BytesIO(body)))


@pytest.fixture
def asker() -> Asker:
    return Asker()


@pytest.mark.parametrize(("service", "name"), REST)
@WILD
@given(data=st.data())
def test_rest_operations_answer_or_refuse(
    asker: Asker, service: str, name: str, data: st.DataObject
) -> None:
    model = SERVICES[service][0].model.operation_model(name)
    fields = data.draw(asker.members(service, name))
    header = {"x-amz-sso_bearer_token": data.draw(asker.values())}
    places = {"role_name": "roleName", "account_id": "accountId", "max_result": "maxResults"}
    query = urlencode(
        {sent: fields[member] for sent, member in places.items() if member in fields},
        errors="replace",
    )
    path = f"{model.http['requestUri']}?{query}"
    body = json.dumps(fields).encode() if service == "sso-oidc" else b""
    response = asker.control.handle(Request(model.http["method"], path, header, io.BytesIO(body)))
    assert response.status == 200 or response.status in SAID
    if response.status != 200:
        assert isinstance(response.body, bytes)
        assert response.headers["x-amzn-ErrorType"].endswith("Exception")
        assert json.loads(response.body).keys() & {"message", "error"}


@pytest.mark.parametrize(("service", "name"), QUERY)
@WILD
@given(data=st.data(), signed=st.booleans())
def test_query_operations_answer_or_refuse(
    asker: Asker, service: str, name: str, data: st.DataObject, signed: bool
) -> None:
    fields = data.draw(asker.members(service, name))
    response = asker.query(service, {"Action": name, **fields}, signed=signed)
    assert response.status == 200 or response.status in SAID
    assert isinstance(response.body, bytes)
    told = ElementTree.fromstring(response.body)
    assert told.tag.endswith("Response")
    assert response.status == 200 or told.find(".//{*}Code") is not None


@WILD
@given(body=st.binary(max_size=200) | st.just(b"[" * 5000) | st.just(b'"x"') | st.just(b"null"))
def test_what_is_no_document_is_refused(asker: Asker, body: bytes) -> None:
    for path in ("/token", "/client/register", "/device_authorization"):
        response = asker.control.handle(Request("POST", path, {}, io.BytesIO(body)))
        assert response.status == 400
        assert response.headers["x-amzn-ErrorType"] == "InvalidRequestException"
    response = asker.query("sts", {"Action": body.decode("latin-1")})
    assert response.status == 400
    ElementTree.fromstring(response.body if isinstance(response.body, bytes) else b"")
