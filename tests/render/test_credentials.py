"""Credentials as text, whatever their names, ARNs and times are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import RemoteError, VaultLocked, VaultMissing
from ecrtui.model.credentials import SSO_SESSION, LastTest, Lives, WayIn
from ecrtui.render.ages import Times
from ecrtui.render.credential import Known, credential_sections
from ecrtui.render.credentials import (
    CredentialRow,
    credential_columns,
    expiry,
    needs_sign_in,
    place_row,
    place_text,
    principal_name,
)
from ecrtui.render.lines import section_lines
from ecrtui.workflows.credentials.whereabouts import Whereabouts

NOW = 1_770_000_000.0
TIMES = st.none() | st.floats(allow_nan=False)
TESTS = st.none() | st.builds(
    LastTest, st.floats(allow_nan=False), st.text(), st.booleans(), st.text(), st.text()
)
WAYS = st.builds(
    WayIn,
    name=st.text(),
    kind=st.sampled_from(["static keys", SSO_SESSION, "sso"]) | st.text(),
    where=st.sampled_from(["keyring", "file", "memory", "aws files"]),
    key=st.text(),
    region=st.text(),
    role=st.text(),
    source=st.text(),
    account=st.text(),
    principal=st.text(),
    updated=TIMES,
    alias=st.text(),
    mfa=st.text(),
    session=st.text(),
    sso_role=st.text(),
    registries=st.lists(st.text(), max_size=3).map(tuple),
    lives=st.sampled_from(Lives),
    expires=TIMES,
    used=TIMES,
    tested=TESTS,
    second=st.booleans(),
)
"""Rows as wild as files and services may have them."""


@given(WAYS, st.booleans(), st.booleans())
def test_every_row_has_its_cells(way: WayIn, absolute: bool, testing: bool) -> None:
    row = CredentialRow(way, ("eu-west-1",), testing)
    for column in credential_columns(Times(NOW, absolute=absolute), NOW):
        assert isinstance(column.cell(row).text, str)
        key = column.key(row)
        assert key is None or isinstance(key, str) == (column.kind == "text")


@given(WAYS, st.lists(st.text(), max_size=3).map(tuple), st.integers(20, 200))
def test_all_that_is_known_fits(way: WayIn, names: tuple[str, ...], columns: int) -> None:
    known = Known(way, names, names, names, names, problem=RemoteError(way.role))
    lines = section_lines(credential_sections(known, Times(NOW), NOW), columns)
    assert lines


@given(st.text())
def test_a_principals_name_is_no_longer_than_its_arn(arn: str) -> None:
    assert len(principal_name(arn)) <= len(arn)


def test_principals() -> None:
    assert principal_name("arn:aws:iam::111122223333:user/ci") == "user/ci"
    assert principal_name("arn:aws:iam::111122223333:user/team/ci") == "user/team/ci"
    assert principal_name("arn:aws:sts::111122223333:assumed-role/dev/jo@x") == "role/dev"
    assert principal_name("arn:aws:iam::111122223333:root") == "root"


def test_for_how_long() -> None:
    def told(lives: Lives, left: float | None) -> str:
        expires = None if left is None else NOW + left
        return expiry(WayIn("a", "sso", "keyring", lives=lives, expires=expires), NOW).text

    assert told(Lives.ENDLESS, None) == "never"
    assert told(Lives.BY_ITSELF, 600) == told(Lives.BY_ITSELF, None) == "renews"
    assert told(Lives.SIGN_IN, None) == told(Lives.SIGN_IN, -5) == "sign in"
    assert told(Lives.SIGN_IN, 7300) == "2h"
    assert told(Lives.CODE, 60) == "1m"
    assert told(Lives.CODE, -1) == "code"


def test_who_needs_a_sign_in() -> None:
    def needed(lives: Lives, expires: float | None) -> bool:
        return needs_sign_in(WayIn("a", SSO_SESSION, "", lives=lives, expires=expires), NOW)

    assert needed(Lives.SIGN_IN, None)
    assert needed(Lives.SIGN_IN, NOW)
    assert not needed(Lives.SIGN_IN, NOW + 1)
    assert not needed(Lives.BY_ITSELF, None)


def test_the_place_of_secrets() -> None:
    locked = Whereabouts("keyring", "Secret Service", locked=True)
    assert place_row(locked, "U").note == "U unlocks it"
    assert place_text(locked) == "kept in Secret Service, locked"
    missing = Whereabouts("keyring", "keyring", problem=VaultMissing("no bus"))
    assert place_row(missing, "K").way.name == "no keyring"
    assert place_row(missing, "K").note == "K chooses: file or memory"
    assert place_text(missing) == "No keyring is here"
    damaged = Whereabouts("file", "encrypted file", problem=VaultLocked("x", title="It is closed"))
    assert place_row(damaged, "").way.name == "encrypted file"
    assert place_text(Whereabouts("file", "encrypted file", seconds=7200)).endswith("for 2h")
    assert "gone" in place_text(Whereabouts("memory", "memory"))
