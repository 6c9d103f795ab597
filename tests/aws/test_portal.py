"""Whatever a portal answers, it is a value or one of our errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.aws.portal import Portal
from ecrtui.errors import EcrtuiError, RemoteError
from ecrtui.model.signing_in import DeviceCode, SsoSession

SESSION = SsoSession("name", "https://example.com/start", "eu-west-1", access_token="t")
CODE = DeviceCode("d", "u", "https://a", "https://b", 1, 2)
NAMES = (
    *("clientId", "clientSecret", "clientSecretExpiresAt", "deviceCode", "userCode", "interval"),
    *("verificationUri", "verificationUriComplete", "expiresIn", "accessToken", "refreshToken"),
    *("accountList", "roleList", "accountId", "accountName", "roleName", "roleCredentials"),
    *("accessKeyId", "secretAccessKey", "sessionToken", "expiration"),
)
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)
ANSWERS = st.dictionaries(st.sampled_from(NAMES), WILD)
ASKED: dict[str, Callable[[Portal], Any]] = {
    "register": lambda portal: portal.registered(SESSION),
    "begin": lambda portal: portal.begin(SESSION),
    "ask": lambda portal: portal.asked(SESSION, CODE),
    "refresh": lambda portal: portal.refreshed(SESSION),
    "accounts": lambda portal: list(portal.accounts(SESSION)),
    "roles": lambda portal: list(portal.roles(SESSION, "1")),
    "keys": lambda portal: portal.keys(SESSION, "1", "role"),
}


class Client:
    """A botocore client that answers one thing to every call."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, _: str) -> Callable[..., Any]:
        return lambda **_: self._answer


@pytest.mark.parametrize("what", ASKED)
@given(answer=ANSWERS)
def test_any_answer_is_a_value_or_refused(what: str, answer: dict[str, Any]) -> None:
    client = Client(answer)
    try:
        ASKED[what](Portal(lambda *_: client))
    except EcrtuiError as refused:
        assert isinstance(refused, RemoteError)  # noqa: PT017 - values are as good


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "", "-x"])
def test_no_browser_goes_anywhere_but_to_the_web(address: str) -> None:
    answer = {"deviceCode": "d", "userCode": "u", "expiresIn": 600}
    for name, other in (
        ("verificationUri", "verificationUriComplete"),
        ("verificationUriComplete", "verificationUri"),
    ):
        client = Client(answer | {name: address or "x", other: "https://example.com"})
        with pytest.raises(RemoteError):
            Portal(lambda *_, client=client: client).begin(SESSION)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1, 1e300])
def test_times_that_are_none(number: float) -> None:
    client = Client({"accessToken": "a", "expiresIn": number})
    with pytest.raises(RemoteError):
        Portal(lambda *_: client).refreshed(SESSION)
