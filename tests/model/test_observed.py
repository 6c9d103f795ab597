"""What tags were seen to name: kept as moves, whoever looks and in whatever order."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.observed import MOVES, TAGS, Observed, merged

A, B, C = (f"sha256:{letter * 64}" for letter in "abc")
LOOKS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from(["v1", "v2", "latest"]), st.sampled_from([A, B, C]))),
    max_size=12,
)


def named(known: Observed) -> dict[str, str]:
    """What each tag named last."""
    last = {tag: seen.moves[-1].digest for tag, seen in known.tags.items()}
    return {tag: digest for tag, digest in last.items() if digest}


@given(LOOKS)
def test_looks_in_order_are_every_move_and_no_other(looks: list[tuple[dict[str, str]]]) -> None:
    known, expected = Observed(), dict[str, list[tuple[float, str]]]()
    for at, (tags,) in enumerate(looks, 1):
        known = merged(known, tags, float(at), whole=True)
        for tag in {*expected, *tags}:
            moves, digest = expected.setdefault(tag, []), tags.get(tag, "")
            if (moves[-1][1] if moves else "") != digest:
                moves.append((float(at), digest))
    found = {
        tag: [(move.at, move.digest) for move in seen.moves] for tag, seen in known.tags.items()
    }
    assert found == {tag: moves for tag, moves in expected.items() if moves}


@given(LOOKS, st.randoms(use_true_random=False), st.data())
def test_looks_that_come_in_late_make_nothing_wrong(
    looks: list[tuple[dict[str, str]]], chance: object, data: st.DataObject
) -> None:
    """Two processes look by turns and write in any order: the last look of all stands, times go
    forward, and nothing is told that nobody saw."""
    timed = [(float(at), tags) for at, (tags,) in enumerate(looks, 1)]
    order = data.draw(st.permutations(timed))
    known = Observed()
    for at, tags in order:
        known = merged(known, tags, at, whole=True)
    if timed:
        assert named(known) == timed[-1][1]
    seen = {(at, tag, tags.get(tag, "")) for at, tags in timed for tag in ("v1", "v2", "latest")}
    for tag, one in known.tags.items():
        moments = [move.at for move in one.moves]
        assert moments == sorted(set(moments))
        assert all((move.at, tag, move.digest) in seen for move in one.moves)
        digests = [move.digest for move in one.moves]
        assert all(first != second for first, second in itertools.pairwise(digests))


def test_a_look_at_one_image_says_nothing_of_the_others() -> None:
    known = merged(Observed(), {"v1": A, "v2": B}, 1.0, whole=True)
    known = merged(known, {"v1": C}, 2.0, whole=False)
    assert named(known) == {"v1": C, "v2": B}
    late = merged(known, {"v1": A, "v2": B}, 1.5, whole=True)
    assert named(late) == {"v1": C, "v2": B}


def test_a_tag_that_is_gone_names_nothing_and_may_come_back() -> None:
    known = merged(Observed(), {"v1": A}, 1.0, whole=True)
    known = merged(known, {}, 2.0, whole=True)
    known = merged(known, {"v1": A}, 3.0, whole=True)
    assert [move.digest for move in known.tags["v1"].moves] == [A, "", A]


def test_what_is_kept_is_bounded_and_what_moved_stays() -> None:
    known = merged(Observed(), {"latest": A}, 1.0, whole=True)
    for at in range(2, MOVES + 20):
        known = merged(known, {"latest": (A, B)[at % 2]}, float(at), whole=True)
    many = {f"v{number}": C for number in range(3 * TAGS)} | {"latest": B}
    known = merged(known, many, 1000.0, whole=True)
    assert len(known.tags) == TAGS
    assert len(known.tags["latest"].moves) == MOVES
    assert "v0" in known.tags  # what comes first is worth most
