"""Every shell line of docs/pipelines.md, against the sandbox, with real exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from ecrtui.config.toml import parsed
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.headless import pipeline_recipes as recipes
from tests.headless.pipeline_recipes import Ended
from tests.sandbox.layers import one_file

pytestmark = pytest.mark.secrets_in(r"/aws-token$")
NAME = "shop/api"
SHA = "4f2e9d1c"
SUBJECT = "repo:team/shop:ref:refs/heads/main"
DAY = 86400.0


class Host(ThreadingHTTPServer):
    """A code host's API, and its identity provider: gives tokens, takes comments."""

    def __init__(self, token: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.token = token
        self.comments: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Host

    def do_GET(self) -> None:
        """A token, for whoever may have one."""
        asked = parse_qs(urlsplit(self.path).query)
        right = asked.get("audience") == ["sts.amazonaws.com"]
        right &= self.headers["Authorization"] == "bearer for-tokens"
        self._end(200 if right else 403, {"value": self.server.token})

    def do_POST(self) -> None:
        """A comment, by JSON as GitHub has it or by a form as GitLab does."""
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        signed = self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"]
        if signed not in ("Bearer to-comment", "to-comment"):
            self._end(401, {})
            return
        body = parse_qs(text)["body"][0] if "body=" in text[:5] else json.loads(text)["body"]
        self.server.comments.append((self.path, body))
        self._end(201, {})

    def _end(self, code: int, document: dict[str, str]) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


class Pipeline:
    """A repository with a release that runs, what a build left in `folder`, and a code host."""

    def __init__(self, sandbox: Sandbox, folder: Path, host: Host) -> None:
        self.sandbox, self.folder, self.host = sandbox, folder, host
        world, now = sandbox.world, sandbox.world.clock.start
        for role in ("pipeline", "cleaner"):
            world.add_role(worlds.ACCOUNT, role, provider=worlds.ISSUER)
        self.repository = worlds.add_repository(world, NAME)
        self.away = worlds.add_repository(world, NAME, region=worlds.OTHER_REGION)
        self.runs = worlds.add_image(
            self.repository, tags={"live", "v1"}, content=one_file("before"), pushed_at=now - DAY
        )
        world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.02
        worlds.add_service(world, worlds.uri(self.repository, "live"), cluster="shop", name="web")
        scratch = worlds.add_repository(world, "scratch", region="eu-central-1")
        self.built = worlds.add_image(scratch, content=one_file("after"))
        layout(folder / "image", scratch, self.built)

    def env(self, **more: str) -> dict[str, str]:
        """No profile and no key: only what the CI system gives."""
        tools = self.folder / "bin"
        path = f"{tools}:{Path(sys.executable).parent}:/usr/bin:/bin"
        return {
            "PATH": path,
            "AWS_CONFIG_FILE": str(self.folder / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "none"),
            "ECRTUI_HOME": str(self.folder / "home"),
            "GH_TOKEN": "to-comment",
            "GITHUB_API_URL": self.host.url,
            "GITHUB_REPOSITORY": "team/shop",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "for-tokens",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.host.url}/token?v=2",
            "CIRCLE_OIDC_TOKEN_V2": self.host.token,
            "CIRCLE_SHA1": SHA,
            "CIRCLE_PROJECT_USERNAME": "team",
            "CIRCLE_PROJECT_REPONAME": "shop",
            "AWS_TOKEN": self.host.token,
            "COMMENT_TOKEN": "to-comment",
            "CI_API_V4_URL": self.host.url,
            "CI_PROJECT_ID": "7",
            "CI_COMMIT_SHA": SHA,
            "CI_DEFAULT_BRANCH": "main",
            **more,
        }

    def run(self, system: str, *, main: bool) -> list[Ended]:
        """One run of a system's recipe, for a pull request or for the main branch."""
        recipe = recipes.recipes()[SYSTEMS[system]]
        if system == "github":
            steps = recipes.github(recipe, _github(main=main))
            return recipes.run(steps, self.folder, self.env())
        if system == "gitlab":
            branch = {"CI_COMMIT_BRANCH": "main"} if main else {"CI_MERGE_REQUEST_IID": "12"}
            env = self.env(**{"CI_COMMIT_BRANCH": "topic"} | branch)
            return recipes.run(recipes.gitlab(recipe, env), self.folder, env)
        pull = {} if main else {"CIRCLE_PULL_REQUEST": "https://github.com/team/shop/pull/12"}
        env = self.env(CIRCLE_BRANCH="main" if main else "topic", **pull)
        return recipes.run(recipes.circleci(recipe), self.folder, env)

    def digest_of(self, repository: Repository, tag: str) -> str:
        """What a tag names."""
        image = repository.images.by_tag(tag)
        return image.digest if image is not None else ""


SYSTEMS = {"github": "GitHub Actions", "gitlab": "GitLab CI", "circleci": "CircleCI"}
SCHEDULE = "By a schedule"


def _github(*, main: bool) -> dict[str, str]:
    """What expressions and conditions of the recipes come to."""
    return {
        "github.sha": SHA,
        "github.event.number": "12",
        "secrets.GITHUB_TOKEN": "to-comment",
        "always() && github.event_name == 'pull_request'": "" if main else "yes",
        "github.ref == 'refs/heads/main'": "yes" if main else "",
    }


def layout(folder: Path, repository: Repository, image: Image) -> None:
    """An image as a build leaves it: an OCI layout."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)
    for digest in image.layers:
        (blobs / digest.removeprefix("sha256:")).write_bytes(repository.blobs[digest].read())
    raw = image.read_manifest()
    (blobs / image.digest.removeprefix("sha256:")).write_bytes(raw)
    index = {"schemaVersion": 2, "manifests": [worlds.descriptor(image)]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


@pytest.fixture
def pipeline(asking_sandbox: Sandbox, tmp_path: Path) -> Iterator[Pipeline]:
    """With a `pip` that installs nothing: ecrtui is here."""
    tools = tmp_path / "bin"
    tools.mkdir()
    pip = tools / "pip"
    pip.write_text('#!/bin/sh\n[ "$*" = "install ecrtui" ]\n')
    pip.chmod(0o755)
    token = asking_sandbox.world.providers[worlds.ISSUER].token(SUBJECT)
    with Host(token) as host:
        thread = Thread(target=host.serve_forever, daemon=True)
        thread.start()
        yield Pipeline(asking_sandbox, tmp_path, host)
        host.shutdown()
        thread.join()


def well(ended: list[Ended]) -> None:
    """All steps ended well."""
    assert [one for one in ended if one.code] == []


def test_the_page_has_these_recipes_and_this_package() -> None:
    assert set(recipes.recipes()) == {*SYSTEMS.values(), SCHEDULE}
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert parsed(project.read_text())["project"]["name"] == "ecrtui"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_pull_request_is_compared_judged_and_told(pipeline: Pipeline, system: str) -> None:
    well(pipeline.run(system, main=False))
    assert pipeline.digest_of(pipeline.repository, SHA) == pipeline.built.digest
    assert pipeline.digest_of(pipeline.repository, "live") == pipeline.runs.digest
    ((path, comment),) = pipeline.host.comments
    assert "12" in path
    assert f"### {NAME}:v1 → {NAME}:{SHA}" in comment
    assert f"Findings of `{NAME}:{SHA}`" in comment


def test_a_run_that_is_started_again_ends_well(pipeline: Pipeline) -> None:
    for _ in range(2):
        well(pipeline.run("github", main=True))


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_finding_stops_it_and_is_told(pipeline: Pipeline, system: str) -> None:
    known = worlds.add_image(pipeline.repository, content=one_file("after"))
    assert known.digest == pipeline.built.digest
    worlds.add_scan(known, ("CVE-2026-1", "HIGH", "openssl"), completed_at=None)
    ended = pipeline.run(system, main=False)
    assert 1 in [one.code for one in ended]
    ((_, comment),) = pipeline.host.comments
    assert "CVE-2026-1" in comment
    assert "the policy fails: 1 high" in comment


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_main_branch_is_promoted(pipeline: Pipeline, system: str) -> None:
    well(pipeline.run(system, main=True))
    digest = pipeline.built.digest
    assert pipeline.digest_of(pipeline.away, SHA) == digest
    assert pipeline.digest_of(pipeline.repository, "live") == digest
    assert not pipeline.host.comments
    workloads = pipeline.sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION)
    tasks = workloads.clusters["shop"].tasks.values()
    running = [one for task in tasks if task.status == "RUNNING" for one in task.containers]
    assert {one.digest for one in running} == {digest}


@pytest.mark.parametrize("system", SYSTEMS)
def test_who_is_nobody_stops_at_the_first_call(pipeline: Pipeline, system: str) -> None:
    pipeline.host.token = "nonsense"
    ended = pipeline.run(system, main=True)
    assert [one.code for one in ended if one.code] == [3]
    assert pipeline.digest_of(pipeline.repository, "live") == pipeline.runs.digest


def test_a_schedule_cleans_up(pipeline: Pipeline) -> None:
    repository, now = pipeline.repository, pipeline.sandbox.world.clock.start
    old = worlds.add_image(repository, tags={"pr-1"}, content=b"1", pushed_at=now - 30 * DAY).digest
    young = worlds.add_image(repository, tags={"pr-2"}, content=b"2", pushed_at=now - DAY).digest
    selection = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 14,
    }
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    repository.lifecycle_policy = json.dumps({"rules": [rule]})
    steps = recipes.github(recipes.recipes()[SCHEDULE], _github(main=True))
    well(recipes.run(steps, pipeline.folder, pipeline.env()))
    assert repository.images.by_digest(old) is None
    assert repository.images.by_digest(young) is not None
    summary = (pipeline.folder / "summary.md").read_text()
    assert "pr-1" in summary
    assert "### Storage" in summary


def test_a_schedule_fails_where_something_runs_behind(pipeline: Pipeline) -> None:
    worlds.add_image(pipeline.repository, tags={"live"}, content=b"moved")
    steps = recipes.github(recipes.recipes()[SCHEDULE], _github(main=True))
    ended = recipes.run(steps, pipeline.folder, pipeline.env())
    assert (ended[-1].name, ended[-1].code) == ("Nothing runs behind its tag", 1)
