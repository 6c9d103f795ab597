"""The go-to line: where each form leads, and that none crashes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecrtui.errors import UsageError
from ecrtui.model.goto import WORDS, Destination, completions, parse_goto
from tests.worlds import HOSTILE


@pytest.mark.parametrize(
    ("line", "destination", "argument"),
    [
        ("registries", Destination.REGISTRIES, ""),
        (":Help", Destination.HELP, ""),
        ("-", Destination.BACK, ""),
        ("region eu-west-1", Destination.REGION, "eu-west-1"),
        ("profile  work ", Destination.PROFILE, "work"),
        ("repo team/app", Destination.REPOSITORY, "team/app"),
        ("settings team/app", Destination.SETTINGS, "team/app"),
        ("settings", Destination.SETTINGS, ""),
        ("prune team/app", Destination.PRUNE, "team/app"),
        ("search two words", Destination.SEARCH, "two words"),
        ("team/app", Destination.REPOSITORY, "team/app"),
        ("team/app:v1", Destination.IMAGE, "team/app:v1"),
        ("app:v1", Destination.IMAGE, "app:v1"),
        ("oci:folder", Destination.IMAGE, "oci:folder"),
        ("docker://registry.example/app", Destination.IMAGE, "docker://registry.example/app"),
        ("9f31", Destination.DIGEST, "9f31"),
        ("9F31C2", Destination.DIGEST, "9f31c2"),
        ("sha256:9f31", Destination.DIGEST, "9f31"),
        ("cafe", Destination.DIGEST, "cafe"),
        ("caf", Destination.SEARCH, "caf"),
        ("9f3", Destination.SEARCH, "9f3"),
        ("coffee", Destination.SEARCH, "coffee"),
        ("some words", Destination.SEARCH, "some words"),
        ("log4j", Destination.SEARCH, "log4j"),
        ("cve-2024-1234", Destination.AFFECTED, "CVE-2024-1234"),
        (" :CVE-2024-123456 ", Destination.AFFECTED, "CVE-2024-123456"),
        ("ghsa-jfh8-c2jp-5v3q", Destination.AFFECTED, "GHSA-jfh8-c2jp-5v3q"),
    ],
)
def test_where_a_line_leads(line: str, destination: Destination, argument: str) -> None:
    found = parse_goto(line)
    assert (found.destination, found.argument) == (destination, argument)


def test_an_arn_keeps_its_place() -> None:
    arn = "arn:aws:ecr:eu-west-1:111122223333:repository/team/app"
    found = parse_goto(arn)
    assert found.destination is Destination.REPOSITORY
    assert found.reference is not None
    assert (found.reference.account, str(found.reference)) == ("111122223333", arn)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "Type a repository"),
        (" : ", "Type a repository"),
        ("region", "region NAME"),
        ("repo Upper", "lower-case"),
        ("cve-2024-1", "Write all of it"),
        ("CVE-2024-", "Write all of it"),
        ("cve-2024", "Write all of it"),
        ("sha256:", "4 hexadecimal"),
        ("sha256:9f3", "4 hexadecimal"),
        ("sha256:xyzw", "4 hexadecimal"),
    ],
)
def test_what_leads_nowhere_says_why(line: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_goto(line)
    assert says in refused.value.hint


@given(
    st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE), st.text("abc1:/@ -.", max_size=20))
)
@example("repo ")
@example("?")
def test_any_line_leads_somewhere_or_says_why(line: str) -> None:
    try:
        found = parse_goto(line)
    except UsageError as refused:
        said = refused.sentence + refused.hint
    else:
        said = found.destination.value
    assert said


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=5))
def test_a_completion_goes_on_from_what_is_typed(line: str, names: list[str]) -> None:
    typed = line.lstrip().removeprefix(":")
    for found in completions(line, names):
        assert found.startswith(typed.partition(" ")[0])
        assert found != line


def test_completions_are_words_then_names() -> None:
    names = ["region-tools", "search-api"]
    assert completions("re", names) == ["region", "registries", "repo", "region-tools"]
    assert completions("repo se", names) == ["repo search-api"]
    assert all(completions(word[:2], ()) for word in WORDS)
