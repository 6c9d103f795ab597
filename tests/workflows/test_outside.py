"""One image everywhere: whatever holds it, it is the same image, file for file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ecrtui.engine.engine import Engine
from ecrtui.errors import (
    Corrupt,
    LocalPartMissing,
    NotAllowed,
    NotFound,
    RemoteError,
    WhichPlatform,
)
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ImageId
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.compare import compare
from ecrtui.workflows.compare_platforms import platforms_of_both
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import locate
from ecrtui.workflows.look_inside import file_system, image_inside
from ecrtui.workflows.services import Services
from tests import worlds
from tests.compare.images import write_layout
from tests.compare.layers import Item, tar, whiteout
from tests.engines import Docker, docker
from tests.oci.stored import made
from tests.podman import Podman, podman
from tests.registries import plain_registry
from tests.sandbox.programs import run
from tests.sandbox.registry_api import password
from tests.tui.pictures import Step, add_built
from tests.workflows.at_work import services_in

__all__ = ["docker", "plain_registry", "podman"]

LAYERS = [
    [
        Item("/etc/motd", content=b"hello", mode=0o600, uid=7),
        Item("/srv/big", content=bytes(range(256)) * 3000),
        Item("/srv/old", content=b"old"),
    ],
    [whiteout("/srv/old"), Item("/etc/motd", content=b"hello again")],
    [Item("/srv/last", content=b"last")],
]
NAME = "team/app"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """The image in ECR, its layers compressed; v2 has another file in its first."""
    app = worlds.add_repository(sandbox.world, NAME)
    steps = [Step(f"COPY {number} /", tar(items)) for number, items in enumerate(LAYERS)]
    settings = {"Env": ["A=b"], "Cmd": ["/none"]}
    add_built(app, tags=["v1"], steps=steps, settings=settings)
    first = Step("COPY first /", tar([*LAYERS[0], Item("/srv/first", content=b"1")]))
    add_built(app, tags=["v2"], steps=[first, *steps[1:]], settings=settings)
    return app


@pytest.fixture
def ecr(
    sandbox: Sandbox, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The image as skopeo names it, signed in to."""
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    login = ["--tls-verify=false", "-u", "AWS", "--password-stdin", host]
    run("skopeo", "login", *login, given=password())
    return f"docker://{host}/{NAME}:v1"


def copied(ecr: str, to: str) -> str:
    run("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", ecr, to)
    return to


def zipped(path: Path) -> Path:
    """The file compressed beside itself."""
    target = path.with_name(path.name + ".gz")
    target.write_bytes(gzip.compress(path.read_bytes(), 1))
    return target


def agree(services: Services, one: str, other: str) -> ImageDetails:
    """Whether both are one image, read anew from both; answers the second."""
    services.cache.clear()
    known = image_inside(services, one)
    expected = list(file_system(services, known).rows())
    services.cache.clear()
    found = image_inside(services, other)
    assert list(file_system(services, found).rows()) == expected
    assert found.config == known.config
    assert [row.diff_id for row in found.layers] == [row.diff_id for row in known.layers]
    assert [row.created_by for row in found.layers] == [row.created_by for row in known.layers]
    *_, difference = compare(services, one, other)
    assert difference.same
    assert not difference.files
    assert {row.change for row in difference.layers} == {"same"}
    return found


def test_folders_files_and_registries(
    services: Services, ecr: str, plain_registry: str, tmp_path: Path
) -> None:
    here = f"{NAME}:v1"
    digest = image_inside(services, here).digest
    layout = copied(ecr, f"oci:{tmp_path}/layout:v1")
    oci = copied(ecr, f"oci-archive:{tmp_path}/oci.tar:v1")
    saved = copied(ecr, f"docker-archive:{tmp_path}/saved.tar:{NAME}:v1")
    other = copied(ecr, f"docker://{plain_registry}/{NAME}:v1")
    for name in (layout, oci, f"oci-archive:{zipped(tmp_path / 'oci.tar')}", other):
        assert agree(services, here, name).digest == digest
    for name in (saved, f"docker-archive:{zipped(tmp_path / 'saved.tar')}:app:v1"):
        assert agree(services, here, name).digest != digest
    assert agree(services, other, saved).reference == saved


def test_docker_and_podman(
    services: Services,
    ecr: str,
    docker: Docker,
    podman: Podman,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied(ecr, f"docker-archive:{tmp_path}/saved.tar:{NAME}:v1")
    docker.run("load", "-i", str(tmp_path / "saved.tar"))
    podman.run("load", "-i", tmp_path / "saved.tar")
    for socket, name in ((docker.socket, "Docker Engine "), (podman.socket, "Podman Engine ")):
        monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
        assert Engine().version().startswith(name)
        services.close()  # the engine before is not the one that is meant now
        found = agree(services, f"{NAME}:v1", f"docker-daemon:{NAME}:v1")
        with pytest.raises(NotFound, match="no such image"):
            image_inside(services, f"docker-daemon:{NAME}:none")
        (detail,) = services.outside(found.home, NAME).manifests([ImageId(found.digest)])  # type: ignore[arg-type]
        assert detail.digest == found.digest
    docker.run("save", "-o", str(tmp_path / "again.tar"), f"{NAME}:v1")
    agree(services, f"{NAME}:v1", f"docker-archive:{tmp_path}/again.tar")
    podman.run("save", "-o", tmp_path / "podman.tar", f"{NAME}:v1")
    agree(services, f"{NAME}:v1", f"docker-archive:{tmp_path}/podman.tar")
    form = ("save", "--format", "oci-archive", "-o")
    podman.run(*form, tmp_path / "podman-oci.tar", f"{NAME}:v1")
    agree(services, f"{NAME}:v1", f"oci-archive:{tmp_path}/podman-oci.tar")


def test_an_image_the_engine_has_anew_is_read_anew(
    services: Services, docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    name = "docker-daemon:local/app"
    digests = []
    for content in (b"one", b"two"):
        docker.run("import", "-", "local/app", given=tar([Item("/file", content=content)]))
        for _ in range(2):
            details = image_inside(services, name)
            digests.append(details.digest)
            assert "/file" in file_system(services, details)
    assert digests[0] == digests[1] != digests[2] == digests[3]
    assert services.traffic.requests == 0


def test_an_archive_written_anew_is_read_anew(services: Services, tmp_path: Path) -> None:
    path, found = tmp_path / "a.tar", []
    for number, content in enumerate((b"one", b"two")):
        write_layout([[Item("/file", content=content)]], tmp_path / str(number))
        path.unlink(missing_ok=True)
        run("skopeo", "copy", f"oci:{tmp_path}/{number}:it", f"oci-archive:{path}:it")
        found.append(image_inside(services, f"oci-archive:{path}").digest)
    assert found[0] != found[1]


def test_a_layer_read_once_is_known_however_it_is_compressed(
    services: Services, ecr: str, tmp_path: Path
) -> None:
    saved = copied(ecr, f"docker-archive:{tmp_path}/saved.tar:{NAME}:v1")
    file_system(services, image_inside(services, saved))
    assert services.traffic.bytes == 0
    details = image_inside(services, f"{NAME}:v1")
    before = services.traffic.bytes
    file_system(services, details)
    assert services.traffic.bytes == before


def test_a_registry_that_wants_a_password_says_what_can_be_done(
    services: Services, ecr: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "none"))
    with pytest.raises(NotAllowed) as refused:
        image_inside(services, ecr)
    host = ecr.removeprefix("docker://").partition("/")[0]
    assert f"skopeo login {host}" in refused.value.hint


@pytest.mark.parametrize("deep", [1, 3, 5])
def test_indexes_in_indexes(services: Services, tmp_path: Path, deep: int) -> None:
    files: dict[str, bytes] = {}
    described = made.image(files)
    for _ in range(deep):
        described = made.blob(files, made.index(described), f"{made.OCI}.index.v1+json")
    made.in_folder(made.layout(described, files=files), tmp_path / "layout")
    *_, found = inspect(services, locate(services, f"oci:{tmp_path}/layout"), "linux/amd64")
    assert (found.config is not None) is (deep < 5)
    assert bool(found.problems) is (deep == 5)


def test_of_two_strange_platforms_the_other_image_chooses(
    services: Services, tmp_path: Path
) -> None:
    files: dict[str, bytes] = {}
    rows = [
        {
            **made.image(files, os="plan9", architecture=name),
            "platform": {"os": "plan9", "architecture": name},
        }
        for name in ("mips", "arm")
    ]
    described = made.blob(files, made.index(*rows), f"{made.OCI}.index.v1+json")
    layout = made.layout(made.named(described, "all"), made.named(rows[1], "one"), files=files)
    made.in_folder(layout, tmp_path)
    every, one = f"oci:{tmp_path}:all", f"oci:{tmp_path}:one"
    with pytest.raises(WhichPlatform):
        image_inside(services, every)
    assert image_inside(services, every, "plan9/mips").chosen is not None
    for pair in ((every, one), (one, every)):
        *_, found = compare(services, *pair)
        sides = (found.before, found.after)
        assert {side.config and str(side.config.platform) for side in sides} == {"plan9/arm"}
        assert found.same
    with pytest.raises(WhichPlatform):
        list(compare(services, every, every))


def test_what_is_here_is_not_fetched(services: Services, ecr: str, tmp_path: Path) -> None:
    """A layer that the other image has too, above one that differs, is read where it is at hand."""
    saved = copied(ecr, f"docker-archive:{tmp_path}/saved.tar:{NAME}:v1")
    for pair in ((saved, f"{NAME}:v2"), (f"{NAME}:v2", saved)):
        services.cache.clear()
        before = services.traffic.bytes
        *_, found = compare(services, *pair)
        assert found.files is not None
        assert list(found.files.paths()) == ["/srv/first"]
        fetched = services.traffic.bytes - before
        remote = next(side for side in (found.before, found.after) if side.reference != saved)
        whole = remote.layers[0].size + len(remote.raw_manifest) + len(remote.raw_config)
        assert fetched == whole


def test_every_platform_is_the_same_in_a_folder(
    services: Services, repository: Repository, ecr: str, tmp_path: Path
) -> None:
    platforms = [("linux", "amd64"), ("linux", "arm64")]
    children = [
        add_built(repository, steps=[Step("COPY", tar(LAYERS[0]))], platform=platform)
        for platform in platforms
    ]
    worlds.add_index(repository, children, tags={"all"})
    for name in (f"oci:{tmp_path}/layout", f"oci-archive:{tmp_path}/file.tar"):
        given = ("--all", "--src-tls-verify=false", ecr.replace(":v1", ":all"), name)
        run("skopeo", "copy", *given)
        targets = [locate(services, text) for text in (f"{NAME}:all", name)]
        found = platforms_of_both(services, *targets)
        assert [(one.platform, one.before, one.after) for one in found] == [
            ("linux/amd64", True, True),
            ("linux/arm64", True, True),
        ]
        for one in found:
            both = (one.platform, one.platform)
            *_, difference = compare(services, f"{NAME}:all", name, platforms=both)
            assert difference.before.image_manifest is not None
            assert difference.after.image_manifest is not None
            assert difference.before.image_manifest.digest == difference.after.image_manifest.digest


def test_foreign_layers_are_not_looked_for(services: Services, tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    kind = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    base = {"mediaType": kind, "digest": "sha256:" + "1" * 64, "size": 9, "urls": ["http://x"]}
    config = made.blob(files, made.config(["sha256:" + "2" * 64]), f"{made.OCI}.config.v1+json")
    told = {"schemaVersion": 2, "config": config, "layers": [base]}
    described = made.blob(files, json.dumps(told).encode(), f"{made.OCI}.manifest.v1+json")
    made.in_folder(made.layout(described, files=files), tmp_path)
    details = image_inside(services, f"oci:{tmp_path}")
    with pytest.raises(RemoteError, match="not in the registry"):
        file_system(services, details)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_compressed_archive_that_is_cut_short(
    services: Services, tmp_path: Path, cut: int
) -> None:
    path = tmp_path / "file.tar.gz"
    whole = gzip.compress(made.in_tar(made.layout(files={})))
    path.write_bytes(whole[: len(whole) * cut // 4])
    for kind in ("oci-archive", "docker-archive"):
        with pytest.raises(Corrupt, match="archive cannot be read"):
            image_inside(services, f"{kind}:{path}")


def test_a_registry_is_asked_for_a_manifest_once(
    services: Services, ecr: str, plain_registry: str
) -> None:
    name = copied(ecr, f"docker://{plain_registry}/{NAME}:v1")
    first = image_inside(services, name)
    manifests = services.traffic.bytes - len(first.raw_config)
    assert manifests == len(first.raw_manifest)
    before = services.traffic.requests
    again = image_inside(services, name)
    assert services.traffic.bytes == manifests + len(first.raw_config)
    assert services.traffic.requests == before + 1  # what the tag names now
    assert again.manifest == first.manifest
    copied(ecr.replace(":v1", ":v2"), name)
    assert image_inside(services, name).digest != first.digest


def test_an_engines_image_is_exported_once_for_all_time(
    sandbox: Sandbox, docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    docker.run("import", "-", "local/once", given=tar([Item("/file", content=b"once")]))
    name, found = "docker-daemon:local/once", []
    for temporary in (str(tmp_path), "/proc/none"):  # in the second nothing can be spooled
        monkeypatch.setattr("tempfile.tempdir", temporary)
        services = services_in(tmp_path / "home")
        details = image_inside(services, name)
        found.append((details.digest, list(file_system(services, details).rows())))
    assert found[0] == found[1]
    services.cache.clear()
    with pytest.raises(LocalPartMissing):
        image_inside(services_in(tmp_path / "home"), name)
