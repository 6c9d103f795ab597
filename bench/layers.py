"""One large layer: from its gzip to the verified index of its files, then opened again."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from isal import isal_zlib

from bench.figures import Figure, against, interleaved, require
from bench.scale import WHOLE, Scale
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import pack, read_layer, unpack

MEGABYTES = 300
SHAPES = (18_000, 60_000)
"""Files: 17 kB each, as in the large image of which the budget speaks, and 5 kB each."""
_CHUNK = 1 << 18
_MEASURE = """
import sys
from pathlib import Path
from bench.layers import Blob, indexed
path, digest, size, diff_id, entries = sys.argv[1:]
index = indexed(Blob(Path(path), digest, int(size), diff_id, int(entries)))
status = Path("/proc/self/status").read_text()
print(len(index), status.partition("VmHWM:")[2].split()[0])
"""


class Blob(NamedTuple):
    """A layer on disk, and what must come out of it."""

    path: Path
    digest: str
    size: int
    diff_id: str
    entries: int


def run(scale: Scale) -> list[Figure]:
    """The index beside ISA-L alone and beside what one would type; memory; the second opening."""
    shrink = 1 if scale == WHOLE else 10
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for files in SHAPES:
            path = Path(folder) / "layer.tar.gz"
            blob = made(path, files // shrink, MEGABYTES // shrink)
            figures += _measured(blob, scale.rounds)
    return figures


def _name(number: int) -> str:
    return f"usr/lib/part{number % 211}/module{number // 211}/file{number}.py"


def made(path: Path, files: int, megabytes: int, name: Callable[[int], str] = _name) -> Blob:
    """A layer of many files of program-like text, half of them small, as images have them."""
    dice = random.Random(files)
    words = [dice.randbytes(dice.randint(3, 12)).hex() for _ in range(4_000)]
    text = " ".join(dice.choice(words) for _ in range(400_000)).encode()
    mean = (megabytes << 20) // files
    buffer = path.with_suffix("")
    with tarfile.open(buffer, "w", format=tarfile.GNU_FORMAT) as archive:
        for number in range(files):
            info = tarfile.TarInfo(name(number))
            info.size = min(int(dice.expovariate(1 / mean)), len(text))
            info.mtime = 1_700_000_000 + number
            start = dice.randrange(len(text) - info.size + 1)
            archive.addfile(info, io.BytesIO(text[start : start + info.size]))
    tar = buffer.read_bytes()
    buffer.unlink()
    path.write_bytes(isal_zlib.compress(tar, 2, wbits=31))
    packed = path.read_bytes()
    return Blob(path, _sha256(packed), len(packed), _sha256(tar), files)


def indexed(blob: Blob) -> LayerIndex:
    """The index, verified against blob and tar."""
    descriptor = Descriptor(blob.digest, blob.size)
    return read_layer(_chunks(blob.path), descriptor, diff_id=blob.diff_id)


def _measured(blob: Blob, rounds: int) -> list[Figure]:
    index = indexed(blob)
    stored = pack(index)
    require(len(index) == blob.entries, "entries are lost")
    require(unpack(stored) == index, "the packed index is another")
    contenders: dict[str, Callable[[], float]] = {
        "index": lambda: _timed(lambda: len(indexed(blob)) == blob.entries),
        "isal": lambda: _timed(lambda: _inflated(blob) == index.uncompressed_size),
        "tar": lambda: _timed(lambda: _listed(blob) == blob.entries),
        "unpack": lambda: _timed(lambda: len(unpack(stored)) == blob.entries),
    }
    took = interleaved(contenders, rounds)
    what = f"a layer of {index.uncompressed_size >> 20:,} MB and {blob.entries:,} files"
    return [
        against(f"{what}: index", took["index"], "ISA-L alone", took["isal"], most=1.3),
        against(f"{what}: index", took["index"], "gzip -dc \\| tar t", took["tar"]),
        Figure(f"{what}: peak memory", _memory(blob), "MB", most=100),
        Figure(f"{what}: opened again", took["unpack"], most=0.15),
    ]


def _timed(work: Callable[[], bool]) -> float:
    started = perf_counter()
    right = work()
    took = perf_counter() - started
    require(right, "the result is another")
    return took


def _inflated(blob: Blob) -> int:
    """Decompression and nothing else, the fastest way there is: always into the same memory."""
    buffer = bytearray(_CHUNK)
    total = 0
    with blob.path.open("rb") as file:
        reader = isal_zlib._GzipReader(file, _CHUNK)
        while count := reader.readinto(buffer):
            total += count
    return total


def _listed(blob: Blob) -> int:
    """What one would type, its lines counted."""
    command = f"{shutil.which('gzip')} -dc '{blob.path}' | {shutil.which('tar')} t | wc -l"
    return int(subprocess.run(command, shell=True, capture_output=True, check=True).stdout)


def _memory(blob: Blob) -> float:
    """The most a process ever had that reads the layer and nothing else."""
    command = [sys.executable, "-c", _MEASURE, *map(str, blob)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    entries, kilobytes = map(int, done.stdout.split())
    require(entries == blob.entries, "entries are lost")
    return kilobytes / 1024


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
