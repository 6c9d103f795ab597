"""How differences of contents are shown: masked, cut where lines are long, in both forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.contents import contents_difference
from ecrtui.model.contents import FileContents
from ecrtui.model.files import Entry, EntryKind
from ecrtui.render.contents import LONGEST, ShownLine, shown_lines, unified
from ecrtui.render.secrets import MASK


def shown(before: bytes | None, after: bytes | None, *, unmasked: bool = False) -> list[ShownLine]:
    sides = (
        None if data is None else FileContents(Entry("/f", EntryKind.FILE, len(data)), data)
        for data in (before, after)
    )
    return list(shown_lines(contents_difference(*sides), unmasked=unmasked))


def texts(lines: list[ShownLine], kind: str) -> list[str]:
    return [line.text for line in lines if line.kind == kind]


def test_lines_have_their_numbers() -> None:
    lines = shown(b"a\nb\nc\n", b"a\nx\ny\nc\n")
    assert [(line.kind, line.before, line.after, line.text) for line in lines] == [
        ("hunk", None, None, "@@ -1,3 +1,4 @@"),
        ("same", 1, 1, "a"),
        ("removed", 2, None, "b"),
        ("added", None, 2, "x"),
        ("added", None, 3, "y"),
        ("same", 3, 4, "c"),
    ]


def test_a_changed_password_shows_that_it_changed_and_no_more() -> None:
    before, after = b"user=me\npassword=first\n", b"user=me\npassword=second\n"
    lines = shown(before, after)
    assert texts(lines, "removed") == texts(lines, "added") == [f"password={MASK}"]
    assert [line.masked for line in lines] == [False, False, True, True]
    assert texts(shown(before, after, unmasked=True), "added") == ["password=second"]


def test_a_key_is_masked_though_its_beginning_is_out_of_the_hunk() -> None:
    body = [f"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC{number:04}" for number in range(20)]
    key = ["-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----", ""]
    before = "\n".join(key).encode()
    after = before.replace(b"0012", b"Zq9Z")
    lines = shown(before, after)
    assert len(lines) == 9
    assert {line.text for line in lines if line.kind != "hunk"} == {MASK}
    assert any("Zq9Z" in line.text for line in shown(before, after, unmasked=True))


@given(st.integers(0, 60_000), st.integers(0, 60_000), st.booleans())
def test_a_long_line_is_cut_around_what_differs(lead: int, rest: int, secret: bool) -> None:
    head = 'x="1",password="Zq9Zq9",' if secret else 'x="1",'
    start, end = b"a" * lead + head.encode(), b"b" * rest
    lines = shown(start + b"ONE" + end, start + b"OTHER" + end)
    (removed,), (added,) = texts(lines, "removed"), texts(lines, "added")
    assert "ONE" in removed
    assert "OTHER" in added
    assert max(len(removed), len(added)) <= LONGEST + len(head) + 8
    assert "Zq9" not in removed + added


def test_long_lines_that_are_added_begin_at_their_beginning() -> None:
    lines = shown(None, b"begins" + b"x" * 100_000)
    (added,) = texts(lines, "added")
    assert added.startswith("begins")
    assert added.endswith("…")


def test_binaries_show_bytes_unless_they_hold_a_secret() -> None:
    lines = shown(b"\0" * 40, b"\0" * 20 + b"\1" + b"\0" * 30)
    assert texts(lines, "note") == [
        "Not text: 40 → 51 bytes.",
        "The first difference is at byte 20.",
    ]
    assert texts(lines, "added")[0].startswith("00000010  00 00 00 00 01")
    key = b"\0AKIAABCDEFGHIJKLMNOP\0"
    for unmasked in (True, False):
        lines = shown(key + b"1", key + b"2", unmasked=unmasked)
        assert ("41 4b 49 41" in "".join(line.text for line in lines)) is unmasked


def test_links_and_types_are_told() -> None:
    link = FileContents(Entry("/f", EntryKind.SYMLINK, linkname="there"))
    file = FileContents(Entry("/f", EntryKind.FILE, 3), b"abc")
    lines = list(shown_lines(contents_difference(link, file)))
    assert texts(lines, "removed") == ["symlink to there"]
    assert texts(lines, "added") == ["file of 3 bytes"]
    assert texts(shown(b"x", b"x"), "note") == ["The contents are the same."]


def test_the_unified_form_names_both_sides() -> None:
    data = FileContents(Entry("/f", EntryKind.FILE, 2), b"a\n")
    assert [text for text, _ in unified(contents_difference(data, None), "/f")] == [
        *("--- a/f", "+++ /dev/null", "@@ -1 +0,0 @@", "-a")
    ]
