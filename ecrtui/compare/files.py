"""Two file systems and their difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from ecrtui.compare.filesystem import FileSystem
from ecrtui.compare.stacking import Facts, parent_of
from ecrtui.model.files import NO_DIGEST, Entry, EntryKind

_CONTENT_KINDS = (EntryKind.FILE, EntryKind.CHAR, EntryKind.BLOCK)


class FileChange(msgspec.Struct, frozen=True):
    """One row of the difference."""

    path: str
    change: str
    """`added`, `removed` or `modified`."""
    before: Entry | None
    """As in the first file system; None when added."""
    after: Entry | None
    """As in the second; None when removed."""
    differs: tuple[str, ...] = ()
    """Of a modified one: content, size, mode, uid, gid, linkname, type, xattrs, mtime."""


class Rename(msgspec.Struct, frozen=True):
    """A file that is removed there and added here, with the same contents."""

    before: str
    after: str


class Summary(msgspec.Struct, frozen=True, rename="camel"):
    """Counts of paths of every kind, and bytes.

    `bytes_added` are those of added files and what modified ones grew by, `bytes_removed` those of
    removed files and what modified ones shrank by: their difference is that of the whole.
    """

    files_added: int
    files_removed: int
    files_modified: int
    bytes_added: int
    bytes_removed: int


def difference(a: FileSystem, b: FileSystem, *, mtime: bool = False) -> Difference:
    """What is to be done to `a` to have `b`.

    A path is modified when type, content, mode, owner, link target, device numbers (as `content`)
    or xattrs differ, with `mtime` also when that differs. What both have from layers they share at
    the bottom is the same without a look. The mode of a symlink means nothing and is not compared.
    Which name of a hard-linked file is the file and which the link is the builder's accident: both
    are compared as what they are. Contents without a known digest (NO_DIGEST) are the same when
    the sizes are.
    """
    modified = {}
    shared = _shared(a, b)
    others = b.codes
    for path, code in a.codes.items():
        other = others.get(path)
        if other is None or (code == other and code < shared):
            continue
        differs = _differs(a, b, path, mtime=mtime)
        if differs:
            modified[path] = differs
    added, removed = b.codes.keys() - a.codes.keys(), a.codes.keys() - b.codes.keys()
    return Difference(a, b, sorted(added), sorted(removed), modified)


class Difference:
    """What changed from `a` to `b`. Rows are made when they are asked for."""

    def __init__(
        self,
        a: FileSystem,
        b: FileSystem,
        added: list[str],
        removed: list[str],
        modified: dict[str, tuple[str, ...]],
    ) -> None:
        self.a, self.b = a, b
        self.added = added
        """Paths in `b` alone, sorted."""
        self.removed = removed
        """Paths in `a` alone, sorted."""
        self.modified = modified
        """Path -> what differs."""

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.modified)

    def paths(self) -> list[str]:
        """All paths that changed, sorted."""
        return sorted((*self.added, *self.removed, *self.modified))

    def row(self, path: str) -> FileChange:
        """What happened to a path that changed; KeyError for another."""
        differs = self.modified.get(path)
        if differs is not None:
            return FileChange(path, "modified", self.a.entry(path), self.b.entry(path), differs)
        if path in self.a and path in self.b:
            raise KeyError(path)
        if path in self.a:
            return FileChange(path, "removed", self.a.entry(path), None)
        return FileChange(path, "added", None, self.b.entry(path))

    def rows(self) -> Iterator[FileChange]:
        """A row for each of `paths`."""
        return map(self.row, self.paths())

    @cached_property
    def summary(self) -> Summary:
        """How much changed in all."""
        more, fewer = self.sums.get("/", (0, 0))
        counts = len(self.added), len(self.removed), len(self.modified)
        return Summary(*counts, more, fewer)

    @cached_property
    def grown(self) -> dict[str, int]:
        """Every changed path that weighs another number of bytes than before, and by how much.

        A hard link that is charged because its target went, or no more, has not changed itself;
        its bytes moved, and are counted here so that the sums are those of the whole.
        """
        before, after = self.a, self.b
        weighed = {*self.added, *self.removed, *self.modified, *before.links, *after.links}
        found = {}
        for path in weighed:
            grown = after.weight(path) if path in after else 0
            grown -= before.weight(path) if path in before else 0
            if grown:
                found[path] = grown
        return found

    @cached_property
    def sums(self) -> dict[str, tuple[int, int]]:
        """Bytes added and bytes removed, of each path whose size changed and all above it."""
        sums: dict[str, tuple[int, int]] = {}
        for path, grown in self.grown.items():
            while True:
                more, fewer = sums.get(path, (0, 0))
                sums[path] = (more + max(grown, 0), fewer + max(-grown, 0))
                if path == "/":
                    break
                path = parent_of(path)
        return sums

    @cached_property
    def renames(self) -> tuple[Rename, ...]:
        """Removed files whose contents were added under another name, and once only each."""
        gone = _unique(self.a, self.removed)
        new = _unique(self.b, self.added)
        found = [Rename(path, new[digest]) for digest, path in gone.items() if digest in new]
        return tuple(sorted(found, key=lambda one: one.before))

    @cached_property
    def moved(self) -> dict[str, str]:
        """Of each renamed file the other path, by either of the two."""
        there = {one.before: one.after for one in self.renames}
        return there | {one.after: one.before for one in self.renames}


def _shared(a: FileSystem, b: FileSystem) -> int:
    """The codes below this mean the same in both: they are of layers both begin with."""
    shared = 0
    for number, (one, other) in enumerate(zip(a.layers, b.layers, strict=False)):
        if one is not other and one.diff_id != other.diff_id:
            break
        shared = a.bases[number] + len(one)
    return shared


def _differs(a: FileSystem, b: FileSystem, path: str, *, mtime: bool) -> tuple[str, ...]:
    one, other = a.facts(path), b.facts(path)
    differs = () if one == other else tuple(_named(one, other))
    if mtime and a.mtime(path) != b.mtime(path):
        differs = (*differs, "mtime")
    return differs


def _named(a: Facts, b: Facts) -> Iterator[str]:
    """What differs in two facts, by name."""
    symlinks = a.kind == b.kind == EntryKind.SYMLINK
    known = NO_DIGEST not in (a.digest, b.digest)
    both = a.kind == b.kind and a.kind in _CONTENT_KINDS
    if both and (a.size != b.size or a.device != b.device or (known and a.digest != b.digest)):
        yield "content"
    if a.size != b.size:
        yield "size"
    if a.mode != b.mode and not symlinks:
        yield "mode"
    if a.uid != b.uid:
        yield "uid"
    if a.gid != b.gid:
        yield "gid"
    if a.linkname != b.linkname:
        yield "linkname"
    if a.kind != b.kind:
        yield "type"
    if a.xattrs != b.xattrs:
        yield "xattrs"


def _unique(files: FileSystem, paths: Iterable[str]) -> dict[bytes, str]:
    """Digest -> path, of files that are not empty and alone with their contents among these."""
    found: dict[bytes, str] = {}
    twice: set[bytes] = set()
    for path in paths:
        facts = files.facts(path)
        if facts.kind != EntryKind.FILE or not facts.size or facts.digest == NO_DIGEST:
            continue
        if facts.digest in found:
            twice.add(facts.digest)
        found[facts.digest] = path
    return {digest: path for digest, path in found.items() if digest not in twice}
