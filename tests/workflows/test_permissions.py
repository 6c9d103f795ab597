"""The table of permissions: exactly enough for each thing, and nothing in it for nothing."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ecrtui.aws.operations import may_read
from ecrtui.cli import main
from ecrtui.errors import EcrtuiError, GivenUp
from ecrtui.headless.declared import COMMANDS
from ecrtui.model.places import Registry
from ecrtui.model.setting import Scope, text_of
from ecrtui.model.settings_table import settings_of
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control import lambda_functions
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows import browse
from ecrtui.workflows.credentials import rotate
from ecrtui.workflows.findings import details
from ecrtui.workflows.permissions import FEATURES, Feature, Need, actions_of, policy
from ecrtui.workflows.permissions_use import USE_FEATURES
from ecrtui.workflows.settings import backfill, change, reading
from ecrtui.workflows.watch import Watch
from scripts.permissions_page import ACCOUNT, PAGE, page
from tests import lifecycles, workloads, worlds
from tests.engines import Docker, docker
from tests.sandbox.layers import one_file
from tests.workflows import rotating
from tests.workflows import setting_values as setting_tests
from tests.workflows.at_work import here, services_in
from tests.workflows.rotating import services_with_keyring

__all__ = ["docker"]

FREE = "sts:GetCallerIdentity"
NO_CALL = frozenset({"sts:GetServiceBearerToken", "iam:PassRole", "ecs:TagResource"})
"""Actions that are asked for besides an operation of another name: when ecr-public makes a token,
when a task definition has roles, and when it has tags."""
ALIAS = "called-so"
LOCAL = {"keys", "completion", "cache", "sandbox", "credentials", "journal"}
"""Commands that ask AWS nothing; a credential's test asks what `repos` needs, `journal undo` what
`tag` needs, and both tell it."""
ENGINE = {"run"}
"""What it brings to the engine it brings as pull does."""
Outcome = tuple[bool, str]
"""Whether all went well, and all that was said."""


@pytest.fixture
def key(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> AccessKey:
    """The key in use, over a world that has one of everything."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"}, content=one_file("in a layer"))
    worlds.add_image(repository, tags={"old"}, status="ARCHIVED", content=b"old")
    worlds.add_index(repository, [image], tags={"multi"})
    elsewhere = worlds.add_repository(sandbox.world, "team/there", region=worlds.OTHER_REGION)
    watched = workloads.enhance(
        sandbox.world, elsewhere, worlds.add_image(elsewhere, tags={"v1"}), "CVE-2026-1"
    )
    Runner.finding = watched.enhanced[0]["findingArn"]
    worlds.add_repository(sandbox.world, "team/copy")
    _layout(tmp_path / "layout", image, repository)
    _at_work(sandbox, repository)
    worlds.add_image(
        repository, artifactType="a/signature", subject=worlds.descriptor(image), content=b"s"
    )
    _use(sandbox, repository, image)
    feature = request.node.callspec.params["feature"].command
    if feature.startswith("lifecycle"):
        untagged: dict[str, Any] = {"tagStatus": "untagged", "countType": "sinceImagePushed"}
        _policy(tmp_path).write_text(lifecycles.text_of(lifecycles.rule(1, **untagged)))
        repository.lifecycle_policy = lifecycles.text_of(
            lifecycles.rule(1, **untagged, countNumber=2)
        )
    if feature.startswith(("usage", "lifecycle", "cost", "prune", "delete")):
        worlds.add_pods(sandbox.world, repository, image.digest)
        worlds.enhance(sandbox.world, repository, image)  # no scan could be started then
        sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings.policy = _OWN_ACCOUNT
    if feature.startswith("cost"):
        worlds.add_image(repository, tags={"stale"}, content=b"s", pushed_at=1_500_000_000.0)
    monkeypatch.setattr(lambda_functions, "UPDATE_SECONDS", 0.02)
    public = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    worlds.add_image(public.create("team/shown", sandbox.world.clock.start), tags={"v1"})
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path))
    sandbox.world.accounts[worlds.ACCOUNT].alias = ALIAS
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.settings.pull_through["quay"] = dict(setting_tests.KEPT_RULE)
    there = {"region": worlds.OTHER_REGION, "registryId": worlds.ACCOUNT}
    registry.settings.replication = [{"destinations": [there]}]
    key = next(iter(sandbox.world.keys.values()))
    rotating.Keyring.entries.clear()
    rotating.keep(services_with_keyring(tmp_path), key)
    return key


ROLE = f"arn:aws:iam::{worlds.ACCOUNT}:role/task"


def _at_work(sandbox: Sandbox, repository: Repository) -> None:
    """A service that runs the image, a role that pulls it, a key it is encrypted by."""
    arn = f"arn:aws:kms:{worlds.REGION}:{worlds.ACCOUNT}:key/1"
    repository.encryption = {"encryptionType": "KMS", "kmsKey": arn}
    sandbox.world.add_role(worlds.ACCOUNT, "task", ("ecr:*",))
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    workloads.add_service(sandbox.world, f"{host}/{repository.name}:v1")


def _use(sandbox: Sandbox, repository: Repository, image: Image) -> None:
    """Something of every kind that may use an image."""
    world, ref = sandbox.world, worlds.uri(repository, "multi")
    workloads = world.workloads(worlds.ACCOUNT, worlds.REGION)
    workloads.pace = 0.02
    before = worlds.add_image(repository, content=b"before")
    function = worlds.add_function(world, ref, digest=before.digest, name="resize")
    function.versions = {"1": function.code}
    worlds.add_web_service(world, ref)
    worlds.add_project(world, ref)
    bundle = {"AWSEBDockerrunVersion": "1", "Image": {"Name": ref}}
    worlds.add_version(world, json.dumps(bundle).encode())


def _policy(home: Path) -> Path:
    """The file of the policy that is put."""
    return home / "policy.json"


def _layout(folder: Path, image: Image, repository: Repository) -> None:
    """An image as an OCI layout, by the name of v1."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)
    for digest in image.layers:
        (blobs / digest.removeprefix("sha256:")).write_bytes(repository.blobs[digest].read())
    raw = image.read_manifest()
    (blobs / image.digest.removeprefix("sha256:")).write_bytes(raw)
    row = worlds.descriptor(image)
    row["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [row]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


_OWN_ACCOUNT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "own",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{worlds.ACCOUNT}:root"},
                "Action": "ecr:*",
                "Resource": "*",
            }
        ],
    }
)
"""Of a registry: whether it counts, an account setting tells."""


class Runner:
    """Does what a feature is about, as a person would, with nothing stored before."""

    finding = ""
    """Inspector's name of the one there is."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home = home
        self._capsys = capsys
        self.engine: Docker | None = None

    def run(self, feature: Feature) -> Outcome:
        if feature.command:
            return self._command(feature)
        of_the_explorer: dict[str, Callable[[], Outcome]] = {
            "A finding of enhanced scanning, closely": self._closely,
            "A public repository's settings": self._public_settings,
            **{
                f"{title} settings changed": partial(self._settings_changed, scope)
                for title, scope in (
                    ("A registry's", Scope.REGISTRY),
                    ("A repository's", Scope.REPOSITORY),
                    ("The public registry's", Scope.PUBLIC_REGISTRY),
                    ("A public repository's", Scope.PUBLIC_REPOSITORY),
                )
            },
            "What was there before replication copied, or that stopped": self._backfill,
            "Copying an image's URI": self._uri,
            "A kept credential's access key rotated": self._rotation,
        }
        return of_the_explorer[feature.name]()

    def _command(self, feature: Feature) -> Outcome:
        words = {"REPO": "team/app", "IMAGE": "team/app:v1", "TEXT": "v1"}
        words |= {"INDEX": "team/app:multi", "REGION": worlds.REGION}
        words |= {"POLICY": str(_policy(self._home))}
        words |= {"SERVICE": "main/web", "FUNCTION": "resize"}
        words |= {"OLD": "old", "EMPTY": "team/copy"}
        there = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.OTHER_REGION}.amazonaws.com"
        words |= {"ENHANCED": f"{there}/team/there:v1"}
        words |= {"ROLE": ROLE, "TAG": "v9", "ARCHIVED": "team/app:old", "TO": "team/copy:v1"}
        words |= {"NEW": "team/new:v1", "LOCAL": f"oci:{self._home / 'layout'}:v1"}
        words |= {"FILE": words["LOCAL"] if feature.changes else f"oci:{self._home / 'out'}:v1"}
        typed = feature.command.replace("ALIAS/REPO:TAG", "mine/team/shown:v1").split()
        if typed[0] == "import":
            words["IMAGE"] = words["TO"]
        if self.engine is not None:  # what it has it would not pull again
            images = self.engine.run("images", "-q").split()
            self.engine.run(*(["rmi", "-f", *images] if images else ["info"]))
        self._capsys.readouterr()
        yes = ["--yes"] if feature.changes else []
        code = main([*(words.get(word, word) for word in typed), "--no-cache", "--plain", *yes])
        said = self._capsys.readouterr()
        return code == 0 and "Not allowed" not in said.err, f"{said.out}\n{said.err}"

    def _settings(self, place: Registry, name: str) -> Outcome:
        services = services_in(self._home)
        try:
            parts = list(reading.parts(services, place, name))
        except EcrtuiError as problem:
            return False, problem.sentence
        said = "\n".join(str(part.problem) for part in parts if part.problem)
        return not said, said

    def _settings_changed(self, scope: Scope) -> Outcome:
        """Each of them, to every value that its test has, and away."""
        services, said = services_in(self._home), list[str]()
        for setting in settings_of(scope):
            if not setting.changes:
                continue
            registry, repository = setting_tests.place(services, setting, "team/shown")
            texts = [text_of(one) for one in setting_tests.VALUES[scope, setting.name]]
            for text in [*texts, *([""] if setting.removable else [])]:
                request = change.SettingRequest(registry, repository, setting, text)
                try:
                    plan = change.plan(services, request)
                    change.run(services, plan, Watch())
                except EcrtuiError as problem:
                    said.append(problem.sentence)
        return not said, "\n".join(said)

    def _backfill(self) -> Outcome:
        services = services_in(self._home)
        try:
            started = backfill.plan_start(services, here(), worlds.OTHER_REGION)
            stopping = Watch()
            stopping.stop()
            with contextlib.suppress(GivenUp):
                backfill.run(services, started, stopping)
            running = next(one for one in backfill.listed(services, here()) if one.running)
            identity = running.replication_backfill_id
            stop = backfill.plan_stop(services, here(), identity)
            backfill.run(services, stop, Watch())
        except EcrtuiError as problem:
            return False, problem.sentence
        return True, ""

    def _closely(self) -> Outcome:
        place = Registry("main", worlds.OTHER_REGION)
        try:
            details(services_in(self._home), place, self.finding)
        except EcrtuiError as problem:
            return False, problem.sentence
        return True, ""

    def _uri(self) -> Outcome:
        try:
            return True, browse.repository(
                services_in(self._home), here(), "team/app"
            ).repository_uri
        except EcrtuiError as problem:
            return False, problem.sentence

    def _rotation(self) -> Outcome:
        services, said = services_with_keyring(self._home), list[str]()
        try:
            for make in (rotate.plan, rotate.finish_plan):
                plan = make(services, rotating.NAME, Watch())
                said += [f"{plan.facts}", *plan.warnings]
                rotate.run(services, plan, Watch())
        except EcrtuiError as problem:
            return False, problem.sentence
        well = not any("GetAccessKeyLastUsed" in line for line in said)
        return well, "\n".join(said)

    def _public_settings(self) -> Outcome:
        return self._settings(services_in(self._home).public("main"), "team/shown")


@pytest.fixture
def runner(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Runner:
    """With an engine for what needs one."""
    made = Runner(tmp_path, capsys)
    if request.node.callspec.params["feature"].command.startswith("pull"):
        made.engine = request.getfixturevalue("docker")
        monkeypatch.setenv("DOCKER_HOST", f"unix://{made.engine.socket}")
        monkeypatch.setenv("DOCKER_CONFIG", str(made.engine.config))
    return made


def losses() -> Iterator[Any]:
    """Each feature without each of its actions; those of one look for uses, which several features
    share, of two of them: who looks, and who deletes."""
    shared = {need.action for need in USE_FEATURES[0].needs if need.without}
    for feature in FEATURES:
        looks = feature.command.startswith(("usage", "prune"))
        for need in feature.needs:
            if need.action not in NO_CALL and (looks or not _is_shared(feature, need, shared)):
                yield pytest.param(feature, need, id=f"{feature.name}-{need.action}")


def _is_shared(feature: Feature, need: Need, shared: set[str]) -> bool:
    """Whether it is one of those, in a feature that has them all."""
    return need.action in shared and shared <= set(actions_of([feature]))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_its_actions_are_enough(key: AccessKey, runner: Runner, feature: Feature) -> None:
    key.allow = (FREE, *actions_of([feature]))
    well, said = runner.run(feature)
    assert well, said
    assert (ALIAS in said) is ("iam:ListAccountAliases" in actions_of([feature]))


@pytest.mark.parametrize(("feature", "need"), losses())
def test_each_of_them_is_needed(
    key: AccessKey, runner: Runner, feature: Feature, need: Need
) -> None:
    key.allow = (FREE, *(action for action in actions_of([feature]) if action != need.action))
    well, said = runner.run(feature)
    if need.action == "account:ListRegions":
        assert well or "not enabled" in said
        # Every region is tried then, those that are not enabled among them.
        assert feature.command != "regions" or "not enabled" in said
        return
    if need.action == "iam:ListAccountAliases":
        assert well  # a number is enough to go on with: nothing is said of it
        assert ALIAS not in said
        return
    assert not well, said
    assert need.action.partition(":")[2] in said
    if not need.without and not feature.changes:
        assert "v1" not in said.partition("ecrtui: ")[0]


_SERVICES = {"servicequotas": "service-quotas"}
"""What botocore calls a service that IAM calls otherwise."""


def test_what_only_looks_names_only_what_reads() -> None:
    for action in actions_of(feature for feature in FEATURES if not feature.changes):
        service, _, operation = action.partition(":")
        service = _SERVICES.get(service, service)
        assert action in NO_CALL or may_read(service, operation), action


def test_every_command_is_in_the_table_or_asks_nothing() -> None:
    documented = {feature.command.partition(" ")[0] for feature in FEATURES} - {""}
    assert documented | LOCAL | ENGINE == {command.name for command in COMMANDS}
    assert not documented & (LOCAL | ENGINE)


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_policy_binds_what_can_be_bound() -> None:
    found = policy(actions_of(FEATURES), ACCOUNT)
    for statement in found["Statement"]:
        if statement["Resource"] != "*":
            service = statement["Resource"].split(":")[2]
            assert all(action.startswith(f"{service}:") for action in statement["Action"])
    assert sorted(a for one in found["Statement"] for a in one["Action"]) == list(
        actions_of(FEATURES)
    )
    json.dumps(found)
