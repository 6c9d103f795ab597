"""The files of a large image in the explorer: what dive shows, by what a person waits for."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench.figures import Figure, require
from bench.layers import made
from bench.programs import ecrtui
from bench.scale import WHOLE, Scale
from bench.watch import Watched
from tests.terminal.explorer import DOWN, ESCAPE, shows

FILES = 185_000
_MEGABYTES = 150
_UPPER = 400
"""Files of the second layer."""
_SIZE = (120, 40)
_IMAGE = shows("1 Overview", "What it is")
_ALL = shows("efficiency")
"""Every layer is known, and what they waste."""
Taken = dict[str, list[float]]


def run(scale: Scale) -> list[Figure]:
    """Reading for the first time, opening again, and every kind of key at full size."""
    files = FILES if scale == WHOLE else FILES // 10
    taken: Taken = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="ecrtui-bench-") as home:
        reference = _layout(Path(home), files)
        environment = _environment(home)
        with _at_image(environment, reference) as opened:
            asked = opened.type("4")
            taken["read"].append(opened.wait(_ALL, "the files") - asked)
        for _ in range(min(scale.rounds, 3)):
            with _at_image(environment, reference) as opened:
                _opening(opened, taken)
                _keys(opened, taken, files)
                taken["memory"].append(opened.peak_megabytes)
    return _figures({name: median(found) for name, found in taken.items()}, taken, files)


def _figures(values: Mapping[str, float], taken: Taken, files: int) -> list[Figure]:
    what = f"{files:,} files of an image in the explorer"
    keys = {
        "down": "cursor down",
        "layer": "another layer",
        "expand": "open a directory",
        "filter": "letter in the filter",
        "fold": "open or close all",
        "sort": "sort, all open",
    }
    return [
        Figure(f"{what}: layers on the screen, from asking", values["layers"], most=0.2),
        Figure(f"{what}: files on the screen, layers stored", values["tree"]),
        Figure(f"{what}: read for the first time", values["read"]),
        *(Figure(f"{what}: {name}", values[key], most=0.05) for key, name in keys.items()),
        Figure(f"{what}: slowest key", max(max(taken[key]) for key in keys)),
        Figure(f"{what}: peak memory", values["memory"], unit="MB", most=200),
    ]


def _at_image(environment: Mapping[str, str], reference: str) -> Watched:
    opened = Watched(ecrtui(reference), environment, size=_SIZE)
    opened.wait(_IMAGE, "the image")
    return opened


def _opening(opened: Watched, taken: Taken) -> None:
    asked = opened.type("4")
    taken["layers"].append(opened.wait(shows("COMMAND", "COPY upper"), "the layers") - asked)
    taken["tree"].append(opened.wait(shows("usr/"), "the files") - asked)
    if not _ALL(opened.lines):  # it may have come with the first of it
        opened.wait(_ALL, "all of it")


def _keys(opened: Watched, taken: Taken, files: int) -> None:
    for key in ("j", "k", "j"):
        taken["layer"].append(opened.answer(key)[0])
    require(shows("as of layer 2 · ~")(opened.lines), "not the second layer")
    opened.answer("\t")
    for key, seen in (("z", "▸ usr/"), ("z", "▾ usr/")):
        taken["fold"].append(opened.answer(key)[0])
        require(shows(seen)(opened.lines), f"not {seen}")
    for order in ("size ↓", "delta ↓"):
        taken["sort"].append(opened.answer("s")[0])
        require(shows(order)(opened.lines), f"not by {order}")
    taken["sort"].append(opened.answer("s")[0])
    taken["down"] += [opened.answer(DOWN)[0] for _ in range(5)]
    taken["fold"].append(opened.answer("z")[0])
    for _ in range(3):
        taken["expand"].append(opened.answer("l")[0])
        opened.answer("l")
    opened.answer("/")
    for letter, count in (("f", files), ("i", files), ("l", files), ("e", files), ("7", 0)):
        taken["filter"].append(opened.answer(letter)[0])
        require(not count or shows(f" {count:,} files with")(opened.lines), "not all")
    opened.answer(ESCAPE)


def _environment(home: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"ECRTUI_HOME": f"{home}/ecrtui", "HOME": home}


def _layout(home: Path, files: int) -> str:
    """An OCI layout with an image of two layers, the lower one large; its reference."""
    blobs = home / "layout/blobs/sha256"
    blobs.mkdir(parents=True)
    layers = [
        made(home / "lower.tar.gz", files, _MEGABYTES * files // FILES, _name),
        made(home / "upper.tar.gz", _UPPER, 1, _name),
    ]
    for layer in layers:
        layer.path.rename(blobs / layer.digest.partition(":")[2])
    config = {
        "os": "linux",
        "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": [{"created_by": "COPY lower /"}, {"created_by": "COPY upper /"}],
    }
    kind = "application/vnd.oci.image"
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{kind}.manifest.v1+json",
        "config": _put(blobs, config, f"{kind}.config.v1+json"),
        "layers": [
            {
                "mediaType": f"{kind}.layer.v1.tar+gzip",
                "digest": layer.digest,
                "size": layer.size,
            }
            for layer in layers
        ],
    }
    described = _put(blobs, manifest, f"{kind}.manifest.v1+json")
    described["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
    (home / "layout/index.json").write_text(
        json.dumps({"schemaVersion": 2, "manifests": [described]})
    )
    (home / "layout/oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    return f"oci:{home}/layout:v1"


def _name(number: int) -> str:
    """Some thirty files to a directory, as packages have them."""
    return f"usr/lib/part{number % 211}/module{number // 211 // 30}/file{number}.py"


def _put(blobs: Path, document: object, media_type: str) -> dict[str, object]:
    body = json.dumps(document).encode()
    digest = hashlib.sha256(body).hexdigest()
    (blobs / digest).write_bytes(body)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(body)}
