"""Two lists of packages and their difference."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.package import Package
from ecrtui.packages.difference import difference

Row = tuple[str | None, str | None, str]


def changes(ecosystem: str, before: list[str], after: list[str]) -> list[Row]:
    """The rows for one name with these versions."""
    rows = difference(
        [Package(ecosystem, "thing", version) for version in before],
        [Package(ecosystem, "thing", version) for version in after],
    )
    assert {(row.ecosystem, row.name) for row in rows} <= {(ecosystem, "thing")}
    return [(row.before, row.after, row.change) for row in rows]


@pytest.mark.parametrize(
    ("ecosystem", "before", "after", "expected"),
    [
        ("deb", ["1.0-1"], ["1.0-1"], []),
        ("deb", ["1.0~rc1-1"], ["1.0-1"], [("1.0~rc1-1", "1.0-1", "upgrade")]),
        ("rpm", ["1:1.0-1"], ["2.0-1"], [("1:1.0-1", "2.0-1", "downgrade")]),
        ("apk", ["1.9-r0"], ["1.10-r0"], [("1.9-r0", "1.10-r0", "upgrade")]),
        ("python", ["1.0"], ["1.0.0"], [("1.0", "1.0.0", "changed")]),
        ("npm", ["1.0.0"], ["workspace"], [("1.0.0", "workspace", "changed")]),
        ("ruby", [], ["3.1"], [(None, "3.1", "added")]),
        ("ruby", ["3.1"], [], [("3.1", None, "removed")]),
    ],
)
def test_one_version(
    ecosystem: str, before: list[str], after: list[str], expected: list[Row]
) -> None:
    assert changes(ecosystem, before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["1.0.0", "2.0.0"], ["1.0.0", "2.1.0"], [("2.0.0", "2.1.0", "upgrade")]),
        (["1.0.0", "1.0.0"], ["1.0.0"], []),
        (
            ["9.0.0", "10.0.0"],
            ["9.1.0", "10.1.0"],
            [("10.0.0", "10.1.0", "upgrade"), ("9.0.0", "9.1.0", "upgrade")],
        ),
        (
            ["9.0.0", "10.0.0"],
            ["10.0.1"],
            [("10.0.0", "10.0.1", "upgrade"), ("9.0.0", None, "removed")],
        ),
        (
            ["2.0.0"],
            ["1.0.0", "2.0.1", "odd"],
            [("2.0.0", "2.0.1", "upgrade"), (None, "1.0.0", "added"), (None, "odd", "added")],
        ),
    ],
)
def test_several_versions_of_one_name(
    before: list[str], after: list[str], expected: list[Row]
) -> None:
    assert changes("npm", before, after) == expected


def test_a_name_is_another_in_another_ecosystem_and_places_do_not_matter() -> None:
    before = [
        Package("deb", "requests", "2.0", "amd64", "/var/lib/dpkg/status"),
        Package("python", "requests", "2.0", path="/a/requests-2.0.dist-info/METADATA"),
    ]
    after = [
        Package("python", "requests", "2.0", path="/b/requests-2.0.dist-info/METADATA"),
        Package("deb", "requests", "2.1", "arm64", "/var/lib/dpkg/status"),
    ]
    (row,) = difference(before, after)
    assert msgspec.to_builtins(row) == {
        "ecosystem": "deb",
        "name": "requests",
        "from": "2.0",
        "to": "2.1",
        "change": "upgrade",
        "source": "files",
    }


_PACKAGES = st.lists(
    st.builds(
        Package,
        st.sampled_from(["deb", "rpm", "apk", "python", "npm", "ruby"]),
        st.sampled_from("ab"),
        st.sampled_from(["1", "1.0", "2", "2-r1", "2.0a", "?", ""]),
    )
)
_OPPOSITE = {
    "added": "removed",
    "removed": "added",
    "upgrade": "downgrade",
    "downgrade": "upgrade",
    "changed": "changed",
}


@given(_PACKAGES, _PACKAGES)
def test_carried_out_it_gives_the_other_and_swapped_its_opposite(
    a: list[Package], b: list[Package]
) -> None:
    rows = difference(a, b)
    have = {(each.ecosystem, each.name, each.version) for each in a}
    for row in rows:
        if row.before is not None:
            have.remove((row.ecosystem, row.name, row.before))
    for row in rows:
        if row.after is not None:
            assert (row.ecosystem, row.name, row.after) not in have
            have.add((row.ecosystem, row.name, row.after))
    assert have == {(each.ecosystem, each.name, each.version) for each in b}
    swapped = [(row.after, row.before, _OPPOSITE[row.change]) for row in difference(b, a)]
    assert swapped == [(row.before, row.after, row.change) for row in rows]
