"""An image as a stream that engines load: by docker's, podman's and skopeo's word, and by ours."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Descriptor, RawManifest
from ecrtui.oci.stored import Archive, saved, saved_stream
from tests import worlds
from tests.engines import Docker
from tests.engines import docker as docker
from tests.oci.layers.made import files as tar_of
from tests.oci.stored.made import OCI, blob, config, on_disk
from tests.podman import Podman
from tests.podman import podman as podman
from tests.sandbox.programs import run

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DOCKER = "application/vnd.docker"
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "+gzip": lambda body: gzip.compress(body, mtime=0),
    "+zstd": zstd.compress,
}


class Made:
    """An image of some layers, its blobs by digest."""

    def __init__(self, bodies: Sequence[bytes], packing: Sequence[str], **manifest: Any) -> None:
        files: dict[str, bytes] = {}
        diff_ids = [worlds.digest_of(one) for one in bodies]
        made = {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": blob(files, config(diff_ids), f"{OCI}.config.v1+json"),
            "layers": [
                blob(files, PACKED[how](body), f"{OCI}.layer.v1.tar{how}")
                for body, how in zip(bodies, packing, strict=True)
            ],
        }
        body = json.dumps({**made, **manifest}).encode()
        self.raw = RawManifest(worlds.digest_of(body), manifest.get("mediaType", ""), body)
        self.blobs = {name[6:].replace("/", ":"): body for name, body in files.items()}
        self.diff_ids = diff_ids
        self.config = worlds.digest_of(config(diff_ids))

    def read(self, wanted: Descriptor) -> Iterator[bytes]:
        body = self.blobs[wanted.digest]
        for at in range(0, len(body), 1000):
            yield body[at : at + 1000]

    def stream(self, *names: str, unpack_zstd: bool = False) -> bytes:
        return b"".join(saved_stream(self.raw, names, self.read, unpack_zstd=unpack_zstd))


def three_ways(**manifest: Any) -> Made:
    layers = [tar_of(f"file-{number}", contents=bytes([number]) * 5000) for number in range(3)]
    return Made(layers, ["", "+gzip", "+zstd"], **manifest)


def seen(body: bytes, folder: Path) -> Any:
    return saved(Archive(on_disk(body, folder), "docker-archive:it"))


def test_docker_loads_it(docker: Docker) -> None:
    made = Made([tar_of("a"), tar_of("b"), tar_of("a")], ["", "+gzip", ""])
    told = docker.run("load", given=made.stream("made.example/team/app:v1", "made.example/b:v2"))
    assert "made.example/team/app:v1" in told
    assert "made.example/b:v2" in told
    shown = json.loads(docker.run("image", "inspect", "made.example/team/app:v1"))[0]
    assert shown["RootFS"]["Layers"] == made.diff_ids
    assert shown["Id"] == made.config


def test_docker_loads_plain_tars_in_place_of_zstd(docker: Docker) -> None:
    """Debian's docker, which is 20, unpacks no zstd; one that does loads these as well."""
    made = three_ways()
    docker.run("load", given=made.stream("made.example/plain:v1", unpack_zstd=True))
    assert docker.run("image", "inspect", "-f", "{{.Id}}", "made.example/plain:v1").strip() == (
        made.config
    )


def test_podman_loads_it(podman: Podman, tmp_path: Path) -> None:
    made = three_ways()
    for number, how in enumerate((False, True)):
        path = tmp_path / f"{number}.tar"
        path.write_bytes(made.stream(f"made.example/app-{number}:v1", unpack_zstd=how))
        podman.run("load", "-i", path)
        asked = ["image", "inspect", "-f", "{{.Id}}", f"made.example/app-{number}:v1"]
        assert f"sha256:{podman.run(*asked).strip()}" == made.config


@pytest.mark.parametrize("transport", ["oci-archive", "docker-archive"])
def test_skopeo_reads_it(tmp_path: Path, transport: str) -> None:
    made = three_ways()
    path = tmp_path / "it.tar"
    path.write_bytes(made.stream("made.example/team/app:v1"))
    told = json.loads(run("skopeo", "inspect", f"{transport}:{path}").stdout)
    if transport == "oci-archive":
        assert told["Digest"] == made.raw.digest
    run("skopeo", "copy", f"{transport}:{path}", f"dir:{tmp_path / 'out'}")
    assert (tmp_path / "out" / made.config.removeprefix("sha256:")).exists()


def test_ecrtui_finds_the_manifest_itself(tmp_path: Path) -> None:
    for number, media_type in enumerate(("", f"{DOCKER}.distribution.manifest.v2+json")):
        made = three_ways(**({"mediaType": media_type} if media_type else {}))
        folder = tmp_path / str(number)
        folder.mkdir()
        found = seen(made.stream("made.example/team/app:v1", "app"), folder)
        for name in ("v1", "app:v1", "docker.io/library/app:latest", "latest"):
            (raw,) = found.manifests([ImageId(image_tag=name)])
            assert raw.body == made.raw.body


LAYERS = st.lists(
    st.tuples(st.sampled_from(sorted(PACKED)), st.integers(0, 3)), min_size=1, max_size=6
)


@given(LAYERS, st.booleans())
def test_any_image_is_a_tar_that_holds_it(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, int]], unpack: bool
) -> None:
    bodies = [tar_of("f", contents=random.Random(number).randbytes(3000)) for _, number in drawn]
    made = Made(bodies, [how for how, _ in drawn])
    body = made.stream("a.example/b:c", unpack_zstd=unpack)
    with tarfile.open(fileobj=io.BytesIO(body)) as members:
        names = members.getnames()
        assert len(names) == len(set(names))
    (raw,) = seen(body, tmp_path_factory.mktemp("it")).manifests([ImageId(image_tag="c")])
    kept = not (unpack and any(how == "+zstd" for how, _ in drawn))
    assert (raw.body == made.raw.body) is kept


@pytest.mark.parametrize("damage", ["flipped", "short", "long", "config"])
def test_a_wrong_blob_leaves_a_stream_without_an_image(tmp_path: Path, damage: str) -> None:
    made = three_ways()
    digest = list(made.blobs)[0 if damage == "config" else -1]
    body = made.blobs[digest]
    changed = {"short": body[:-1], "long": body + b"x"}
    made.blobs[digest] = changed.get(damage, b"x" + body[1:])
    parts: list[bytes] = []
    with pytest.raises(Corrupt):
        parts.extend(map(bytes, saved_stream(made.raw, ["a.example/b:c"], made.read)))
    ended = b"".join(parts)
    ended += bytes(-len(ended) % 512 + 1024)
    with pytest.raises((Corrupt, NotFound)):
        seen(ended, tmp_path).manifests([ImageId()])


def test_what_no_engine_loads_says_so() -> None:
    foreign = f"{DOCKER}.image.rootfs.foreign.diff.tar.gzip"
    layer = {"mediaType": foreign, "digest": worlds.digest_of(b"x"), "size": 1}
    index: dict[str, Any] = {
        "mediaType": f"{OCI}.index.v1+json",
        "manifests": [],
        "config": None,
        "layers": None,
    }
    for manifest, told in (
        ({"layers": [layer]}, "Not all"),
        ({"artifactType": "application/x"}, "Engines load"),
        (index, "one platform"),
    ):
        with pytest.raises(UsageError, match=told):
            three_ways(**manifest).stream()


def test_a_large_layer_needs_a_large_size() -> None:
    size = 9 << 30
    wanted = Descriptor("sha256:" + "0" * 64, size, f"{OCI}.layer.v1.tar")
    manifest = json.loads(three_ways().raw.body)
    manifest["layers"] = [{"mediaType": wanted.media_type, "digest": wanted.digest, "size": size}]
    made = three_ways(**manifest)
    made.blobs[wanted.digest] = b""
    parts: list[bytes] = []
    with pytest.raises(Corrupt):
        parts.extend(map(bytes, saved_stream(made.raw, [], made.read)))
    with tarfile.open(fileobj=io.BytesIO(b"".join(parts))) as members:
        assert members.next() is not None
        found = members.next()
        assert found is not None
        assert found.size == size
