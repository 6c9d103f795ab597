"""Whatever people paste: keys are found in every form there is of them, and nothing breaks."""

from __future__ import annotations

import json
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.pasted_keys import PastedKeys, pasted_keys

KEYS = st.text(string.ascii_uppercase + string.digits, min_size=16, max_size=24)
SECRETS = st.from_regex(r"[A-Za-z0-9+/]{20,60}={0,2}", fullmatch=True)

Written = Callable[[str, str, str], str]
FORMS: dict[str, Written] = {
    "export": lambda key, secret, token: (
        f'export AWS_ACCESS_KEY_ID="{key}"\nexport AWS_SECRET_ACCESS_KEY="{secret}"\n'
        f'export AWS_SESSION_TOKEN="{token}"\n'
    ),
    "one line": lambda key, secret, token: (
        f"AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret} AWS_SESSION_TOKEN={token} aws ls"
    ),
    "semicolons": lambda key, secret, token: (
        f"export AWS_ACCESS_KEY_ID={key};export AWS_SECRET_ACCESS_KEY='{secret}';"
        f"export AWS_SESSION_TOKEN={token}"
    ),
    "cmd": lambda key, secret, token: (
        f"SET AWS_ACCESS_KEY_ID={key}\r\nSET AWS_SECRET_ACCESS_KEY={secret}\r\n"
        f"SET AWS_SESSION_TOKEN={token}\r\n"
    ),
    "PowerShell": lambda key, secret, token: (
        f'$Env:AWS_ACCESS_KEY_ID="{key}"\n$Env:AWS_SECRET_ACCESS_KEY="{secret}"\n'
        f'$Env:AWS_SESSION_TOKEN="{token}"'
    ),
    "fish": lambda key, secret, token: (
        f'set -gx AWS_ACCESS_KEY_ID {key}\nset -gx AWS_SECRET_ACCESS_KEY "{secret}"\n'
        f"set -gx AWS_SESSION_TOKEN {token}"
    ),
    "ini": lambda key, secret, token: (
        f"[profile  a one]\n# aws_secret_access_key = no\naws_access_key_id = {key}\n"
        f"  aws_secret_access_key={secret}\naws_session_token : {token}\n[b]\nregion=x"
    ),
    "sts": lambda key, secret, token: json.dumps(
        {
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": secret,
                "SessionToken": token,
                "Expiration": "2026-01-01T00:00:00Z",
            },
            "AssumedRoleUser": {"Arn": "x"},
        }
    ),
    "process": lambda key, secret, token: json.dumps(
        {"Version": 1, "AccessKeyId": key, "SecretAccessKey": secret, "SessionToken": token}
    ),
    "portal": lambda key, secret, token: json.dumps(
        {"roleCredentials": {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": token}}
    ),
}


@pytest.mark.parametrize("form", FORMS)
@given(key=KEYS, secret=SECRETS, token=SECRETS)
def test_every_form_is_understood(form: str, key: str, secret: str, token: str) -> None:
    found = pasted_keys(FORMS[form](key, secret, token))
    assert found is not None
    told = (found.access_key_id, found.secret_access_key, found.session_token)
    assert told == (key, secret, token)
    assert secret not in repr(found)
    assert found.name == ("a one" if form == "ini" else "")


def test_a_csv_and_a_new_key_of_iam() -> None:
    text = "\ufeffAccess key ID,Secret access key\r\nAKIAEXAMPLEEXAMPLE12,se/cr+et\r\n"
    assert pasted_keys(text) == PastedKeys("AKIAEXAMPLEEXAMPLE12", "se/cr+et")
    made = {"AccessKey": {"UserName": "u", "AccessKeyId": "A" * 20, "SecretAccessKey": "s"}}
    assert pasted_keys(json.dumps(made)) == PastedKeys("A" * 20, "s")


def test_a_role_of_a_file() -> None:
    text = (
        "[profile deploy]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\n"
        "mfa_serial=arn:aws:iam::111122223333:mfa/me\nexternal_id = e\nregion = eu-west-1\n"
    )
    found = pasted_keys(text)
    assert found is not None
    assert (found.role_arn, found.source) == ("arn:aws:iam::111122223333:role/x", "base")
    assert (found.mfa_serial, found.external_id) == ("arn:aws:iam::111122223333:mfa/me", "e")
    assert (found.name, found.region) == ("deploy", "eu-west-1")


def test_the_first_section_with_keys_counts() -> None:
    text = "[a]\nregion=x\n[b]\naws_access_key_id=B\naws_secret_access_key=b\n"
    text += "[c]\naws_access_key_id=C\naws_secret_access_key=c\n"
    assert pasted_keys(text) == PastedKeys("B", "b", name="b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "AKIAEXAMPLEEXAMPLE12",
        "{}",
        "[",
        '{"AccessKeyId": 5, "SecretAccessKey": []}',
        "export AWS_ACCESS_KEY_ID=only",
        "export AWS_SECRET_ACCESS_KEY=",
        "x" * 100_000,
    ],
)
def test_what_holds_none(text: str) -> None:
    assert pasted_keys(text) is None


@given(
    st.text()
    | st.from_regex(
        r"(\[[a-z ]*\]|aws_access_key_id ?[=:]|[ \"'{}\n,=#]|AWS_SECRET_ACCESS_KEY=){0,30}"
    )
)
def test_nothing_breaks_it(text: str) -> None:
    found = pasted_keys(text)
    if found is not None:
        assert found.role_arn or (found.access_key_id and found.secret_access_key)
        values = [getattr(found, name) for name in found.__struct_fields__]
        assert all(value == value.strip() for value in values)
