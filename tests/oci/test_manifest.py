"""Manifests and configs of any making: values, or our own error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt, EcrtuiError, NotFound, RemoteError, UsageError, WhichPlatform
from ecrtui.model.manifest import Manifest, ManifestKind, RawManifest
from ecrtui.oci.manifest import (
    LARGEST_CONFIG,
    LARGEST_MANIFEST,
    is_foreign,
    layers_of,
    parse_config,
    parse_manifest,
    refuse_unreadable,
)
from ecrtui.oci.platforms import choose_platform, host_platform, parse_platform
from tests import worlds
from tests.oci.wild import json_values, texts

DIGEST = "sha256:" + "a" * 64
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
IN_TOTO = "application/vnd.in-toto+json"


def descriptor(media_type: str = worlds.OCI_LAYER, **more: Any) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": DIGEST, "size": 7, **more}


def image(*layers: str, **more: Any) -> dict[str, Any]:
    config = descriptor(worlds.OCI_CONFIG)
    listed = [descriptor(layer) for layer in layers]
    return {"schemaVersion": 2, "config": config, "layers": listed, **more}


def index(*platforms: dict[str, Any]) -> dict[str, Any]:
    children = [descriptor(worlds.OCI_IMAGE, platform=platform) for platform in platforms]
    return {"schemaVersion": 2, "mediaType": worlds.OCI_INDEX, "manifests": children}


def parsed(document: object, media_type: str = "") -> Manifest:
    return parse_manifest(RawManifest(DIGEST, media_type, json.dumps(document).encode()))


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (image(worlds.OCI_LAYER), ManifestKind.IMAGE),
        (image(DOCKER_LAYER, FOREIGN_LAYER), ManifestKind.IMAGE),
        (image(), ManifestKind.IMAGE),
        (image(IN_TOTO, IN_TOTO), ManifestKind.ARTIFACT),
        (image(worlds.OCI_LAYER, artifactType="application/x.thing"), ManifestKind.ARTIFACT),
        ({"schemaVersion": 2, "config": descriptor("x/y")}, ManifestKind.ARTIFACT),
        ({"mediaType": "application/vnd.oci.artifact.manifest.v1+json"}, ManifestKind.ARTIFACT),
        (index({"os": "linux", "architecture": "amd64"}), ManifestKind.INDEX),
        ({"schemaVersion": 2, "manifests": []}, ManifestKind.INDEX),
        ({"schemaVersion": 1, "fsLayers": [{"blobSum": DIGEST}]}, ManifestKind.SCHEMA1),
    ],
)
def test_kinds(document: dict[str, Any], kind: ManifestKind) -> None:
    assert parsed(document).kind is kind


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        {"schemaVersion": 3},
        {"schemaVersion": "2"},
        image(config={"digest": DIGEST}),
        image(config={"digest": "sha256:" + "A" * 64, "size": 1}),
        image(config={"digest": DIGEST + "\n", "size": 1}),
        image(config={"digest": "../../etc/passwd", "size": 1}),
        image(config={"digest": DIGEST, "size": -1}),
        image(config={"digest": DIGEST, "size": 2**63}),
        image(config={"digest": DIGEST, "size": 2**80}),
        image(config={"digest": DIGEST, "size": 1.5}),
        image(layers=[{"size": 1}]),
        image(manifests=[]),
        {"schemaVersion": 2, "layers": [], "manifests": [descriptor()]},
    ],
)
def test_what_is_no_manifest_is_refused(document: object) -> None:
    with pytest.raises(Corrupt):
        parsed(document)


def test_a_sha512_digest_is_one() -> None:
    config = {"digest": "sha512:" + "a" * 128, "size": 1}
    assert parsed(image(config=config)).config is not None


def test_too_many_bytes_are_not_parsed() -> None:
    with pytest.raises(Corrupt, match="too large"):
        parse_manifest(RawManifest(DIGEST, "", b" " * (LARGEST_MANIFEST + 1)))
    with pytest.raises(Corrupt, match="too large"):
        parse_config(b" " * (LARGEST_CONFIG + 1), DIGEST)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"annotations":{"a":'])
def test_deep_nesting_is_our_error(opening: bytes) -> None:
    with pytest.raises(Corrupt):
        parse_manifest(RawManifest(DIGEST, "", opening * 100_000))
    with pytest.raises(Corrupt):
        parse_config(opening * 100_000, DIGEST)


_descriptors = st.fixed_dictionaries(
    {"digest": st.one_of(st.just(DIGEST), json_values), "size": st.one_of(st.just(1), json_values)},
    optional={
        "mediaType": json_values,
        "platform": json_values,
        "annotations": json_values,
        "artifactType": json_values,
    },
)
_manifests = st.fixed_dictionaries(
    {"schemaVersion": st.one_of(st.just(2), json_values)},
    optional={
        "mediaType": st.one_of(st.just(worlds.OCI_INDEX), texts, json_values),
        "config": st.one_of(_descriptors, json_values),
        "layers": st.one_of(st.lists(_descriptors, max_size=2), json_values),
        "manifests": st.one_of(st.lists(_descriptors, max_size=2), json_values),
        "subject": _descriptors,
        "annotations": json_values,
        "artifactType": json_values,
    },
)


@given(st.one_of(st.binary(max_size=60), _manifests.map(lambda one: json.dumps(one).encode())))
def test_any_bytes_are_a_manifest_or_corrupt(body: bytes) -> None:
    try:
        found = parse_manifest(RawManifest(DIGEST, "", body))
    except Corrupt:
        return
    assert all(one.size >= 0 for one in (*found.layers, *found.manifests))
    assert found.size == len(body)
    try:
        refuse_unreadable(found)
        choose_platform(found)
    except WhichPlatform:
        assert len(found.platforms) > 1
    except EcrtuiError:
        assert found.kind is ManifestKind.SCHEMA1


_configs = st.dictionaries(
    st.sampled_from(["os", "architecture", "config", "rootfs", "history", "created"]),
    st.one_of(
        json_values,
        st.dictionaries(st.sampled_from(["Env", "Cmd", "Labels", "diff_ids"]), json_values),
        st.lists(st.dictionaries(st.sampled_from(["created_by", "empty_layer"]), json_values)),
    ),
)


@given(st.one_of(st.binary(max_size=60), _configs.map(lambda one: json.dumps(one).encode())))
def test_any_bytes_are_a_config_or_corrupt(body: bytes) -> None:
    try:
        config = parse_config(body, DIGEST)
    except Corrupt:
        return
    layers = layers_of(parsed(image(worlds.OCI_LAYER, worlds.OCI_LAYER)), config)
    assert [layer.index for layer in layers] == [1, 2]


def test_a_config_as_docker_writes_it() -> None:
    body = {
        "os": "linux",
        "architecture": "arm",
        "variant": "v7",
        "config": {
            "User": "app",
            "Env": ["A=1"],
            "Entrypoint": "sh",
            "Cmd": ["-c", "true"],
            "ExposedPorts": {"80/tcp": {}},
            "Labels": None,
            "Healthcheck": {"Test": ["CMD", "true"]},
        },
        "rootfs": {"type": "layers", "diff_ids": ["sha256:1"]},
        "history": [{"created_by": "ADD", "empty_layer": False}, {"empty_layer": True}],
    }
    config = parse_config(json.dumps(body).encode(), DIGEST)
    assert (str(config.platform), config.entrypoint) == ("linux/arm/v7", ("sh",))
    assert (config.exposed_ports, config.healthcheck) == (("80/tcp",), ("CMD", "true"))
    (layer,) = layers_of(parsed(image(worlds.OCI_LAYER)), config)
    assert (layer.created_by, layer.diff_id) == ("ADD", "sha256:1")


def test_no_command_is_claimed_where_counts_disagree() -> None:
    history = [{"created_by": "one"}, {"created_by": "two"}]
    config = parse_config(json.dumps({"history": history}).encode(), DIGEST)
    (layer,) = layers_of(parsed(image(worlds.OCI_LAYER)), config)
    assert layer.created_by == ""


def test_old_manifests_are_refused_with_a_reason() -> None:
    with pytest.raises(RemoteError, match="too old"):
        refuse_unreadable(parsed({"schemaVersion": 1}))


def test_foreign_layers() -> None:
    kinds = (worlds.OCI_LAYER, "application/vnd.oci.image.layer.nondistributable.v1.tar")
    assert [is_foreign(layer) for layer in layers_of(parsed(image(*kinds)), None)] == [False, True]


LINUX = {"os": "linux", "architecture": "amd64"}
ARM_6 = {"os": "linux", "architecture": "arm", "variant": "v6"}
ARM_7 = {"os": "linux", "architecture": "arm", "variant": "v7"}


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("linux/arm", "linux/arm/v6"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("linux/amd64", "linux/amd64"),
    ],
)
def test_the_platform_asked_for_is_chosen(wanted: str, chosen: str) -> None:
    child = choose_platform(parsed(index(LINUX, ARM_6, ARM_7)), wanted)
    assert child is not None
    assert str(child.platform) == chosen


@pytest.mark.parametrize("variants", [("", "v8"), ("v8", ""), ("v8", "v8")])
def test_the_eighth_variant_of_arm64_goes_without_saying(variants: tuple[str, str]) -> None:
    there, asked = variants
    arm = {"os": "linux", "architecture": "arm64", "variant": there}
    child = choose_platform(parsed(index(LINUX, arm)), f"linux/arm64/{asked}".rstrip("/"))
    assert child is not None
    assert child.platform is not None
    assert child.platform.architecture == "arm64"
    with pytest.raises(NotFound):
        choose_platform(parsed(index(LINUX, arm)), "linux/arm64/v9")


def test_without_a_wish_this_machines_platform_else_the_first() -> None:
    host = host_platform()
    own = {"os": host.os, "architecture": host.architecture}
    for platforms in ((ARM_6, own), (own, ARM_6)):
        child = choose_platform(parsed(index(*platforms)))
        assert child is not None
        assert child.platform == host
    first = choose_platform(parsed(index({"os": "plan9", "architecture": "mips"})))
    assert first is not None
    assert choose_platform(parsed(index())) is None


def test_of_several_platforms_none_of_which_is_here_one_is_asked_for() -> None:
    strange = [{"os": "plan9", "architecture": name} for name in ("mips", "arm")]
    with pytest.raises(UsageError, match="plan9/mips, plan9/arm") as asked:
        choose_platform(parsed(index(*strange)))
    assert "--platform plan9/mips" in asked.value.hint
    assert choose_platform(parsed(index(*strange)), "plan9/arm") is not None


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "a/b/c/d"])
def test_what_is_no_platform(text: str) -> None:
    with pytest.raises(UsageError):
        parse_platform(text)
    if text:
        with pytest.raises((UsageError, NotFound)):
            choose_platform(parsed(index(LINUX)), text)
