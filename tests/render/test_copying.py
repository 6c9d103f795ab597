"""What the copy menu offers, and where the console addresses lead."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.image import Image
from ecrtui.model.places import Registry, RegistryKind
from ecrtui.model.repository import Repository
from ecrtui.render.console import console_host, image_url, repository_url
from ecrtui.render.copying import image_choices, registry_choices, repository_choices

DIGEST = "sha256:" + "a1" * 32
HERE = Registry(profile="work", account="111122223333", region="eu-west-1")
PUBLIC = Registry(
    profile="work", account="111122223333", region="us-east-1", kind=RegistryKind.PUBLIC
)


def test_the_uri_by_tag_comes_first_and_each_tag_has_its_own() -> None:
    image = Image(image_digest=DIGEST, repository_name="team/app", image_tags=("v1", "latest"))
    choices = image_choices(HERE, "127.0.0.1:5000/team/app", image)
    assert [choice.text for choice in choices[:3]] == [
        "127.0.0.1:5000/team/app:v1",
        "127.0.0.1:5000/team/app:latest",
        f"127.0.0.1:5000/team/app@{DIGEST}",
    ]


def test_an_untagged_image_starts_with_its_digest() -> None:
    image = Image(image_digest=DIGEST, repository_name="app")
    assert image_choices(HERE, "host/app", image)[0].text == f"host/app@{DIGEST}"


@given(name=st.text(min_size=1), profile=st.text(min_size=1))
def test_no_name_escapes_the_shell_quoting(name: str, profile: str) -> None:
    place = Registry(profile=profile, account="1", region="eu-west-1")
    command = repository_choices(place, Repository(repository_name=name))[3].text
    words = shlex.split(command)
    assert words[words.index("--repository-name") + 1] == name
    assert words[words.index("--profile") + 1] == profile


def test_the_public_registry_uses_its_own_service() -> None:
    commands = {choice.title: choice.text for choice in registry_choices(PUBLIC)}
    assert commands["aws command"].startswith("aws ecr-public ")


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_its_own_console(region: str, host: str) -> None:
    assert console_host(region) == host


def test_addresses_carry_account_repository_and_digest() -> None:
    url = image_url(HERE, "team/app", DIGEST)
    assert "/111122223333/team/app/" in url
    assert DIGEST in url
    assert image_url(PUBLIC, "team/app", DIGEST) == repository_url(PUBLIC, "team/app")
