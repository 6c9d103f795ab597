"""Copies into registries, ECR's and another: by skopeo's word the digests are the same."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ecrtui.errors import Corrupt, NotAllowed, NotFound, ReadOnly
from ecrtui.model.image import ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.locate import locate
from ecrtui.workflows.moving.copy import CopyPlan, CopyRequest, plan
from ecrtui.workflows.moving.copy import run as run_it
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.engines import Docker, docker
from tests.oci.layers.made import files as tar_of
from tests.podman import Podman, podman
from tests.registries import plain_registry
from tests.sandbox.programs import run
from tests.sandbox.registry_api import password
from tests.workflows.at_work import services_in
from tests.workflows.graphs import Graph

__all__ = ["docker", "plain_registry", "podman"]

SIZE = 300_000
PLAIN = "--tls-verify=false"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """Where copies go."""
    return worlds.add_repository(sandbox.world, "team/copy")


@pytest.fixture
def app(sandbox: Sandbox, repository: Repository) -> Image:
    """An index of two platforms under team/app:v1."""
    source = worlds.add_repository(sandbox.world, "team/app")
    children = [
        worlds.add_image(
            source,
            content=tar_of("f", contents=random.Random(name).randbytes(SIZE)),
            platform=("linux", name),
        )
        for name in ("amd64", "arm64")
    ]
    return worlds.add_index(source, children, tags={"v1"})


@pytest.fixture
def host(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The registry's host, where skopeo is signed in."""
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    found = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    run("skopeo", "login", PLAIN, "-u", "AWS", "--password-stdin", found, given=password())
    return found


def digest_by_skopeo(where: str) -> str:
    raw = run("skopeo", "inspect", "--raw", PLAIN, where).stdout.encode()
    return worlds.digest_of(raw)


def planned(services: Services, source: str, target: str, **how: object) -> CopyPlan:
    asked = CopyRequest(locate(services, source), locate(services, target), **how)  # type: ignore[arg-type]
    return plan(services, asked)


def copied(services: Services, source: str, target: str, **how: object) -> CopyPlan:
    made = planned(services, source, target, **how)
    outcome = run_it(services, made, Watch())
    assert outcome.digest == made.digest
    assert outcome.moved + outcome.there == made.cargo.bytes
    return made


def test_an_index_goes_from_one_repository_to_another(
    services: Services, app: Image, host: str
) -> None:
    made = planned(services, "team/app:v1", "team/copy")
    assert made.changes
    outcome = run_it(services, made, Watch())
    assert digest_by_skopeo(f"docker://{host}/team/copy:v1") == app.digest
    (change,) = outcome.changes
    assert (change.kind, change.tag, change.before) == (ChangeKind.TAG_PUT, "v1", "")
    assert change.after == app.digest
    assert planned(services, "team/app:v1", "team/copy").done_already


@pytest.mark.parametrize("seed", range(6))
def test_any_graph_goes_through_registries(
    services: Services,
    repository: Repository,
    plain_registry: str,
    host: str,
    tmp_path: Path,
    seed: int,
) -> None:
    graph = Graph(seed)
    first = graph.in_folder(tmp_path / "first")
    places = ["team/copy:v1", f"docker://{plain_registry}/team/app:v1", f"oci:{tmp_path}/last:v1"]
    source = f"oci:{first}:v1"
    for place in places:
        made = copied(services, source, place, referrers=True)
        assert made.digest == graph.image["digest"]
        seen = place.replace("team/copy", f"docker://{host}/team/copy")
        assert digest_by_skopeo(seen) == made.digest
        source = place
    held = {path.name: path.read_bytes() for path in (first / "blobs/sha256").iterdir()}
    here = {path.name: path.read_bytes() for path in (tmp_path / "last/blobs/sha256").iterdir()}
    assert held.items() <= here.items()


def test_within_one_registry_no_layer_crosses_the_network(
    sandbox: Sandbox, services: Services, app: Image, host: str
) -> None:
    settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
    settings.account_settings["BLOB_MOUNTING"] = "ENABLED"
    sandbox.faults.add("deny", operation="GetDownloadUrlForLayer")
    made = planned(services, "team/app:v1", "team/copy:v1")
    assert made.to_move == 0
    outcome = run_it(services, made, Watch())
    assert (outcome.moved, outcome.there) == (0, made.cargo.bytes)
    fresh = planned(services, "team/app:v1", "team/fresh:v1", create=True)
    assert (fresh.to_move, fresh.there) == (0, made.cargo.bytes)
    assert "mounted" in dict(fresh.facts)["blobs"]
    assert run_it(services, fresh, Watch()).moved == 0
    assert digest_by_skopeo(f"docker://{host}/team/copy:v1") == app.digest


def test_where_mounting_is_off_the_plan_says_what_moves(services: Services, app: Image) -> None:
    made = planned(services, "team/app:v1", "team/copy:v1")
    assert made.to_move == made.cargo.bytes


def test_another_account_and_region(sandbox: Sandbox, app: Image, tmp_path: Path) -> None:
    services = services_in(tmp_path, profiles=("main", "other"))
    worlds.add_repository(
        sandbox.world, "far/app", account=worlds.OTHER_ACCOUNT, region=worlds.OTHER_REGION
    )
    arn = f"arn:aws:ecr:{worlds.OTHER_REGION}:{worlds.OTHER_ACCOUNT}:repository/far/app:v1"
    assert copied(services, "team/app:v1", arn).digest == app.digest
    assert copied(services, arn, f"oci:{tmp_path}/it").digest == app.digest


def test_what_the_target_forbids_is_told_before_a_byte_moves(
    sandbox: Sandbox, services: Services, app: Image, repository: Repository
) -> None:
    taken = worlds.add_image(repository, tags={"v1", "dev"}, content=b"taken")
    made = planned(services, "team/app:v1", "team/copy:v1")
    assert any(taken.digest in told for told in made.warnings)
    repository.mutability = "IMMUTABLE_WITH_EXCLUSION"
    repository.exclusion_filters = [{"filterType": "WILDCARD", "filter": "dev*"}]
    with pytest.raises(NotAllowed, match="immutable"):
        planned(services, "team/app:v1", "team/copy:v1")
    copied(services, "team/app:v1", "team/copy:dev")
    with pytest.raises(NotFound, match="no such repository"):
        planned(services, "team/app:v1", "team/none:v1")


def test_a_repository_is_made_when_asked_for(
    sandbox: Sandbox, services: Services, app: Image, host: str
) -> None:
    made = planned(services, "team/app:v1", "new/app", create=True)
    assert any("is created" in told for told in made.warnings)
    outcome = run_it(services, made, Watch())
    kinds = [change.kind for change in outcome.changes]
    assert kinds == [ChangeKind.REPOSITORY_CREATED, ChangeKind.TAG_PUT]
    assert digest_by_skopeo(f"docker://{host}/new/app:v1") == app.digest


def test_wrong_bytes_put_nothing(
    sandbox: Sandbox, services: Services, app: Image, repository: Repository
) -> None:
    made = planned(services, "team/app:v1", "team/copy:v1")
    sandbox.faults.add("corrupt", service="registry", operation="GET", after=100, times=1)
    with pytest.raises(Corrupt):
        run_it(services, made, Watch())
    assert not list(repository.images)
    assert run_it(services, planned(services, "team/app:v1", "team/copy:v1"), Watch()).digest


def test_read_only_sends_nothing(app: Image, repository: Repository, tmp_path: Path) -> None:
    services = services_in(tmp_path, read_only=True)
    made = planned(services, "team/app:v1", "team/copy:v1")
    with pytest.raises(ReadOnly):
        run_it(services, made, Watch())
    assert not repository.blobs


def test_push_from_docker(
    services: Services, repository: Repository, docker: Docker, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, host: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    layers = [tar_of(name, contents=name.encode() * 50_000) for name in ("one", "two")]
    docker.run("import", "-", "made.example/app:v1", given=layers[0])
    made = copied(services, "docker-daemon:made.example/app:v1", "team/copy:v1", kind="push")
    assert made.packed
    assert "plain tars" in dict(made.facts)["packed"]
    assert digest_by_skopeo(f"docker://{host}/team/copy:v1") == made.digest
    run("skopeo", "copy", PLAIN.replace("tls", "src-tls"),
        f"docker://{host}/team/copy:v1", f"oci:{tmp_path}/it:v1")  # fmt: skip
    again = planned(services, "docker-daemon:made.example/app:v1", "team/copy:v2", kind="push")
    assert again.to_move == 0
    assert planned(services, "docker-daemon:made.example/app:v1", "team/copy:v1").done_already
    docker.run("rmi", "made.example/app:v1")


def test_push_from_podman(
    services: Services, repository: Repository, podman: Podman, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, host: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("DOCKER_HOST", f"unix://{podman.socket}")
    path = tmp_path / "root.tar"
    path.write_bytes(tar_of("one", contents=b"one" * 50_000))
    podman.run("import", path, "made.example/pod:v1")
    made = copied(services, "docker-daemon:made.example/pod:v1", "team/copy:pod", kind="push")
    assert digest_by_skopeo(f"docker://{host}/team/copy:pod") == made.digest


def test_an_archive_of_docker_save_is_packed(
    services: Services, repository: Repository, docker: Docker, tmp_path: Path, host: str
) -> None:
    docker.run("import", "-", "made.example/app:v1", given=tar_of("one", contents=b"x" * 90_000))
    docker.run("save", "-o", str(tmp_path / "it.tar"), "made.example/app:v1")
    made = copied(services, f"docker-archive:{tmp_path}/it.tar", "team/copy:v1", kind="import")
    assert 0 < made.cargo.bytes < 20_000
    told = json.loads(run("skopeo", "inspect", PLAIN, f"docker://{host}/team/copy:v1").stdout)
    assert told["Digest"] == made.digest
    (raw,) = services.source(made.to.home, "team/copy").manifests([ImageId(image_tag="v1")])
    assert b"tar+gzip" in raw.body


def test_what_stays_behind_is_told_and_goes_along_when_asked(
    sandbox: Sandbox, services: Services, app: Image, repository: Repository, host: str
) -> None:
    source = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    subject = worlds.descriptor(app)
    sbom = worlds.add_image(
        source, content=b"sbom", artifactType="application/spdx+json", subject=subject
    )
    tag = app.digest.replace(":", "-") + ".sig"
    signature = worlds.add_image(source, content=b"signature", tags={tag})
    alone = planned(services, "team/app:v1", "team/copy:v1")
    assert any("2 referrers" in told for told in alone.warnings)
    made = copied(services, "team/app:v1", "team/copy:v1", referrers=True)
    assert made.cargo.referrers == 2
    assert not any("stay behind" in told for told in made.warnings)
    assert digest_by_skopeo(f"docker://{host}/team/copy:{tag}") == signature.digest
    assert sbom.digest in {image.digest for image in repository.images}


def test_a_registry_without_a_list_of_referrers_gets_one_under_a_tag(
    sandbox: Sandbox, services: Services, app: Image, plain_registry: str
) -> None:
    """As the specification wants it; each copy adds to what is listed."""
    source = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/app")
    where = f"docker://{plain_registry}/team/app"
    changes: list[Change] = []
    for number in (1, 2):
        kind = f"application/vnd.example.{number}"
        subject = worlds.descriptor(app)
        worlds.add_image(source, content=kind.encode(), artifactType=kind, subject=subject)
        watch = Watch()
        watch.keep = changes.append
        run_it(services, planned(services, "team/app:v1", where, referrers=True), watch)
        tag = app.digest.replace(":", "-")
        listed = json.loads(run("skopeo", "inspect", "--raw", PLAIN, f"{where}:{tag}").stdout)
        kinds = {row["artifactType"] for row in listed["manifests"]}
        assert kinds == {f"application/vnd.example.{each}" for each in range(1, number + 1)}
    first, second = (change for change in changes if change.tag == tag)
    assert (first.before, second.before) == ("", first.after)


def test_who_may_push_need_not_be_allowed_to_look(
    sandbox: Sandbox, services: Services, repository: Repository, tmp_path: Path
) -> None:
    """As docker push, whose needs the policies of most pipelines are made for."""
    graph = Graph(3)
    source = f"oci:{graph.in_folder(tmp_path / 'it')}:v1"
    for operation in ("DescribeRepositories", "DescribeImages"):
        sandbox.faults.add("deny", operation=operation)
    made = copied(services, source, "team/copy:v1")
    assert any("may not be looked at" in told for told in made.warnings)
    assert made.digest in {image.digest for image in repository.images}
