"""The parts of a comparison as lines: what is a change, what it says, what it hides."""

from __future__ import annotations

import msgspec
import pytest

from ecrtui.compare.files import difference
from ecrtui.compare.filesystem import flatten
from ecrtui.model.package import PackageChange, Skipped
from ecrtui.render.changes import (
    config_lines,
    file_lines,
    layer_lines,
    package_lines,
    summary_lines,
)
from ecrtui.render.lines import TextLine
from ecrtui.render.secrets import MASK
from tests.compare.layers import Item, file, index, symlink
from tests.render.comparisons import comparison
from tests.render.test_summary import PLAIN, config

replace = msgspec.structs.replace


def texts(lines: list[TextLine]) -> list[str]:
    return [" ".join(line.text.split()) for line in lines if line.text.strip()]


def test_fields_with_long_names_have_a_line_for_the_name() -> None:
    name = "a.very.long.name.that.leaves.no.room.for.anything.else"
    before, after = config(labels={name: "1"}, user="a"), config(labels={name: "2"}, user="b")
    lines = config_lines(comparison(before, after), 80, unmasked=False)
    assert texts(lines) == ["~ user a → b", f"~ labels.{name}", "1 → 2"]
    assert [line.change for line in lines] == ["modified", "modified", ""]


def test_secrets_are_shown_when_asked_for() -> None:
    found = comparison(config(env=("TOKEN=one",)), config(env=("TOKEN=other",)))
    assert texts(config_lines(found, 80, unmasked=False)) == [f"~ env.TOKEN {MASK} → {MASK}"]
    assert texts(config_lines(found, 80, unmasked=True)) == ["~ env.TOKEN one → other"]


def test_layers_that_are_read_say_how_far() -> None:
    one, other = index([file("/a", b"1")]), index([file("/a", b"2")])
    found = comparison(PLAIN, PLAIN, [one], [other])
    lines = texts(layer_lines(found, {one.diff_id: 2_000}))
    assert "(reading 2.0 of" in lines[1]
    assert "reading" not in lines[2]
    assert [line.change for line in layer_lines(found, {})] == ["", "removed", "added"]


def test_packages_and_databases_that_were_not_read() -> None:
    packages = (
        PackageChange("deb", "curl", "2", "1", "downgrade"),
        PackageChange("rpm", "new", None, "3", "added"),
    )
    found = replace(comparison(PLAIN, PLAIN), packages=packages, skipped=(Skipped("/x", "odd"),))
    assert texts(package_lines(found, 80)) == [
        "↓ curl 2 → 1 deb",
        "+ new 3 rpm",
        "! /x was not read: odd",
    ]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ([file("/x", b"1")], [file("/x", b"1", 0o755)], ["~ mode -rw-r--r-- → -rwxr-xr-x"]),
        ([file("/x", b"1")], [file("/x", b"1234")], ["~ size 1 bytes → 4 bytes"]),
        (
            [file("/x", b"1")],
            [replace(file("/x", b"1"), uid=5, xattrs={"user.a": b"A"})],
            ["~ owner 0:0 → 5:0", "~ xattrs none → user.a=41"],
        ),
        ([symlink("/x", "a")], [symlink("/x", "b")], ["~ linkname a → b"]),
        ([], [file("/x", b"1")], ["+ type file", "+ mode -rw-r--r--", "+ owner 0:0"]),
    ],
)
def test_what_changed_of_a_file_besides_its_contents(
    before: list[Item], after: list[Item], wanted: list[str]
) -> None:
    found = difference(flatten([index(before)]), flatten([index(after)]))
    shown = texts(file_lines(found.row("/x"), 80))
    assert shown[: len(wanted)] == wanted
    assert len(shown) == len(wanted) or not before


def test_a_renamed_file_tells_its_other_path() -> None:
    found = difference(flatten([index([file("/x", b"1")])]), flatten([index([file("/y", b"1")])]))
    for path, told in (("/x", "- renamed to /y"), ("/y", "+ renamed from /x")):
        assert texts(file_lines(found.row(path), 80, found.moved[path]))[0] == told


def test_a_line_of_the_summary_leads_to_its_tab() -> None:
    layer = index([file("/bin/tool", mode=0o4755)])
    lines = summary_lines(comparison(PLAIN, PLAIN, [], [layer]), 80)
    leads = {line.text.split()[0]: line.leads for line in lines}
    assert leads["Files"] == "tab:diff-files"
    assert leads["Config"] == "tab:diff-config"
    assert leads["Look"] == "tab:diff-files:/bin/tool"
