"""The contents of one file compared: against GNU patch and diff, and with whatever is wild."""

from __future__ import annotations

import hashlib
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare import line_changes as lining
from ecrtui.compare.contents import ContentsDifference, contents_difference, first_difference
from ecrtui.compare.line_changes import line_changes
from ecrtui.compare.texts import LINES, text_of
from ecrtui.model.contents import FileContents
from ecrtui.model.files import Entry, EntryKind
from ecrtui.render.contents import unified
from tests.sandbox.programs import need


def file(data: bytes, *, truncated: bool = False, sha256: str = "") -> FileContents:
    digest = sha256 or hashlib.sha256(data).hexdigest()
    return FileContents(Entry("/f", EntryKind.FILE, len(data), sha256=digest), data, truncated)


def difference(before: bytes | None, after: bytes | None) -> ContentsDifference:
    sides = (None if data is None else file(data) for data in (before, after))
    return contents_difference(*sides)


def patch_of(found: ContentsDifference) -> bytes:
    lines = (text for text, _ in unified(found, "/f", unmasked=True))
    return "".join(line + "\n" for line in lines if not line.startswith("# ")).encode()


_FEW = st.lists(st.sampled_from(["a", "b", "c", "", " x"]), max_size=30)
_MANY = st.lists(st.integers(0, 60).map(str), max_size=60)
_TEXTS = st.tuples(st.one_of(_FEW, _MANY), st.booleans()).map(
    lambda pair: ("\n".join(pair[0]) + "\n" * pair[1]).encode()
)


def test_patch_makes_one_of_the_other(tmp_path: Path) -> None:
    program, path = need("patch"), tmp_path / "f"

    @given(_TEXTS, _TEXTS)
    def check(before: bytes, after: bytes) -> None:
        found = difference(before, after)
        assert (found.kind == "same") is (before == after)
        if before == after:
            return
        path.write_bytes(before)
        done = subprocess.run(
            [program, "--quiet", "--batch", "--fuzz=0", str(path)],
            input=patch_of(found),
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout
        assert (path.read_bytes() if path.exists() else b"") == after

    check()


def test_it_is_what_gnu_diff_writes(tmp_path: Path) -> None:
    program = need("diff")
    before = "".join(f"line {number}\n" for number in range(40)).encode()
    after = before.replace(b"line 3\n", b"line three\n").replace(b"line 30\n", b"") + b"no end"
    (tmp_path / "a").write_bytes(before)
    (tmp_path / "b").write_bytes(after)
    done = subprocess.run([program, "-u", tmp_path / "a", tmp_path / "b"], capture_output=True)
    told = done.stdout.split(b"\n", 2)[2]
    assert patch_of(difference(before, after)).split(b"\n", 2)[2] == told


@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=40))
def test_regions_make_one_of_the_other_and_none_is_larger_than_it_must(
    a: list[int], b: list[int]
) -> None:
    one, other = [str(n) for n in a], [str(n) for n in b]
    changes = line_changes(one, other)
    assert changes.lined_up
    made, at = [], 0
    for region in changes.regions:
        assert region.before >= at
        made += one[at : region.before] + other[region.after : region.after_end]
        at = region.before_end
        parts = one[region.before : at], other[region.after : region.after_end]
        assert any(parts)
        assert not (all(parts) and (parts[0][0] == parts[1][0] or parts[0][-1] == parts[1][-1]))
    assert made + one[at:] == other


def test_without_anchors_the_edit_is_the_shortest() -> None:
    """Every line occurs twice, so that no anchor leads another way."""
    rng = random.Random(5)
    for _ in range(300):
        a = [rng.choice("xyz") for _ in range(rng.randrange(12))] * 2
        b = [rng.choice("xyz") for _ in range(rng.randrange(12))] * 2
        edits = sum(r[1] - r[0] + r[3] - r[2] for r in line_changes(a, b).regions)
        assert edits == len(a) + len(b) - 2 * _common(a, b)


def _common(a: list[str], b: list[str]) -> int:
    row = [0] * (len(b) + 1)
    for x in a:
        row = _next_row(row, x, b)
    return row[-1]


def _next_row(row: list[int], x: str, b: list[str]) -> list[int]:
    new = [0]
    for j, y in enumerate(b):
        new.append(row[j] + 1 if x == y else max(new[-1], row[j + 1]))
    return new


@pytest.mark.parametrize("kind", ["alike", "two words", "thousand words", "no end of insertions"])
def test_what_is_too_much_is_one_replaced_region(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are counted, not seconds: each case would take a thousand times what it may."""
    monkeypatch.setattr(lining, "_STEPS", 200_000)
    rng = random.Random(2)
    pairs = {
        "alike": (["x", "y"] * 20_000, ["y", "x", "x"] * 20_000),
        "two words": tuple([rng.choice("xy") for _ in range(30_000)] for _ in "12"),
        "thousand words": tuple([str(rng.randrange(1000)) for _ in range(30_000)] for _ in "12"),
        "no end of insertions": (["b", "a"] * 10, ["a", "b", "c"] * 5_000),
    }
    a, b = pairs[kind]
    changes = line_changes(a, b)
    assert not changes.lined_up
    assert len(changes.regions) <= 2
    found = difference("\n".join(a).encode(), "\n".join(b).encode())
    assert any("lined up" in remark for remark in found.remarks)


def test_unlike_texts_need_no_lining_up() -> None:
    changes = line_changes([f"a{n}" for n in range(5000)], [f"b{n}" for n in range(5000)])
    assert changes == ([(0, 5000, 0, 5000)], True)


def test_added_and_removed_files_are_shown_against_nothing() -> None:
    found = difference(None, b"one\ntwo\n")
    assert patch_of(found).decode().splitlines() == [
        *("--- /dev/null", "+++ b/f", "@@ -0,0 +1,2 @@", "+one", "+two")
    ]
    assert patch_of(difference(b"one", None)).decode().splitlines() == [
        *("--- a/f", "+++ /dev/null", "@@ -1 +0,0 @@", "-one", "\\ No newline at end of file")
    ]


def test_encodings_and_ends_of_lines_are_told_not_shown() -> None:
    for before, after, told in (
        (b"a\nb\n", b"a\r\nb\r\n", "Ends of lines: LF → CRLF."),
        ("é\n".encode(), "é\n".encode("latin-1"), "Encoding: UTF-8 → Latin-1."),
        (b"a\n", b"\xef\xbb\xbfa\n", "Encoding: UTF-8 → UTF-8 with a byte order mark."),
        (b"a\n", b"\xff\xfea\0\n\0", "Encoding: UTF-8 → UTF-16."),
    ):
        found = difference(before, after)
        assert (found.kind, found.remarks) == ("text", (told,))
        assert found.text is not None
        assert found.text.hunks == ()
    mixed = difference(b"a\nb\nc\n", b"a\nb\r\nc\n")
    assert mixed.remarks == ("Ends of lines: LF → mixed.",)
    assert mixed.text is not None
    assert (mixed.text.added, mixed.text.removed) == (1, 1)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"plain", "UTF-8"),
        (b"\x1b[31mred\x1b[0m\n", "UTF-8"),
        (b"\xe9t\xe9\n", "Latin-1"),
        (b"a\0b", None),
        (bytes(range(1, 256)), None),
        (b"\xff\xfe\0\xd8", None),
        (b"\xff\xfe\0\0", None),
    ],
)
def test_what_is_text(data: bytes, encoding: str | None) -> None:
    text = text_of(data)
    assert (text.encoding if text else None) == encoding


def test_of_cut_texts_the_last_line_is_left_out() -> None:
    cut = "une ligne\nd'été".encode()[:-1]
    text = text_of(cut, cut=True)
    assert text is not None
    assert (text.lines, text.encoding) == (["une ligne"], "UTF-8")
    before, after = file(b"one\ntwo\nthr", truncated=True), file(b"one\n2\nth", truncated=True)
    found = contents_difference(before, after)
    assert found.remarks[0].startswith("Only the first 11 bytes")
    assert found.text is not None
    assert (found.text.removed, found.text.added) == (1, 1)
    alike = [file(b"same", truncated=True, sha256=digest) for digest in ("aa", "aa", "bb")]
    assert contents_difference(alike[0], alike[1]).kind == "same"
    assert contents_difference(alike[0], alike[2]).kind == "text"


def test_a_text_of_too_many_lines_is_compared_as_far_as_it_goes() -> None:
    many = b"\n" * (LINES + 5)
    found = difference(many, many + b"end\n")
    assert found.text is not None
    assert found.text.hunks == ()
    assert f"Only the first {LINES:,} lines are compared." in found.remarks


def test_binaries_tell_where_they_part() -> None:
    before = bytes(range(256)) * 400
    after = bytearray(before)
    after[70_000] ^= 1
    found = difference(before, bytes(after))
    assert found.binary is not None
    assert found.binary.offset == 70_000
    assert [row[0] for row in found.binary.rows] == [69_984, 70_000, 70_016]
    longer = difference(before, before + b"\0")
    assert longer.binary is not None
    assert longer.binary.offset == len(before)
    assert difference(b"text\n", b"\0").kind == "binary"
    assert difference(None, b"\0").kind == "binary"


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 200_000))
def test_the_first_difference_is_the_first(a: bytes, b: bytes, lead: int) -> None:
    at = first_difference(bytes(lead) + a, bytes(lead) + b)
    assert (bytes(lead) + a)[:at] == (bytes(lead) + b)[:at]
    assert at == lead + len(_lead(a, b))


def _lead(a: bytes, b: bytes) -> bytes:
    for n in range(min(len(a), len(b))):
        if a[n] != b[n]:
            return a[:n]
    return min(a, b, key=len)


def test_links_types_and_what_has_no_contents() -> None:
    link = FileContents(Entry("/f", EntryKind.SYMLINK, linkname="x"))
    other = FileContents(Entry("/f", EntryKind.SYMLINK, linkname="y"))
    folder = FileContents(Entry("/f", EntryKind.DIRECTORY))
    hard = FileContents(Entry("/f", EntryKind.HARDLINK, 1, linkname="/g"), b"x")
    assert contents_difference(link, other).kind == "link"
    assert contents_difference(link, link).kind == "same"
    assert contents_difference(None, link).kind == "link"
    assert contents_difference(link, file(b"x")).kind == "type"
    assert contents_difference(hard, file(b"x")).kind == "same"
    assert contents_difference(hard, file(b"y")).kind == "text"
    assert contents_difference(None, folder).kind == "none"
    assert contents_difference(folder, folder).kind == "none"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_have_a_difference(before: bytes, after: bytes) -> None:
    found = difference(before, after)
    assert (found.kind == "same") is (before == after)
    if found.text is not None:
        told = found.text.hunks or found.remarks
        assert told
    list(unified(found, "/f"))
