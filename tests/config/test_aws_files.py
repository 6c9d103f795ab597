"""AWS's files are edited without touching what is not meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.config.aws_files import KEYS, section_of, sections, without_keys

TEXT = """\
# my keys, do not touch

[work]
# of the build user
aws_access_key_id = AKIAWORKWORKWORK1234
AWS_SECRET_ACCESS_KEY=of-work
aws_session_token =
    of
    work
region = eu-west-1
s3 =
    max_concurrent_requests = 20

; another
[home]
aws_access_key_id: AKIAHOMEHOMEHOME1234
aws_secret_access_key: of-home
"""
EDITED = """\
# my keys, do not touch

[work]
# of the build user
credential_process = ecrtui credentials process work
region = eu-west-1
s3 =
    max_concurrent_requests = 20

; another
[home]
aws_access_key_id: AKIAHOMEHOMEHOME1234
aws_secret_access_key: of-home
"""


def test_the_keys_alone_go() -> None:
    process = "ecrtui credentials process work"
    assert without_keys(TEXT, "work", process) == EDITED
    assert without_keys(TEXT, "work") == EDITED.replace(f"credential_process = {process}\n", "")


def test_line_ends_stay() -> None:
    edited = without_keys(TEXT.replace("\n", "\r\n"), "work", "ecrtui credentials process work")
    assert edited == EDITED.replace("\n", "\r\n")
    assert without_keys("[a]\naws_access_key_id=x", "a", "p") == "[a]\ncredential_process = p\n"


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("[profile work]\naws_access_key_id=x", "profile work"),
        ('[profile "work"]\naws_access_key_id=x', 'profile "work"'),
        ("[profile work]\nregion=x\n[work]\naws_secret_access_key=x", "work"),
        ("[profile work]\nregion=x", ""),
        ("[works]\naws_access_key_id=x", ""),
        ("", ""),
    ],
)
def test_where_the_keys_of_a_profile_are(text: str, section: str) -> None:
    assert section_of("work", text) == section


@pytest.mark.parametrize(
    "text",
    [
        "[work]\n  aws_access_key_id = indented\n",
        "[work]\naws_access_key_id = x\ncredential_process = mine\n",
        "no section = 1\n",
        "[work]\naws_access_key_id = x\n[work]\naws_access_key_id = y\n",
    ],
)
def test_what_cannot_be_edited_safely_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"edited safely|file of AWS's"):
        without_keys(text, "work", "ecrtui credentials process work")


NAME = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
VALUE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)
OPTION = st.tuples(st.sampled_from([*KEYS, "region", "output", "x"]), VALUE)
SECTIONS = st.dictionaries(NAME, st.lists(OPTION, unique_by=lambda one: one[0]), min_size=1)
NOISE = st.sampled_from(["", "# aws_access_key_id = commented", "; a comment", "\n"])


@given(SECTIONS, NOISE, st.sampled_from(["\n", "\r\n"]))
def test_whatever_else_a_file_says_it_says_afterwards(
    made: dict[str, list[tuple[str, str]]], noise: str, end: str
) -> None:
    lines = [noise]
    for name, options in made.items():
        lines += [f"[{name}]", noise, *(f"{key} = {value}" for key, value in options)]
    text = end.join(lines) + end
    for name in made:
        edited = without_keys(text, name)
        wanted = sections(text)
        wanted[name] = {key: value for key, value in wanted[name].items() if key not in KEYS}
        assert sections(edited) == wanted
        assert edited.count("# aws_access_key_id") == text.count("# aws_access_key_id")
