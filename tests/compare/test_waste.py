"""Wasted space, as dive counts it and as it is."""

from __future__ import annotations

import pytest

from ecrtui.compare.filesystem import flatten
from ecrtui.compare.waste import WastedPath, uses, waste
from tests.compare.layers import directory, file, index, link, opaque, whiteout


def test_the_case_that_dive_tests_itself_with() -> None:
    """The sizes and results of TestEfficiency in dive's efficiency_test.go."""
    found = waste(
        [
            index([file("/etc/conf/one", b"-" * 2000), file("/etc/conf/two", b"-" * 3000)]),
            index([file("/etc/conf/one", b"-" * 5000), file("/etc/thing", b"-" * 10000)]),
            index([whiteout("/etc/conf")]),
        ]
    )
    assert found.efficiency == 0.75
    assert found.wasted == (WastedPath("/etc/conf/one", 2, 7000, (0, 1)),)
    assert found.wasted_bytes == 7000


def test_a_removed_file_is_wasted_whole() -> None:
    found = waste([index([file("/a", b"123"), file("/b", b"1")]), index([whiteout("/a")])])
    assert found.efficiency == 0.25
    assert found.wasted == (WastedPath("/a", 2, 3, (0, 1)),)


def test_a_listed_directory_removed_twice_counts_what_was_in_it() -> None:
    """The leaves of /d: 5 bytes removed, and 2 bytes removed; of its files each one leaf."""
    found = waste(
        [
            index([directory("/d"), file("/d/a", b"12345"), link("/d/b", "/d/a")]),
            index([whiteout("/d")]),
            index([directory("/d"), file("/d/c", b"12")]),
            index([whiteout("/d")]),
        ]
    )
    assert found.wasted == (WastedPath("/d", 2, 7, (1, 3)),)
    assert found.efficiency == pytest.approx((5 + 2 + 2) / (5 + 2 + 7))


def test_opaque_markers_are_nothing_to_dive_and_hide_bytes_in_truth() -> None:
    layers = [index([file("/d/a", b"123")]), index([opaque("/d"), file("/d/b", b"1")])]
    assert waste(layers).efficiency == 1.0
    assert waste(layers).wasted == ()
    assert [use.wasted_bytes for use in uses(flatten(layers))] == [3, 0]


def test_what_an_opaque_marker_hid_is_there_to_dive_when_it_is_removed() -> None:
    layers = [
        index([directory("/d"), file("/d/a", b"123")]),
        index([directory("/d"), opaque("/d")]),
        index([whiteout("/d")]),
    ]
    assert waste(layers).wasted == (WastedPath("/d", 2, 3, (1, 2)),)


def test_an_empty_image_wastes_nothing() -> None:
    assert waste([]).efficiency == 1.0
    assert waste([index([directory("/a")]), index([directory("/a")])]).wasted == ()


def test_the_most_bytes_come_first() -> None:
    twice = [index([file("/a", b"1"), file("/b", b"123"), file("/c", b"1")])] * 2
    assert [one.path for one in waste(twice).wasted] == ["/b", "/a", "/c"]


def test_what_layers_hold_and_nobody_sees() -> None:
    layers = [
        index([file("/a", b"12345"), link("/b", "/a"), file("/c", b"12")]),
        index([whiteout("/a"), file("/c", b"123")]),
    ]
    found = uses(flatten(layers))
    assert [(use.entries, use.bytes, use.wasted_bytes) for use in found] == [(3, 7, 2), (1, 3, 0)]
