"""One file's contents: out of its layer, and lined up with another's."""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, against, interleaved, require
from bench.layers import MEGABYTES, SHAPES, Blob, indexed, made
from bench.scale import WHOLE, Scale
from ecrtui.compare.line_changes import line_changes
from ecrtui.model.files import DIGEST_BYTES
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import extract

_LINES = 20_000
_EDITS = 500
_LONGEST = 2.0
"""Seconds for whatever two files hold."""


def run(scale: Scale) -> list[Figure]:
    """Reading beside what one would type; lining up beside GNU diff and difflib."""
    shrink = 1 if scale == WHOLE else 10
    with tempfile.TemporaryDirectory() as folder:
        blob = made(Path(folder) / "layer.tar.gz", SHAPES[0] // shrink, MEGABYTES // shrink)
        figures = [_read(blob, scale.rounds), *_lined_up(Path(folder), scale.rounds)]
    return [*figures, *_worst()]


def _read(blob: Blob, rounds: int) -> Figure:
    index = indexed(blob)
    path, digest = index.paths[-1], index.digests[-DIGEST_BYTES:]
    command = f"{shutil.which('gzip')} -dc '{blob.path}' | {shutil.which('tar')} xO '{path[1:]}'"

    def ours() -> bytes:
        with blob.path.open("rb") as file:
            chunks = iter(lambda: file.read(1 << 18), b"")
            whole = Descriptor(blob.digest, blob.size)
            return extract(chunks, whole, {path: digest}, most=1 << 30)[path].data

    def theirs() -> bytes:
        return subprocess.run(command, shell=True, capture_output=True, check=True).stdout

    require(ours() == theirs(), "the file is another")
    took = interleaved({"ours": _timed(ours), "tar": _timed(theirs)}, rounds)
    what = f"the last file of a layer of {index.uncompressed_size >> 20:,} MB"
    return against(what, took["ours"], "gzip -dc \\| tar xO", took["tar"], most=1.0)


def _lined_up(folder: Path, rounds: int) -> list[Figure]:
    """Two versions of a file like a lock file: most lines are unlike all others."""
    dice = random.Random(4)
    before = [f'"{dice.randbytes(20).hex()}": {number % 97},' for number in range(_LINES)]
    after = list(before)
    for _ in range(_EDITS):
        after[dice.randrange(_LINES)] = dice.randbytes(20).hex()
    for name, lines in (("a", before), ("b", after)):
        (folder / name).write_text("".join(line + "\n" for line in lines))
    files = str(folder / "a"), str(folder / "b")
    command = [shutil.which("diff") or "diff", "--unified=0", *files]

    def ours() -> int:
        return len(line_changes(before, after).regions)

    def gnu() -> int:
        done = subprocess.run(command, capture_output=True)
        return done.stdout.count(b"\n@@ ")

    def python() -> int:
        codes = difflib.SequenceMatcher(None, before, after).get_opcodes()
        return sum(code[0] != "equal" for code in codes)

    require(ours() == gnu() == python(), "the changes are others")
    contenders = {"ours": _timed(ours), "gnu": _timed(gnu), "difflib": _timed(python)}
    took = interleaved(contenders, rounds)
    what = f"two files of {_LINES:,} lines lined up, {_EDITS} of them changed"
    return [
        against(what, took["ours"], "difflib", took["difflib"], most=1.0),
        against(what, took["ours"], "GNU diff", took["gnu"]),
    ]


def _worst() -> list[Figure]:
    """Texts that are made to take long: difflib does not come to an end with them."""
    dice = random.Random(5)
    numbers = [str(number) for number in range(_LINES * 10)]
    pairs = {
        "two words": [[dice.choice("xy") for _ in range(_LINES * 10)] for _ in "ab"],
        "shuffled lines": [dice.sample(numbers, len(numbers)) for _ in "ab"],
    }
    figures = []
    for what, (before, after) in pairs.items():
        started = perf_counter()
        regions = line_changes(before, after).regions
        took = perf_counter() - started
        made_, at = [], 0
        for region in regions:
            made_ += before[at : region.before] + after[region.after : region.after_end]
            at = region.before_end
        require(made_ + before[at:] == after, "the changes do not make the other text")
        figures.append(Figure(f"two files of {len(before):,} lines: {what}", took, most=_LONGEST))
    return figures


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def timed() -> float:
        started = perf_counter()
        work()
        return perf_counter() - started

    return timed
