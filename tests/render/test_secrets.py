"""Lines of files masked: whatever stands where a secret would is never shown."""

from __future__ import annotations

import base64
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.render.secrets import MASK, looks_secret, masked, private_lines

_WORD = string.ascii_letters + string.digits
_SECRETS = st.text(_WORD + "!#%&*+,-./;=?@^_~|\\$(){}[]<>", min_size=6, max_size=40).map(
    lambda text: f"Zq9{text}x"
)
_PLAIN = st.text(_WORD + "_-./+", min_size=8, max_size=40).map(lambda text: f"Zq9{text}x")
_NAMES = st.sampled_from(
    [
        *("password", "PASSWORD", "DB_PASSWORD", "db.passwd", "client_secret", "clientSecret"),
        *("apiKey", "AWS_SECRET_ACCESS_KEY", "aws_session_token", "_authToken", "Authorization"),
        *("credentials", "private-key", "spring.datasource.password", "AccountKey", "userPwd"),
    ]
)
_BEFORE = st.sampled_from(["", "  ", "export ", "- ", "ENV ", "# ", "user=me; ", '{"a": 1, '])
_SIGNS = st.sampled_from(["=", " = ", ": ", ":", " := ", " => ", "\t=\t"])


@given(_BEFORE, _NAMES, _SIGNS, _SECRETS)
def test_a_value_without_quotes(before: str, name: str, sign: str, secret: str) -> None:
    shown = masked(f"{before}{name}{sign}{secret}")
    assert secret not in shown
    assert "Zq9" not in shown
    assert shown.startswith(before)


@given(_BEFORE, _NAMES, _SIGNS, _SECRETS, st.sampled_from("\"'"), st.booleans())
def test_a_value_in_quotes(
    before: str, name: str, sign: str, secret: str, quote: str, named: bool
) -> None:
    value = secret.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    key = f"{quote}{name}{quote}" if named else name
    shown = masked(f"{before}{key}{sign}{quote}{value} and {value}{quote}, host: h")
    assert "Zq9" not in shown
    assert shown.endswith(", host: h")


@given(
    _PLAIN,
    st.sampled_from(
        [
            "postgres://user:{}@host/db",
            "jdbc:redis://:{}@host:1/0 and more",
            "<password>{}</password>",
            "<server><clientSecret> {} </clientSecret>",
            "machine host login me password {}",
            "  password {}",
            "curl --api-token {} https://host",
            "mysql --user me --password {}",
            "//registry.example/:_authToken={}",
            "$1$salt${}",
            "root:$6$salt${}:19000:0:99999:7:::",
            "a user:$apr1$salt${}",
        ]
    ),
)
def test_where_else_secrets_stand(secret: str, line: str) -> None:
    secret = secret.replace("/", "_")
    assert "Zq9" not in masked(line.format(secret))


@pytest.mark.parametrize(
    "form",
    [
        *("AKIA{16}", "ASIA{16}", "ghp_{30}", "github_pat_{40}", "glpat-{20}", "xoxb-{20}"),
        *("AIza{35}", "sk_live_{24}", "sk-{40}", "npm_{36}", "pypi-{50}", "dckr_pat_{24}"),
        *("hf_{34}", "hvs.{24}", "AGE-SECRET-KEY-1{50}", "eyJ{20}.{20}.{20}", "LS0tLS1CRUdJTi{99}"),
    ],
)
@given(data=st.data())
def test_tokens_of_known_forms(form: str, data: st.DataObject) -> None:
    alphabet = string.ascii_uppercase + string.digits

    def drawn(match: re.Match[str]) -> str:
        size = int(match[1])
        return data.draw(st.text(alphabet, min_size=size, max_size=size))

    token = re.sub(r"\{(\d+)\}", drawn, form)
    for line in (token, f'x = f("{token}")', f"a {token} b"):
        assert token not in masked(line)
        assert token[8:] not in masked(line)
    assert looks_secret("HARMLESS", token)


@pytest.mark.parametrize(
    "line",
    [
        *("", "plain text", "path: /usr/bin", "author = me", "the password is wrong"),
        *("token = None", "def f(password: str, n: int) -> bool:", 'password = ""', "auth: true"),
        *("PASSWORD=${DB_PASSWORD}", "token: {{ .Values.token }}", "secret=$(cat /run/x)"),
        *("max_tokens: 4096", "https://host:8080/path", "secrets:", '"credentials": {'),
        *("tokenizer = fast", "monkey=1", "-----BEGIN CERTIFICATE-----", "authority = x"),
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert masked(line) == line


def test_a_default_after_a_type_is_masked() -> None:
    assert masked('password: str = "Zq9"') == f"password: {MASK}"


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "PGP "])
@given(body=st.binary(min_size=60, max_size=400), indent=st.sampled_from(["", "    ", "# ", '"']))
def test_private_keys_of_several_lines(kind: str, body: bytes, indent: str) -> None:
    encoded = base64.b64encode(body).decode()
    lines = [encoded[at : at + 64] for at in range(0, len(encoded), 64)]
    end = '\\n"' if indent == '"' else ""
    block = " BLOCK" if kind == "PGP " else ""
    text = [
        "before",
        *(
            f"{indent}{line}{end}"
            for line in (
                f"-----BEGIN {kind}PRIVATE KEY{block}-----",
                "Proc-Type: 4,ENCRYPTED",
                "",
                *lines,
                f"-----END {kind}PRIVATE KEY{block}-----",
            )
        ),
        "after it",
    ]
    inside = private_lines(text)
    assert inside == set(range(2, len(text) - 2))
    assert private_lines(text[:-2]) == inside


def test_a_private_key_on_one_line() -> None:
    key = "-----BEGIN PRIVATE KEY-----\\nZq9Zq9Zq9\\n-----END PRIVATE KEY-----\\n"
    shown = masked(f'{{"key": "{key}", "host": "h"}}')
    assert "Zq9" not in shown
    assert shown.endswith('"host": "h"}')
    assert "Zq9" not in masked(key[:-30])


def test_a_word_about_keys_hides_nothing_after_it() -> None:
    lines = ['if "-----BEGIN PRIVATE KEY-----" in text:', "    return read(text)", "x = 1"]
    assert private_lines(lines) == set()


@given(st.text(max_size=300))
def test_any_line_is_masked_without_harm(line: str) -> None:
    once = masked(line)
    assert once == line or MASK in once


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("PGPASSWORD", "x", True),
        ("SSHPASS", "x", True),
        ("MYSQL_PWD", "x", True),
        ("DB_PW", "x", True),
        ("CONNECTION", "Server=db;User Id=app;Password=hunter2", True),
        ("JAVA_OPTS", "-Xmx1g -Ddb.password=hunter2", True),
        ("ARGS", "--user me --password hunter2", True),
        ("BYPASS", "yes", False),
        ("COMPASS", "north", False),
        ("JAVA_OPTS", "-Xmx1g -Dfile.encoding=UTF-8", False),
        ("PATH", "/usr/local/bin:/usr/bin", False),
        ("URL", "https://host/path?q=1", False),
    ],
)
def test_variables_that_programs_take_passwords_from(name: str, value: str, secret: bool) -> None:
    assert looks_secret(name, value) is secret
