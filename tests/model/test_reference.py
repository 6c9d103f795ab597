"""References: every form, round trips, and no text that is more than refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecrtui.errors import InvalidReference
from ecrtui.model.reference import LONGEST, Reference, Transport, parse

HEX = "0123456789abcdef"
DIGEST = "sha256:" + "ab" * 32
ACCOUNT = "123456789012"

names = st.from_regex(r"[a-z0-9]{1,8}([._/-][a-z0-9]{1,8}){0,3}", fullmatch=True).filter(
    lambda name: "." not in name.partition("/")[0] and not name.startswith("localhost/")
)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,30}", fullmatch=True)
digests = st.text(HEX, min_size=64, max_size=64).map("sha256:".__add__)
accounts = st.text("0123456789", min_size=12, max_size=12)
regions = st.sampled_from(["eu-west-1", "us-gov-east-1", "cn-north-1", "eusc-de-east-1"])
hosts = st.one_of(
    st.just(""),
    st.builds("{}.dkr.ecr.{}.amazonaws.com/".format, accounts, regions),
    st.builds("{}.dkr-ecr.{}.on.aws/".format, accounts, regions),
    st.builds("{}.dkr.ecr-fips.{}.amazonaws.com/".format, accounts, regions),
    st.builds("{}.dkr.ecr.{}.amazonaws.com.cn/".format, accounts, regions),
    st.just("public.ecr.aws/"),
    st.just("127.0.0.1:5000/"),
    st.just("[::1]:5000/"),
    st.builds("arn:aws-cn:ecr:{1}:{0}:repository/".format, accounts, regions),
    st.builds("arn:aws:ecr:{1}:{0}:repository/".format, accounts, regions),
    st.just("docker://registry.example/"),
    st.just("docker-daemon:"),
)


@given(hosts, names, st.one_of(st.just(""), tags), st.one_of(st.just(""), digests))
def test_what_parse_understands_it_gives_back(host: str, name: str, tag: str, digest: str) -> None:
    text = host + name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    reference = parse(text)
    assert str(reference) == text
    assert (reference.tag, reference.digest) == (tag, digest)
    assert reference.name.endswith(name)


@given(
    st.sampled_from([Transport.OCI, Transport.OCI_ARCHIVE, Transport.DOCKER_ARCHIVE]),
    st.text("abc/.-_", min_size=1, max_size=20),
    st.one_of(st.just(""), tags, st.builds("{}:{}".format, names, tags)),
    st.one_of(st.just(""), digests),
)
def test_files_round_trip(transport: Transport, path: str, ref: str, digest: str) -> None:
    text = f"{transport.value}:{path}{':' + ref if ref else ''}"
    assert parse(text) == Reference(transport, path, tag=ref)
    assert str(parse(text)) == text
    if digest and not ref:
        by_digest = parse(f"{text}@{digest}")
        assert by_digest == Reference(transport, path, digest=digest)
        assert str(by_digest) == f"{text}@{digest}"


@given(st.text(max_size=80))
@example("sha256:" + "a" * 64)
@example("a" * (LONGEST + 1))
@example("arn:aws:ecr:eu-west-1:123456789012:repository/")
@example("https://")
@example("oci:/with:colon/path")
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        reference = parse(text)
    except InvalidReference:
        return
    assert parse(str(reference)) == reference


@given(st.text("abc1.:/@-[]", max_size=30))
def test_texts_of_the_right_letters_round_trip_too(text: str) -> None:
    test_any_text_is_a_reference_or_refused.hypothesis.inner_test(text)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "account", "region"),
    [
        (f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1", ACCOUNT, "eu-west-1"),
        (f"https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/app", ACCOUNT, "eu-west-1"),
        (f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws/app", ACCOUNT, "us-east-1"),
        (f"{ACCOUNT}.dkr.ecr.us-iso-east-1.c2s.ic.gov/app", ACCOUNT, "us-iso-east-1"),
        (f"arn:aws-us-gov:ecr:us-gov-west-1:{ACCOUNT}:repository/a/b", ACCOUNT, "us-gov-west-1"),
        ("app", "", ""),
        ("127.0.0.1:5000/app", "", ""),
    ],
)
def test_where_it_is(text: str, account: str, region: str) -> None:
    reference = parse(text)
    assert (reference.account, reference.region) == (account, region)
    again = parse(str(reference))
    assert (again.account, again.region) == (account, region)


def test_a_dot_alone_makes_no_host() -> None:
    assert parse("my.team/app").name == "my.team/app"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "URI as ECR shows it"),
        (" app", "URI as ECR shows it"),
        ("App", "lower-case"),
        ("app:", "A tag has"),
        ("app@sha256:12", "64 hexadecimal"),
        ("docker.io/library/nginx", "docker://docker.io"),
        ("docker://nginx", "docker://HOST/name"),
        ("docker-daemn:app:v1", "begins with docker://, docker-daemon:"),
        ("oci-archve:./app.tar", "oci-archive: or docker-archive:"),
        ("dcoker://registry.example/app", "begins with docker://"),
        ("OCI:dir", "oci:"),
        ("oci:", "oci:PATH"),
        ("oci:a:", "oci:PATH"),
        ("docker-archive:a:b c", "PATH:NAME"),
        ("oci:a\0b", "oci:PATH"),
        ("a" * 257, "lower-case"),
    ],
)
def test_a_refusal_names_the_fix(text: str, hint: str) -> None:
    with pytest.raises(InvalidReference) as refused:
        parse(text)
    assert hint in refused.value.hint


@pytest.mark.parametrize("text", ["app:", "team/app:a/b", "localhost:5000/App", "app@sha256:1/2"])
def test_what_begins_with_no_prefix_gets_no_hint_at_one(text: str) -> None:
    with pytest.raises(InvalidReference) as refused:
        parse(text)
    assert "docker-daemon:" not in refused.value.hint


@pytest.mark.parametrize(
    ("text", "transport", "name"),
    [
        ("ecs://main/web", Transport.ECS, "main/web"),
        ("ecs://main/web/app", Transport.ECS, "main/web/app"),
        ("lambda://resize", Transport.LAMBDA, "resize"),
        ("lambda://resize:$LATEST", Transport.LAMBDA, "resize:$LATEST"),
    ],
)
def test_what_runs_an_image(text: str, transport: Transport, name: str) -> None:
    reference = parse(text)
    assert (reference.transport, reference.name) == (transport, name)
    assert str(reference) == text


@pytest.mark.parametrize("text", ["ecs://web", "ecs://a/b/c/d", "lambda://a/b", "ecs:///web"])
def test_what_runs_nothing_says_how_to_write_it(text: str) -> None:
    with pytest.raises(InvalidReference) as caught:
        parse(text)
    assert "ecs://CLUSTER/SERVICE" in caught.value.hint


def test_repositories_may_be_called_like_services() -> None:
    for text in ("ecs:v1", "lambda:v1"):
        assert parse(text).transport is Transport.ECR
