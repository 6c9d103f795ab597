"""Images moved without an engine: between registries and into a layout, beside skopeo."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.figures import Figure, against, interleaved, require
from bench.places import LAYERS, NAME, Places, placed, skopeo
from bench.programs import ecrtui, measured
from bench.scale import WHOLE, Scale
from bench.world import fresh_home
from tests.noise import Made
from tests.registries import running

LARGEST = 5 * 1024
"""Megabytes of the one layer that must not show in memory."""
PEER = "skopeo copy"


def run(scale: Scale) -> list[Figure]:
    """Copies of about a gigabyte beside skopeo's; within a registry; memory."""
    if shutil.which("skopeo") is None or shutil.which("docker-registry") is None:
        return []
    shrink, rounds = (1, 5) if scale == WHOLE else (20, 1)
    with tempfile.TemporaryDirectory(prefix="ecrtui-bench-") as name:
        folder = Path(name)
        with placed(folder, [(size << 20) // shrink for size in LAYERS]) as places:
            figures = [
                *_copies(places, folder, rounds),
                _export(places, folder, rounds),
                _within(places),
            ]
        shutil.rmtree(folder / "image")
        return [*figures, *_memory(folder, (LARGEST << 20) // shrink)]


def _copies(places: Places, folder: Path, rounds: int) -> list[Figure]:
    plain, ecr = f"docker://{places.plain}/{NAME}:v1", f"docker://{places.sandbox}/{NAME}:v1"
    return [
        _copy(places, folder, rounds, "between two registries", plain, plain),
        _copy(places, folder, rounds, "from ECR to another registry", f"{NAME}:v1", ecr),
    ]


def _copy(places: Places, folder: Path, rounds: int, way: str, ours: str, theirs: str) -> Figure:
    """One source, as we and as skopeo call it, into a registry that is new each time."""
    took = interleaved(
        {
            "ours": lambda: _copied(places, folder, ours)[0],
            "theirs": lambda: _copied(places, folder, theirs, theirs=True)[0],
        },
        rounds,
    )
    what = f"copy of {places.image.size >> 20:,} MB {way}"
    return against(what, took["ours"], PEER, took["theirs"], most=1.0)


def _copied(
    places: Places, folder: Path, source: str, *, theirs: bool = False
) -> tuple[float, float]:
    """Seconds and megabytes of one copy into a registry that was never used before."""
    target = folder / "target"
    with running(target) as host:
        to = f"docker://{host}/{NAME}:v1"
        command = skopeo(source, to) if theirs else ecrtui("copy", source, to, "--yes")
        with fresh_home(places.environment) as environment:
            found = measured(command, environment)
        _whole(target / "data", places.image)
    shutil.rmtree(target)
    return found


def _whole(data: Path, image: Made) -> None:
    """Require that a registry's folder holds the image under its tag, by its bytes."""
    root = data / "docker/registry/v2"
    link = root / "repositories" / NAME / "_manifests/tags/v1/current/link"
    require(link.exists() and link.read_text() == image.digest, "the tag is not that image")
    for digest, size in image.layers:
        blob = root / "blobs/sha256" / digest[7:9] / digest[7:] / "data"
        require(blob.stat().st_size == size, f"{digest} is not whole")


def _export(places: Places, folder: Path, rounds: int) -> Figure:
    source = f"docker://{places.plain}/{NAME}:v1"
    target = folder / "out"

    def taken(command: list[str]) -> float:
        with fresh_home(places.environment) as environment:
            took, _ = measured(command, environment)
        _check_layout(target, places.image)
        shutil.rmtree(target)
        return took

    took = interleaved(
        {
            "ours": lambda: taken(ecrtui("export", source, f"oci:{target}:v1")),
            "theirs": lambda: taken(skopeo(source, f"oci:{target}:v1")),
        },
        rounds,
    )
    what = f"export of {places.image.size >> 20:,} MB to an OCI layout"
    return against(what, took["ours"], PEER, took["theirs"], most=1.0)


def _check_layout(target: Path, image: Made) -> None:
    (described,) = json.loads((target / "index.json").read_text())["manifests"]
    require(described["digest"] == image.digest, "the layout holds another image")
    for digest, size in image.layers:
        blob = target / "blobs" / digest.replace(":", "/")
        require(blob.stat().st_size == size, f"{digest} is not whole")


def _within(places: Places) -> Figure:
    """Within a registry: the layers cannot be read there, so whoever tries fails."""
    command = ecrtui("copy", "team/still:v1", "team/there:v1", "--create", "--yes", "--json")
    done = subprocess.run(command, env=places.environment, capture_output=True, check=False)
    require(done.returncode == 0, f"the copy within a registry: {done.stderr.decode()}")
    outcome = json.loads(done.stdout)
    require(outcome["digest"] == places.image.digest, "another image came")
    require(outcome["there"] >= places.image.size, "not every layer was taken over")
    what = f"copy of {places.image.size >> 20:,} MB within a registry: layers sent"
    return Figure(what, outcome["moved"], "bytes", most=0)


def _memory(folder: Path, size: int) -> list[Figure]:
    """The most memory for one layer, beside that for a hundredth of it."""
    peaks = {}
    for bytes_ in (size // 100, size):
        with placed(folder, [bytes_]) as places:
            source = f"docker://{places.plain}/{NAME}:v1"
            _, peaks[bytes_] = _copied(places, folder, source)
        shutil.rmtree(folder / "image")
    small, large = peaks.values()
    what = f"copy of a layer of {size >> 20:,} MB: peak memory"
    peer = f"a layer of {size // 100 >> 20:,} MB"
    return [Figure(what, large, "MB", peer=peer, theirs=small, most=1.1)]
