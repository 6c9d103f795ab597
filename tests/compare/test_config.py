"""Two configurations, their histories, and what usually bites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ecrtui.compare.bites import config_bites, file_bites
from ecrtui.compare.config import FieldChange, config_changes, history_changes
from ecrtui.compare.files import difference
from ecrtui.compare.filesystem import flatten
from ecrtui.model.manifest import HistoryEntry, ImageConfig, Platform
from tests.compare.layers import Item, directory, file, index, link, symlink

_AMD64 = Platform("linux", "amd64")


def config(platform: Platform = _AMD64, **fields: Any) -> ImageConfig:
    return ImageConfig(platform, **fields)


def test_the_same_is_no_change() -> None:
    one = config(env=("A=1",), labels={"a": "b"}, cmd=("x",), created="2026-01-01T00:00:00Z")
    assert config_changes(one, one) == ()
    assert config_changes(one, config(env=("A=1",), labels={"a": "b"}, cmd=("x",))) == ()


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"user": "app"}, {}, ("user", "app", None)),
        ({"env": ("A=1", "B=2")}, {"env": ("B=2", "A=x=y")}, ("env.A", "1", "x=y")),
        ({}, {"env": ("A",)}, ("env.A", None, "")),
        ({"env": ("A=2",)}, {"env": ("A=1", "A=3")}, ("env.A", "2", "3")),
        ({"labels": {"v": "1"}}, {"labels": {"v": "2"}}, ("labels.v", "1", "2")),
        ({}, {"exposed_ports": ("80/tcp",)}, ("ports.80/tcp", None, "80/tcp")),
        ({"volumes": ("/data",)}, {}, ("volumes./data", "/data", None)),
        ({"cmd": ("a", "b c")}, {"cmd": ("a", "b", "c")}, ("cmd", ("a", "b c"), ("a", "b", "c"))),
        ({}, {"entrypoint": ("/run",)}, ("entrypoint", None, ("/run",))),
        ({"working_dir": "/a"}, {"working_dir": "/b"}, ("workdir", "/a", "/b")),
        ({"stop_signal": "SIGINT"}, {}, ("stopSignal", "SIGINT", None)),
        ({}, {"healthcheck": ("CMD", "ok")}, ("healthcheck", None, ("CMD", "ok"))),
        ({}, {"author": "me"}, ("author", None, "me")),
    ],
)
def test_one_field(
    before: dict[str, Any], after: dict[str, Any], change: tuple[str, Any, Any]
) -> None:
    assert config_changes(config(**before), config(**after)) == (FieldChange(*change),)


def test_platforms() -> None:
    arm = Platform("linux", "arm64", "v8")
    change = FieldChange("platform", "linux/amd64", "linux/arm64/v8")
    assert config_changes(config(), config(arm)) == (change,)


def test_histories_in_one_order() -> None:
    before = [HistoryEntry("1", "FROM"), HistoryEntry("1", "RUN a"), HistoryEntry("1", "CMD x")]
    after = [HistoryEntry("2", "FROM"), HistoryEntry("2", "RUN b"), HistoryEntry("2", "CMD x")]
    found = [(row.change, row.created_by, row.created) for row in history_changes(before, after)]
    assert found == [
        ("same", "FROM", "2"),
        ("removed", "RUN a", "1"),
        ("added", "RUN b", "2"),
        ("same", "CMD x", "2"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({"user": "app"}, {"user": "root"}, ["user"]),
        ({"user": "app"}, {}, ["user"]),
        ({"user": "1000:1000"}, {"user": "0:5"}, ["user"]),
        ({"user": "root"}, {"user": ""}, []),
        ({"user": "root"}, {"user": "app"}, []),
        ({"entrypoint": ("/a",)}, {"entrypoint": ("/b",)}, ["entrypoint"]),
        ({"exposed_ports": ("80/tcp",)}, {"exposed_ports": ("80/tcp", "22/tcp")}, ["port"]),
        ({"exposed_ports": ("80/tcp",)}, {}, []),
        ({"diff_ids": ("sha256:a",)}, {"diff_ids": ("sha256:b",)}, ["base"]),
        ({"diff_ids": ("sha256:a", "sha256:b")}, {"diff_ids": ("sha256:a",)}, []),
        (
            {"labels": {"org.opencontainers.image.base.digest": "sha256:a"}},
            {"labels": {"org.opencontainers.image.base.digest": "sha256:b"}},
            ["base"],
        ),
    ],
)
def test_what_configurations_tell(
    before: dict[str, Any], after: dict[str, Any], kinds: list[str]
) -> None:
    found = config_bites(config(**before), config(**after))
    assert [bite.kind for bite in found] == kinds


def bites(
    a: Sequence[Item],
    b: Sequence[Item],
    before: ImageConfig | None = None,
    after: ImageConfig | None = None,
) -> list[tuple[str, str]]:
    found = difference(flatten([index(a)]), flatten([index(b)]))
    told = file_bites(found, before or config(), after or config())
    return [(bite.kind, bite.subject) for bite in told]


def test_more_rights_than_before() -> None:
    a = [file("/was", mode=0o4755), file("/got", mode=0o755), file("/open", mode=0o644)]
    b = [
        *(file("/was", b"new", 0o4755), file("/got", mode=0o4755), file("/open", mode=0o666)),
        *(file("/new", mode=0o2755), directory("/tmp", 0o1777), directory("/d", 0o777)),
        symlink("/s", "was"),
    ]
    assert sorted(bites(a, b)) == [
        *(("setuid", "/got"), ("setuid", "/new")),
        *(("world-writable", "/d"), ("world-writable", "/open")),
    ]


def test_a_command_that_lost_its_program() -> None:
    a = [file("/usr/bin/serve"), symlink("/bin", "usr/bin"), file("/app/conf"), file("/app/old")]
    b = [symlink("/bin", "usr/bin"), directory("/usr/bin"), directory("/app")]
    mine = config(entrypoint=("serve", "-c", "conf"), working_dir="/app")
    assert bites(a, b, mine, mine) == [("missing", "/usr/bin/serve"), ("missing", "/app/conf")]
    assert bites(a, b, config(cmd=("/bin/serve",)), config()) == [("missing", "/bin/serve")]
    assert bites(a, b, config(), config()) == []


def test_a_command_whose_program_moved_on_the_path() -> None:
    mine = config(cmd=("serve",), env=("PATH=/a:/b",))
    assert bites([file("/a/serve")], [file("/b/serve")], mine, mine) == []
    assert bites([file("/a/serve")], [file("/c/serve")], mine, mine) == [("missing", "/a/serve")]


def test_a_hard_link_to_a_setuid_file_has_its_rights() -> None:
    a = [file("/x", mode=0o4755)]
    assert bites(a, [*a, link("/y", "/x")]) == [("setuid", "/y")]
