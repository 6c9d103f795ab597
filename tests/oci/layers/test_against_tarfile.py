"""Random archives: this reading and tarfile's own agree."""

from __future__ import annotations

import hashlib
import io
import tarfile

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.files import Entry, EntryKind
from tests.oci.layers.made import PACKERS, read, tar

PARTS = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60
).filter(lambda part: part not in (".", "..") and not part.startswith(".wh."))
NAMES = st.lists(PARTS, min_size=1, max_size=6).map("/".join)
KINDS = {
    tarfile.REGTYPE: EntryKind.FILE,
    tarfile.DIRTYPE: EntryKind.DIRECTORY,
    tarfile.SYMTYPE: EntryKind.SYMLINK,
    tarfile.LNKTYPE: EntryKind.HARDLINK,
    tarfile.CHRTYPE: EntryKind.CHAR,
    tarfile.BLKTYPE: EntryKind.BLOCK,
    tarfile.FIFOTYPE: EntryKind.FIFO,
}


@st.composite
def members(draw: st.DrawFn) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(draw(NAMES))
    info.type = draw(st.sampled_from(list(KINDS)))
    info.mode = draw(st.integers(0, 0o7777))
    info.uid, info.gid = draw(st.integers(0, 1 << 40)), draw(st.integers(0, 1 << 40))
    info.mtime = draw(st.integers(-(1 << 40), 1 << 40))
    if info.islnk() or info.issym():
        info.linkname = draw(NAMES)
    if info.isdev() and not info.isfifo():
        info.devmajor, info.devminor = draw(st.integers(0, 4095)), draw(st.integers(0, 4095))
    contents = draw(st.binary(max_size=2000)) if info.isreg() else b""
    return info, contents


def told(archive: bytes) -> dict[str, Entry]:
    """The entries as tarfile reads them; of duplicates the last, in its own place."""
    entries: dict[str, Entry] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), encoding="utf-8") as opened:
        for info in opened:
            path = "/" + info.name
            entries.pop(path, None)
            file = opened.extractfile(info) if info.isreg() else None
            entries[path] = Entry(
                path,
                KINDS[info.type],
                info.size,
                info.mode,
                info.uid,
                info.gid,
                float(info.mtime),
                "/" + info.linkname if info.islnk() else info.linkname,
                hashlib.sha256(file.read()).hexdigest() if file else "",
                device=(info.devmajor, info.devminor),
            )
    return entries


@given(
    st.lists(members(), max_size=12),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    st.sampled_from(list(PACKERS)),
    st.integers(1, 5000),
)
def test_the_entries_are_those_that_tarfile_reads(
    drawn: list[tuple[tarfile.TarInfo, bytes]], form: int, packer: str, chunk: int
) -> None:
    archive = tar(drawn, form)
    found = read(PACKERS[packer](archive), chunk=chunk)
    assert list(found.entries()) == list(told(archive).values())
