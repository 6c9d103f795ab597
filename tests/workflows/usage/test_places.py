"""App Runner, CodeBuild, Elastic Beanstalk and Kubernetes: what their own words name."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import UsageError
from ecrtui.model.usage import Standing, UseKind
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import browse, usage
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage import bundles, kubectl, pods
from ecrtui.workflows.usage.definitions import in_order, revision
from tests import worlds
from tests.workflows.at_work import here, services_in

NAME = "team/app"
URI = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.REGION}.amazonaws.com/{NAME}"
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path) -> Services:
    repository = worlds.add_repository(sandbox.world, NAME)
    worlds.add_image(repository, tags={"v1"}, content=b"1")
    worlds.add_image(repository, tags={"v2"}, content=b"2")
    return services_in(tmp_path, profiles=("main",), regions=(worlds.REGION,))


def stands(services: Services, *given: usage.Found) -> dict[str, Standing]:
    images = [row for page in browse.images(services, here(), NAME) for row in page.items]
    seen = usage.looked(services, here(), NAME, given)
    found = usage.standings(services, seen, images)
    return {row.image_tags[0]: found[row.image_digest].standing for row in images}


def test_app_runner_runs_by_a_digest_that_nobody_tells(
    sandbox: Sandbox, services: Services
) -> None:
    worlds.add_web_service(sandbox.world, f"{URI}:v1")
    worlds.add_web_service(sandbox.world, "", name="from-source")
    assert stands(services) == {"v1": Standing.RUNNING, "v2": Standing.UNKNOWN}


def test_codebuild_names_what_its_next_build_runs_in(sandbox: Sandbox, services: Services) -> None:
    worlds.add_project(sandbox.world, f"{URI}:v2")
    worlds.add_project(sandbox.world, "aws/codebuild/standard:7.0", name="plain")
    assert stands(services) == {"v1": Standing.NOT_SEEN, "v2": Standing.REFERENCED}


def zipped(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


COMPOSE = f"""services:
  web:
    image: "{URI}:v1"  # the shop
  side:
    image: redis:7
"""


@pytest.mark.parametrize(
    "bundle",
    [
        json.dumps({"AWSEBDockerrunVersion": "1", "Image": {"Name": f"{URI}:v1"}}).encode(),
        zipped(
            **{
                "Dockerrun.aws.json": json.dumps(
                    {"containerDefinitions": [{"name": "web", "image": f"{URI}:v1"}]}
                ),
                "readme": "x",
            }
        ),
        zipped(**{"docker-compose.yml": COMPOSE}),
        zipped(Dockerfile=f"FROM --platform=linux/amd64 {URI}:v1 AS base\nRUN true\n"),
        zipped(Dockerfile=f"FROM scratch\nCOPY --from={URI}:v1 /a /a\n"),
        zipped(Dockerfile=f"FROM scratch\nRUN --mount=type=bind,from={URI}:v1,target=/a true\n"),
        zipped(Dockerfile=f"FROM \\\n  {URI}:v1\n"),
        zipped(**{"compose.yml": f"services: {{web: {{image: {URI}:v1, ports: [80]}}}}"}),
        zipped(**{"docker-compose.yml": f'{{"services": {{"web": {{"image":"{URI}:v1"}}}}}}'}),
        zipped(**{"docker-compose.override.yaml": COMPOSE}),
        zipped(
            **{"compose.yml": "services: {web: {build: ./web}}", "web/Dockerfile": f"FROM {URI}:v1"}
        ),
    ],
    ids=[
        "plain json",
        "zip of version 2",
        "compose",
        "Dockerfile",
        "copied from",
        "mounted from",
        "on the next line",
        "flow style",
        "compose as json",
        "override",
        "built in a folder",
    ],
)
def test_beanstalk_by_what_its_bundle_names(
    sandbox: Sandbox, services: Services, bundle: bytes
) -> None:
    worlds.add_version(sandbox.world, bundle, environment="")
    assert stands(services) == {"v1": Standing.REFERENCED, "v2": Standing.NOT_SEEN}
    usage.forget(services)
    worlds.add_version(sandbox.world, bundle, label="v9", environment="prod")
    assert stands(services) == {"v1": Standing.RUNNING, "v2": Standing.UNKNOWN}


@pytest.mark.parametrize(
    ("bundle", "why"),
    [
        (b"PK\x03\x04 and no zip", "no zip"),
        (b"\x00\x01", "neither a zip"),
        (zipped(**{"docker-compose.yml": "image: ${REGISTRY}/app:v1"}), "by a variable"),
        (zipped(**{"compose.yml": f"web:\n  image: >-\n    {URI}:v1\n"}), "in a way"),
        (zipped(**{"compose.yml": f"web:\n  image:\n    {URI}:v1\n"}), "in a way"),
        (zipped(**{"compose.yml": f"web:\n  image: &web {URI}:v1\n"}), "in a way"),
        (zipped(**{"Dockerrun.aws.json": "x" * (bundles.LARGEST_FILE + 1)}), "too large"),
    ],
)
def test_a_bundle_that_cannot_be_read_is_unknown(
    sandbox: Sandbox, services: Services, bundle: bytes, why: str
) -> None:
    worlds.add_version(sandbox.world, bundle)
    seen = usage.looked(services, here(), NAME)
    assert any(why in one.why for one in seen.unknown), seen.unknown
    assert set(stands(services).values()) == {Standing.UNKNOWN}


@given(st.binary(max_size=300))
def test_bundles_of_strangers_only_ever_say_why(data: bytes) -> None:
    for body in (data, b"PK" + data):
        try:
            found = bundles.images(body)
        except bundles.NotRead:
            continue
        assert all(isinstance(one, str) for one in found)


# Kubernetes


def pod(
    name: str,
    image: str,
    *,
    image_id: str = "",
    phase: str = "Running",
    owner: tuple[str, str] | None = None,
    labels: dict[str, str] | None = None,
    runs: bool = True,
) -> dict[str, Any]:
    status = {"name": "app", "image": image, "imageID": image_id, "state": {}}
    if runs:
        status["state"] = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "labels": labels or {}}
    if owner is not None:
        metadata["ownerReferences"] = [{"kind": owner[0], "name": owner[1]}]
    return {
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [{"name": "app", "image": image}]},
        "status": {"phase": phase, "containerStatuses": [status]},
    }


def listed(*items: dict[str, Any]) -> bytes:
    return json.dumps({"kind": "List", "items": items}).encode()


def test_pods_of_a_deployment_are_one_use() -> None:
    of_web = {"owner": ("ReplicaSet", "web-7c9f8d"), "labels": {"pod-template-hash": "7c9f8d"}}
    found = pods.parse(
        listed(
            *(
                pod(f"web-{n}", f"{URI}:v1", image_id=f"docker-pullable://{URI}@{A}", **of_web)  # type: ignore[arg-type]
                for n in range(3)
            ),
            pod("single", f"{URI}:v2", image_id=A, runs=False),
            pod("ended", f"{URI}:v3", image_id=f"{URI}@{B}", phase="Succeeded"),
        )
    )
    web, single = found
    assert (web.kind, web.name, web.where, web.running) == (UseKind.POD, "web", "shop", 3)
    assert (web.image, web.digest) == (f"{URI}:v1", A)
    assert web.since == 1772359200.0
    assert (single.name, single.digest, single.running) == ("single", "", 0)


def test_what_makes_pods_is_a_reference() -> None:
    made = {"spec": {"containers": [{"name": "app", "image": f"{URI}:v1"}]}}
    cron = {"jobTemplate": {"spec": {"template": made}}}
    found = pods.parse(
        listed(
            {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": made}},
            {"kind": "CronJob", "metadata": {"name": "nightly"}, "spec": cron},
        )
    )
    assert [(use.name, use.running) for use in found] == [
        ("deployment web", 0),
        ("cronjob nightly", 0),
    ]


def test_one_object_is_a_list_of_one() -> None:
    assert len(pods.parse(json.dumps(pod("a", "x")).encode())) == 1
    assert pods.parse(b'{"kind":"List","items":[]}') == ()


@pytest.mark.parametrize(
    "data", [b"", b"No resources found", b"[]", b"{}", b'{"items":5}', b"[" * 9999]
)
def test_what_is_no_list_of_pods_says_how_to_make_one(data: bytes) -> None:
    with pytest.raises(UsageError) as refused:
        pods.parse(data)
    assert "kubectl get pods" in refused.value.hint


def test_pods_count_like_all_other_uses(sandbox: Sandbox, services: Services) -> None:
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(NAME)
    first = repository.images.by_tag("v1")
    assert first is not None
    data = listed(pod("web", f"{URI}:v1", image_id=f"{URI}@{first.digest}"))
    given_ = usage.Found(pods.parse(data), looked="Kubernetes in k8s")
    worlds.add_pods(sandbox.world, repository, first.digest, cluster="k8s")
    assert stands(services, given_) == {"v1": Standing.RUNNING, "v2": Standing.NOT_SEEN}
    other = usage.Found(pods.parse(data), looked="Kubernetes in another")
    assert stands(services, other) == {"v1": Standing.RUNNING, "v2": Standing.UNKNOWN}


def program(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kubectl of the test's own."""
    file = folder / "kubectl"
    file.write_text(f"#!{sys.executable}\nimport sys, time\n{body}")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_kubectl_is_asked_for_its_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = listed(pod("web", f"{URI}:v1")).decode()
    program(
        tmp_path,
        f"print('arn:aws:eks:x:1:cluster/k8s' if 'current-context' in sys.argv else {answer!r})",
        monkeypatch,
    )
    found = kubectl.look()
    assert [use.name for use in found.uses] == ["web"]
    assert found.looked == "Kubernetes in arn:aws:eks:x:1:cluster/k8s"
    assert not found.unknown


def test_kubectl_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kubectl, "PATIENCE", -4.5)
    program(tmp_path, "time.sleep(600)", monkeypatch)
    found = kubectl.look()
    assert "did not answer" in found.unknown[0].why


@pytest.mark.parametrize(
    ("body", "why", "denied"),
    [
        ("print('Forbidden: no', file=sys.stderr); sys.exit(1)", "Forbidden", True),
        ("print('nonsense')", "no list of pods", False),
        ("pass", "no answer", False),
    ],
)
def test_what_kubectl_cannot_tell_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, why: str, denied: bool
) -> None:
    program(tmp_path, body, monkeypatch)
    (one,) = kubectl.look().unknown
    assert why in one.why
    assert one.denied is denied


def test_without_kubectl_the_other_way_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "--pods -" in kubectl.look().unknown[0].hint


# Task definitions


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c-d"]), st.integers(1, 50)), unique=True, max_size=20
    )
)
def test_the_newest_of_each_family_comes_first(known: list[tuple[str, int]]) -> None:
    arns = [f"arn:aws:ecs:x:1:task-definition/{family}:{number}" for family, number in known]
    order = in_order(arns)
    assert sorted(order) == sorted(arns)
    newest = {family: max(n for f, n in known if f == family) for family, _ in known}
    first = order[: len(newest)]
    assert {revision(arn) for arn in first} <= set(newest.values())
    assert len({arn.rpartition("/")[2].rpartition(":")[0] for arn in first}) == len(newest)
    rest = [revision(arn) for arn in order[len(newest) :]]
    assert rest == sorted(rest, reverse=True)


def test_a_look_reads_so_many_definitions_and_the_next_ones_more(
    sandbox: Sandbox, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecrtui.workflows.usage.definitions.MOST", 3)
    for number in range(5):
        worlds.add_definition(sandbox.world, f"{URI}:v1" if number else f"{URI}:v2", "web")
    seen = usage.looked(services, here(), NAME)
    assert [one.why for one in seen.unknown] == ["2 older active revisions are not read yet"]
    assert stands(services) == {"v1": Standing.REFERENCED, "v2": Standing.UNKNOWN}
    usage.forget(services)
    assert stands(services) == {"v1": Standing.REFERENCED, "v2": Standing.REFERENCED}
    assert not usage.looked(services, here(), NAME).unknown
