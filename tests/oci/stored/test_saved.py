"""What `docker save` writes: manifests made up of what is there, and refusals of what is not."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from ecrtui.errors import Corrupt, EcrtuiError, NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Descriptor, ManifestKind
from ecrtui.oci.layers import read_layer
from ecrtui.oci.manifest import parse_config, parse_manifest
from ecrtui.oci.stored import Archive, saved
from tests import worlds
from tests.oci.stored.made import LAYER, config, image, in_tar, layout, named, on_disk
from tests.oci.stored.test_layout import JSON

OTHER = LAYER + b"\0" * 512


def archive(
    files: dict[str, bytes], listed: Any, folder: Path, links: dict[str, str] | None = None
) -> Any:
    body = in_tar({**files, "manifest.json": json.dumps(listed).encode()}, links=links)
    return saved(Archive(on_disk(body, folder), "docker-archive:it"))


def entry(layers: list[str], *names: str, config_name: str = "c.json") -> dict[str, Any]:
    return {"Config": config_name, "RepoTags": list(names) or None, "Layers": layers}


def test_layers_plain_linked_and_packed(tmp_path: Path) -> None:
    packed = gzip.compress(OTHER)
    diff_ids = [worlds.digest_of(one) for one in (LAYER, LAYER, OTHER)]
    files = {"c.json": config(diff_ids), "1/layer.tar": LAYER, "3.tar.gz": packed}
    listed = [entry(["1/layer.tar", "2/layer.tar", "3.tar.gz"], "team/app:v1")]
    found = archive(files, listed, tmp_path, {"2/layer.tar": "../1/layer.tar"})
    (raw,) = found.manifests([ImageId()])
    manifest = parse_manifest(raw)
    assert manifest.kind is ManifestKind.IMAGE
    assert [one.digest for one in manifest.layers] == [*diff_ids[:2], worlds.digest_of(packed)]
    assert [one.size for one in manifest.layers] == [1024, 1024, len(packed)]
    assert manifest.config is not None
    body = b"".join(found.blob(manifest.config.digest))
    assert parse_config(body, manifest.config.digest).diff_ids == tuple(diff_ids)
    for layer, diff_id in zip(manifest.layers, diff_ids, strict=True):
        assert read_layer(found.blob(layer.digest), layer, diff_id=diff_id).diff_id == diff_id
    assert found.manifests([ImageId(raw.digest), ImageId(image_tag="v1")]) == [raw, raw]
    assert found.holds(raw.digest)
    assert not found.holds("sha256:" + "0" * 64)
    with pytest.raises(NotFound):
        found.blob("sha256:" + "0" * 64)
    with pytest.raises(NotFound):
        found.manifests([ImageId("sha256:" + "0" * 64)])


def test_what_is_mentioned_many_times_is_read_once(tmp_path: Path) -> None:
    packed = gzip.compress(random.Random(1).randbytes(100_000))
    settings = config(["sha256:x"] * 200, author="a" * 50_000)
    files = {"c.json": settings, "l.tar": packed}
    links = {f"{number}.tar": "l.tar" for number in range(100)}
    listed = [entry([*links, *["l.tar"] * 100], config_name=name) for name in ("c.json", "d.json")]
    body = in_tar(
        {**files, "manifest.json": json.dumps(listed * 50).encode()},
        links={**links, "d.json": "c.json"},
    )
    read: list[int] = []

    class Counting(Archive):
        def chunks(self, name: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
            for chunk in super().chunks(name, offset, length):
                read.append(len(chunk) if name != "manifest.json" else 0)
                yield chunk

    found = saved(Counting(on_disk(body, tmp_path), "docker-archive:it"))
    assert not found.holds("sha256:" + "0" * 64)
    assert found.holds(worlds.digest_of(packed))
    assert [size for size in read if size > 1_000] == [len(settings), len(packed)]


def test_a_layer_is_what_the_config_says(tmp_path: Path) -> None:
    files = {"c.json": config([worlds.digest_of(OTHER)]), "l.tar": LAYER}
    found = archive(files, [entry(["l.tar"])], tmp_path)
    (layer,) = parse_manifest(found.manifests([ImageId()])[0]).layers
    with pytest.raises(Corrupt):
        read_layer(found.blob(layer.digest), Descriptor(layer.digest, layer.size))


def test_several_images_are_asked_about(tmp_path: Path) -> None:
    files = {"a.json": config([]), "b.json": config([], author="b")}
    listed = [
        entry([], "team/app:v1", "team/app:v2", config_name="a.json"),
        entry([], "localhost/team/tool:latest", config_name="b.json"),
    ]
    found = archive(files, listed, tmp_path)
    with pytest.raises(UsageError) as asked:
        found.manifests([ImageId()])
    assert "team/app:v1, localhost/team/tool:latest" in asked.value.hint
    one, two, tool = (
        found.manifests([ImageId(image_tag=name)])[0] for name in ("v1", "team/app:v2", "team/tool")
    )
    assert one == two != tool


def test_a_layout_in_the_archive_is_what_counts(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    one = image(files)
    listed = [entry(["none"], "team/app:v1")]
    found = archive(layout(named(one, "v1"), files=files), listed, tmp_path)
    assert found.manifests([ImageId()])[0].digest == one["digest"]


@pytest.mark.parametrize(
    ("files", "listed", "error"),
    [
        ({}, [entry([])], NotFound),
        ({"c.json": config([])}, [entry(["l.tar"])], Corrupt),
        ({"c.json": config(["sha256:x"])}, [entry(["l.tar"])], NotFound),
        ({"c.json": b"[]"}, [entry([])], Corrupt),
        ({}, {}, Corrupt),
        ({}, [], NotFound),
        ({"c.json": config([])}, [entry([], config_name="../../etc/passwd")], NotFound),
        ({"c.json": config([])}, [entry([], config_name="\0")], NotFound),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, files: dict[str, bytes], listed: Any, error: type[EcrtuiError]
) -> None:
    with pytest.raises(error):
        archive(files, listed, tmp_path).manifests([ImageId()])


def test_a_tar_without_an_image(tmp_path: Path) -> None:
    found = saved(Archive(on_disk(in_tar({"etc/passwd": b""}), tmp_path), "it"))
    with pytest.raises(NotFound, match="no image"):
        found.manifests([ImageId()])


@given(JSON, JSON, JSON)
def test_any_list_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, one: Any, other: Any, third: Any
) -> None:
    files = {"c.json": config([worlds.digest_of(LAYER)]), "l.tar": LAYER}
    folder = tmp_path_factory.mktemp("archive")
    whole = entry(["l.tar"], "team/app:v1")
    for listed in (
        one,
        [one],
        [{**whole, "Config": one, "RepoTags": other, "Layers": third}],
        [{**whole, "RepoTags": one}, {**whole, "Layers": other}, whole],
    ):
        for wanted in (ImageId(), ImageId(image_tag="v1"), ImageId("sha256:" + "0" * 64)):
            with suppress(EcrtuiError):
                assert archive(files, listed, folder).manifests([wanted])
