"""What is said of every kind of profile when its credentials are refused."""

from __future__ import annotations

import pytest

from ecrtui import errors
from ecrtui.aws import renewals
from ecrtui.model.places import ProfileKind as Kind
from ecrtui.model.signing_in import Link, Renewal

REFUSED = (errors.NoCredentials, errors.SessionExpired, errors.SessionRevoked)
ROLE = Link("role", Kind.ASSUME_ROLE, source="source", role=True)
CODED = Link("role", Kind.ASSUME_ROLE, source="source", role=True, mfa=True)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.parametrize("before", [(), (ROLE,)])
def test_every_kind_has_a_fix(
    kind: Kind, refused: type[errors.SignInError], before: tuple[Link, ...]
) -> None:
    need = renewals.need("p", (*before, Link("source", kind)), refused("text"))
    assert need.renewal is Renewal.TOOL
    assert need.hint
    named = (Kind.STATIC, Kind.LOGIN, Kind.SSO, Kind.PROCESS)
    assert kind not in named or "--profile source" in need.hint


@pytest.mark.parametrize("refused", REFUSED)
def test_who_renews_it(refused: type[errors.SignInError]) -> None:
    portal = Link("source", Kind.SSO, session="corp")
    kept = Link("source", Kind.KEYRING, kept=True)
    for chain, renewal, word in (
        ((portal,), Renewal.SIGN_IN, "sign-in corp"),
        ((ROLE, portal), Renewal.SIGN_IN, "sign-in corp"),
        ((CODED, portal), Renewal.SIGN_IN, "sign-in corp"),
        ((kept,), Renewal.KEYS, "add source --replace"),
        ((ROLE, kept), Renewal.KEYS, "add source --replace"),
        ((CODED, kept), Renewal.CODE, ""),
        ((CODED, Link("source", Kind.STATIC)), Renewal.CODE, ""),
        ((), Renewal.TOOL, "aws configure sso"),
    ):
        need = renewals.need("p", chain, refused("text"))
        assert (need.profile, need.renewal) == ("p", renewal)
        assert word in need.hint
        assert need.session == ("corp" if renewal is Renewal.SIGN_IN else "")


def test_keys_that_were_refused_below_a_code() -> None:
    """The source's own keys: no code helps."""
    refused = errors.SessionRevoked("text")
    refused.profile = "source"
    for kept, renewal in ((True, Renewal.KEYS), (False, Renewal.TOOL)):
        kind = Kind.KEYRING if kept else Kind.STATIC
        need = renewals.need("p", (CODED, Link("source", kind, kept=kept)), refused)
        assert need.renewal is renewal


def test_what_says_its_own_fix_keeps_it() -> None:
    chain = (Link("source", Kind.STATIC),)
    for refused in (errors.ClockSkew(), errors.SignInError("x", hint="set it right")):
        need = renewals.need("p", chain, refused)
        assert (need.renewal, need.hint) == (Renewal.TOOL, refused.hint)
    assert renewals.need("p", (CODED, *chain), errors.WrongCode()).renewal is Renewal.CODE
