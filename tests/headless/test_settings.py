"""`settings` and `backfill` as processes: what is printed, set, made, checked, copied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui

_SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


@pytest.fixture
def registry(sandbox: Sandbox) -> Registry:
    return sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)


def test_all_are_printed(repository: Repository, tmp_path: Path) -> None:
    repository.tags = {"team": "a"}
    found = answer("settings", "team/app", home=tmp_path)
    assert (found["repositoryName"], found["region"]) == ("team/app", worlds.REGION)
    assert found["settings"]["tags"]["value"] == {"team": "a"}
    assert found["settings"]["policy"] == {
        "title": "Permissions policy",
        "value": None,
        "words": [],
        "problem": None,
    }
    of_registry = answer("settings", home=tmp_path)["settings"]
    assert of_registry["blob-mounting"]["value"] == "DISABLED"
    plain = ecrtui("settings", "team/app", home=tmp_path)
    assert 'tags\t{"team":"a"}' in plain.stdout.splitlines()
    markdown = ecrtui("settings", "team/app", "--markdown", home=tmp_path).stdout
    assert "## Resource tags\n\n```json\n{\n" in markdown
    public = answer("settings", "public", home=tmp_path)
    assert public["kind"] == "public"


def test_a_policy_is_read_in_words(repository: Repository, tmp_path: Path) -> None:
    allowed = {"Effect": "Allow", "Principal": {"AWS": worlds.OTHER_ACCOUNT}, "Action": "ecr:*"}
    mine = {"Effect": "Allow", "Principal": {"AWS": worlds.ACCOUNT}, "Action": "ecr:PutImage"}
    repository.policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed, mine]})
    (other, own) = answer("settings", "team/app", home=tmp_path)["settings"]["policy"]["words"]
    assert other.endswith("Account 4444-5555-6666 may do everything (another account)")
    assert "this account (1111-2222-3333) may ecr:PutImage" in own.lower().replace(
        "putimage", "PutImage"
    )
    markdown = ecrtui("settings", "team/app", "--markdown", home=tmp_path).stdout
    assert "Statement 1: Account 4444-5555-6666 may do everything (another account)" in markdown


def test_one_goes_out_and_comes_back_changed(repository: Repository, tmp_path: Path) -> None:
    repository.policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    path = tmp_path / "policy.json"
    path.write_text(ecrtui("settings", "team/app", "--get", "policy", home=tmp_path).stdout)
    changed = json.loads(path.read_text()) | {"Version": "2008-10-17"}
    path.write_text(json.dumps(changed))
    words = ["settings", "team/app", "--set", f"policy=@{path}"]
    plan = answer(*words, "--dry-run", home=tmp_path)
    assert plan["facts"]["calls"] == "SetRepositoryPolicy"
    assert ["+", '  "Version": "2008-10-17",'] in plan["diff"]
    refused = ecrtui(*words, home=tmp_path)
    assert refused.returncode == 2
    assert json.loads(repository.policy)["Version"] == "2012-10-17"
    told = answer(*words, "--yes", home=tmp_path)
    (change,) = told["changes"]
    assert (change["setting"], change["kind"]) == ("policy", "setting")
    assert json.loads(repository.policy) == changed
    (entry,) = answer("journal", home=tmp_path)
    assert (entry["setting"], json.loads(entry["before"])["Version"]) == ("policy", "2012-10-17")
    answer("journal", "undo", entry["id"], "--yes", home=tmp_path)
    assert json.loads(repository.policy)["Version"] == "2012-10-17"


def test_several_by_their_names(repository: Repository, tmp_path: Path) -> None:
    done = ecrtui(
        "settings",
        "team/app",
        *("--set", "tags.team=a", "--set", "mutability=IMMUTABLE", "--set", "tags=-"),
        *("--unset", "tags.b", "--yes"),
        home=tmp_path,
        given='{"a": "1", "b": "2"}',
    )
    assert done.returncode == 0, done.stderr
    assert (repository.tags, repository.mutability) == ({"a": "1"}, "IMMUTABLE")
    assert done.stdout.count("is set") == 4


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--set", "tag=x"], 2, "Did you mean tags?"),
        (["--set", "tags"], 2, "NAME=@FILE"),
        (["--set", "tags=@/no/such"], 2, "cannot be read"),
        (["--set", "mutability=SOMETIMES", "--yes"], 2, "must be one of MUTABLE"),
        (["--set", "encryption=KMS", "--yes"], 2, "can never be changed"),
        (["--unset", "mutability", "--yes"], 2, "there must be something"),
        (["--set", "tags.a=1", "--read-only", "--yes"], 3, "read-only"),
        (["--get", "nothing"], 2, "No such setting"),
    ],
)
def test_what_is_wrong(
    repository: Repository, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = ecrtui("settings", "team/app", *words, home=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert (repository.tags, repository.mutability) == ({}, "MUTABLE")


def test_a_repository_is_made(sandbox: Sandbox, registry: Registry, tmp_path: Path) -> None:
    words = ["settings", "team/new", "--create", "--set", "mutability=IMMUTABLE"]
    words += [
        "--set",
        'tags={"team": "a"}',
        "--set",
        "encryption=KMS",
        "--set",
        "scan-on-push=true",
    ]
    plan = answer(*words, "--dry-run", home=tmp_path)
    assert plan["facts"]["tags"] == "immutable"
    assert "team/new" not in registry.repositories
    told = answer(*words, "--yes", home=tmp_path)
    assert told["changes"][0]["kind"] == "repository created"
    made = registry.get("team/new")
    assert (made.mutability, made.tags, made.scan_on_push) == ("IMMUTABLE", {"team": "a"}, True)
    assert made.encryption["encryptionType"] == "KMS"
    assert answer(*words, "--yes", home=tmp_path)["sentence"].endswith("there already")
    later = ecrtui("settings", "team/x", "--create", "--set", "policy={}", home=tmp_path)
    assert later.returncode == 2
    assert "Set it afterwards" in later.stderr
    public = ["settings", "public.ecr.aws/mine/tool", "--create", "--yes"]
    mine = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    assert answer(*public, home=tmp_path)["target"] == "tool"
    assert "tool" in mine.repositories


def test_own_pulls_are_left_unrecorded(registry: Registry, tmp_path: Path) -> None:
    answer("settings", "--exclude-me", "--yes", home=tmp_path)
    (arn,) = registry.settings.exclusions
    assert arn == f"arn:aws:iam::{worlds.ACCOUNT}:user/tester"
    again = answer("settings", "--exclude-me", "--yes", home=tmp_path)
    assert again["sentence"].endswith("so already")


def test_caches_are_checked(registry: Registry, tmp_path: Path) -> None:
    assert ecrtui("settings", "--check-caches", home=tmp_path).returncode == 0
    quay = {"upstreamRegistryUrl": "quay.io"}
    hub = {"upstreamRegistryUrl": "registry-1.docker.io"}
    for name, rule in (("quay", quay), ("hub", hub)):
        text = f"pull-through.{name}={json.dumps(rule)}"
        answer("settings", "--set", text, "--yes", home=tmp_path)
    done = ecrtui("settings", "--check-caches", "--json", home=tmp_path)
    assert done.returncode == 1
    by_prefix = {row["prefix"]: row for row in json.loads(done.stdout)}
    assert by_prefix["quay"]["valid"] is True
    assert by_prefix["hub"]["valid"] is False
    assert "credentials" in by_prefix["hub"]["failure"]
    text = f"pull-through.hub={json.dumps({**hub, 'credentialArn': _SECRET})}"
    answer("settings", "--set", text, "--yes", home=tmp_path)
    assert ecrtui("settings", "--check-caches", home=tmp_path).returncode == 0


def test_a_backfill_is_started_and_followed(
    sandbox: Sandbox, repository: Repository, registry: Registry, tmp_path: Path
) -> None:
    images = [worlds.add_image(repository, tags={f"v{n}"}, content=bytes([n])) for n in range(5)]
    refused = ecrtui("backfill", "start", "us-east-1", "--yes", home=tmp_path)
    assert refused.returncode == 2
    assert "There are no rules yet" in refused.stderr
    there = {"region": "us-east-1", "registryId": worlds.ACCOUNT}
    registry.settings.replication = [{"destinations": [there]}]
    plan = answer("backfill", "start", "us-east-1", "--dry-run", home=tmp_path)
    assert any("charges" in told for told in plan["warnings"])
    told = answer("backfill", "start", "us-east-1", "--yes", home=tmp_path)
    assert "5 of 5" in told["sentence"]
    copy = sandbox.world.registry(worlds.ACCOUNT, "us-east-1").get("team/app")
    assert {one.digest for one in copy.images} == {one.digest for one in images}
    (row,) = answer("backfill", home=tmp_path)
    assert (row["status"], row["progress"]["totalReplicationCount"]) == ("COMPLETE", 5)
    results = answer("backfill", "results", row["replicationBackfillId"][:6], home=tmp_path)
    assert {one["imageId"]["imageDigest"] for one in results} == {one.digest for one in images}
    late = answer("backfill", "stop", row["replicationBackfillId"][:6], "--yes", home=tmp_path)
    assert "It has ended" in late["sentence"]
    (status,) = answer("settings", "team/app:v1", home=tmp_path)["settings"]["replication"]["value"]
    assert status["status"] == "COMPLETE"


def test_quotas_are_a_gate(sandbox: Sandbox, repository: Repository, tmp_path: Path) -> None:
    worlds.add_image(repository, tags={"v1"})
    rows = answer("settings", "--quotas", "--max-used", "0.8", home=tmp_path)
    by_name = {row["name"]: row for row in rows}
    assert by_name["Registered repositories"]["used"] == 1
    assert by_name["Images per repository"]["of"] == "team/app"
    sandbox.world.quotas[worlds.ACCOUNT, worlds.REGION, "Images per repository"] = 1
    done = ecrtui("settings", "team/app", "--max-used", "0.8", home=tmp_path)
    assert done.returncode == 1  # a gate is none that is left out without --quotas
    assert "the policy fails: Images per repository" in done.stderr
    assert "near its limit: Images per repository" in done.stderr
