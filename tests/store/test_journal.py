"""The journal: what was written down comes back, whoever wrote at the same time or broke off."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.credentials import key_hint
from ecrtui.model.journal import KEY_CHANGES, Change, ChangeKind
from ecrtui.model.places import Outside, Registry, RegistryKind
from ecrtui.model.reference import Transport
from ecrtui.store.journal import Journal
from tests import worlds

HOME = Registry("main", worlds.REGION, worlds.ACCOUNT)
DIGEST = worlds.digest_of(b"one")
texts = st.text(max_size=40)
digests = st.sampled_from(["", DIGEST, worlds.digest_of(b"other"), f"sha512:{'0a' * 64}"])
homes = st.one_of(
    st.builds(Registry, texts, texts, texts, st.sampled_from(RegistryKind)),
    st.builds(Outside, st.sampled_from(Transport), texts),
)
hints = st.sampled_from(["", key_hint("AKIA" + "0" * 16)])


def _changes(kinds: Iterable[ChangeKind], known: st.SearchStrategy[str]) -> Any:
    return st.builds(
        Change,
        kind=st.sampled_from(sorted(kinds)),
        home=homes,
        repository=texts,
        tag=texts,
        before=known,
        after=known,
        digest=digests,
        at=st.floats(0, 253_402_300_799),
        command=texts,
    )


_OF_IMAGES = set(ChangeKind) - KEY_CHANGES - {ChangeKind.STORAGE_CLASS}
changes = st.one_of(
    _changes(_OF_IMAGES, digests),
    _changes(KEY_CHANGES, hints),
    _changes({ChangeKind.STORAGE_CLASS}, texts),
)


def change(tag: str) -> Change:
    return Change(kind=ChangeKind.TAG_PUT, home=HOME, repository="team/app", tag=tag, after=DIGEST)


def tags(journal: Journal) -> list[str]:
    return [entry.change.tag for entry in journal.read().entries]


@given(st.lists(st.lists(changes, max_size=3), max_size=4))
def test_what_was_written_comes_back(written: list[list[Change]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for some in written:
            assert Journal(Path(folder)).append(some)
        kept = Journal(Path(folder)).read()
    assert [entry.change for entry in kept.entries] == [one for some in written for one in some]
    assert kept.damaged == 0


@given(st.binary(max_size=200))
def test_what_is_damaged_is_passed_over_and_counted(junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        journal.append([change("before")])
        with (Path(folder) / "journal.jsonl").open("ab") as file:
            file.write(junk)  # a write that broke off: no end of line
        journal.append([change("after")])
        kept = journal.read()
        assert [entry.change.tag for entry in kept.entries] == ["before", "after"]
        assert kept.damaged == sum(bool(line.strip()) for line in junk.split(b"\n"))


@pytest.mark.parametrize(
    "spoilt",
    [
        b'{"at":1,"kind":"tag put","repository":"a"}',
        b'{"at":1,"kind":"something","repository":"a","registry":{"profile":"","region":""}}',
        b'{"at":-1,"kind":"tag put","repository":"a","registry":{"profile":"","region":""}}',
        b'{"at":1e300,"kind":"tag put","repository":"a","registry":{"profile":"","region":""}}',
        b'{"at":1,"kind":"tag put","repository":"a","registry":{"profile":"","region":""},'
        b'"before":"sha256:x"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_line_that_makes_no_sense(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "journal.jsonl").write_bytes(spoilt + b"\n")
    kept = Journal(tmp_path).read()
    assert (kept.entries, kept.damaged) == ([], 1)


def test_the_same_change_keeps_its_name(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([change("one"), change("two")])
    first = [entry.id for entry in journal.read().entries]
    journal.append([change("three")])
    assert [entry.id for entry in Journal(tmp_path).read().entries][:2] == first
    assert len(set(first)) == 2


def test_it_is_ours_alone(tmp_path: Path) -> None:
    Journal(tmp_path / "state").append([change("one")])
    assert (tmp_path / "state" / "journal.jsonl").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_what_is_recent_is_never_lost(tmp_path: Path) -> None:
    journal = Journal(tmp_path, limit=2_000)
    written = [str(number) for number in range(100)]
    for tag in written:
        journal.append([change(tag)])
    kept = tags(journal)
    assert 8 < len(kept) < 40
    assert kept == written[-len(kept) :]
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


WRITER = """
import sys
from pathlib import Path
from ecrtui.store.journal import Journal
from tests.store.test_journal import change

journal = Journal(Path(sys.argv[1]), limit=int(sys.argv[3]))
for number in range(200):
    assert journal.append([change(f"{sys.argv[2]}-{number}")])
"""


@pytest.mark.parametrize("limit", [1_000_000, 60_000])
def test_processes_that_write_at_once(tmp_path: Path, limit: int) -> None:
    """With the small limit the file becomes the older one now and then."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name, str(limit)])
        for name in "abc"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    kept = Journal(tmp_path).read()
    assert kept.damaged == 0
    assert len(kept.entries) >= min(600, limit // 300)
    for name in "abc":
        own = [one.change.tag for one in kept.entries if one.change.tag.startswith(name)]
        assert own == [f"{name}-{number}" for number in range(200)][200 - len(own) :]
        assert len(own) == 200 or limit < 1_000_000


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    journal = Journal(tmp_path / "state")
    assert not journal.append([change("one")])
    assert tags(journal) == ["one"]
    assert not journal.lasting


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([change("one")])
    size = (tmp_path / "journal.jsonl").stat().st_size
    code = f"""
import resource, signal
from pathlib import Path
from ecrtui.store.journal import Journal
from tests.store.test_journal import change, tags
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 50}, {size + 50}))
journal = Journal(Path({os.fspath(tmp_path)!r}))
assert not journal.append([change("two")])
assert tags(journal) == ["one", "two"]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert (tmp_path / "journal.jsonl").stat().st_size == size
    assert tags(Journal(tmp_path)) == ["one"]
