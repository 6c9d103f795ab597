"""Every setting read and changed over the sandbox, taken back from the journal, and refused."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ecrtui.errors import EcrtuiError, NotAllowed, NotFound, ReadOnly, UsageError
from ecrtui.model.journal import ChangeKind
from ecrtui.model.setting import Setting, text_of
from ecrtui.model.settings_table import SETTINGS
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import journal, undo
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import change, reading, values
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.at_work import here, services_in
from tests.workflows.setting_values import (
    ACCOUNT,
    HUB,
    QUAY,
    RULE,
    VALUES,
    place,
)

CHANGEABLE = [one for one in SETTINGS if one.changes]


def called(setting: Setting) -> str:
    return f"{setting.scope.value}-{setting.name}"


@pytest.fixture
def furnished(sandbox: Sandbox) -> Sandbox:
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    sandbox.world.public.open(ACCOUNT, "mine").create("team/app", sandbox.world.clock.start)
    return sandbox


def planned(services: Services, setting: Setting, text: str, **more: Any) -> change.SettingPlan:
    registry, repository = place(services, setting)
    request = change.SettingRequest(registry, repository, setting, text, **more)
    return change.plan(services, request)


def put(services: Services, setting: Setting, value: Any, **more: Any) -> change.SettingPlan:
    text = value if isinstance(value, str) and more.get("item") else text_of(value)
    plan = planned(services, setting, text, **more)
    if not plan.done_already:
        journal.carry(services, plan, partial(change.run, services, plan), Watch())
    return plan


def now(services: Services, setting: Setting) -> Any:
    registry, repository = place(services, setting)
    found = reading.value(services, registry, setting, repository)
    if setting.name == "pull-through" and found:  # what the service adds
        own = ("upstreamRegistry", "upstreamRepositoryPrefix")
        return [{key: row[key] for key in row if key not in own} for row in found]
    return found


def test_each_that_can_be_changed_is_tried() -> None:
    assert set(VALUES) == {(one.scope, one.name) for one in CHANGEABLE}


@pytest.mark.parametrize("setting", CHANGEABLE, ids=called)
def test_it_is_set_changed_taken_back_and_removed(
    services: Services, furnished: Sandbox, setting: Setting
) -> None:
    first, second = VALUES[setting.scope, setting.name]
    start = now(services, setting)
    put(services, setting, first)
    assert now(services, setting) == first
    plan = put(services, setting, second)
    assert now(services, setting) == second
    assert {step.operation for step in plan.steps} <= set(setting.changes)
    for entry in reversed(journal.read(services).entries):
        assert entry.change.kind is ChangeKind.SETTING
        back = undo.plan(services, entry.change)
        assert back.kind == "undo"
        undo.run(services, back, Watch())
    assert now(services, setting) == start
    put(services, setting, first)
    if setting.removable:
        removed = put(services, setting, None, remove=True)
        assert now(services, setting) is None
        assert any(mark == "-" for mark, _ in removed.diff)
        assert not any(mark == "+" for mark, _ in removed.diff)
        (last,) = journal.read(services).entries[-1:]
        assert last.change.after == ""
    again = planned(services, setting, text_of(now(services, setting)), remove=False)
    assert again.done_already


@pytest.mark.parametrize("setting", CHANGEABLE, ids=called)
def test_read_only_refuses_it_and_denials_are_told(
    services: Services, furnished: Sandbox, setting: Setting, tmp_path: Path
) -> None:
    _, second = VALUES[setting.scope, setting.name]
    plan = planned(services, setting, text_of(second))
    before = now(services, setting)
    if plan.done_already:
        return
    protected = services_in(tmp_path / "other", read_only=True)
    with pytest.raises(ReadOnly):
        change.run(protected, planned(protected, setting, text_of(second)), Watch())
    protected.close()
    furnished.faults.add("deny", operation=plan.steps[0].operation)
    with pytest.raises(NotAllowed, match=plan.steps[0].operation):
        change.run(services, plan, Watch())
    assert now(services, setting) == before
    assert not journal.read(services).entries


def test_what_was_done_before_a_failure_is_in_the_journal(
    services: Services, furnished: Sandbox
) -> None:
    setting = reading.find(here(), "", "pull-through")
    put(services, setting, [QUAY])
    plan = planned(services, setting, text_of([HUB]))
    furnished.faults.add("deny", operation="CreatePullThroughCacheRule")
    with pytest.raises(NotAllowed):
        journal.carry(services, plan, partial(change.run, services, plan), Watch())
    _, entry = journal.read(services).entries
    assert (json.loads(entry.change.before)[0]["ecrRepositoryPrefix"], entry.change.after) == (
        "quay",
        "",
    )
    assert now(services, setting) is None
    furnished.faults.clear()
    undo.run(services, undo.plan(services, entry.change), Watch())
    assert now(services, setting) == [QUAY]


def test_one_thing_of_it_is_set_and_taken_away(services: Services, furnished: Sandbox) -> None:
    tags = reading.find(here(), "team/app", "tags")
    put(services, tags, {"team": "a"})
    put(services, tags, "x=y", item="cost.centre")
    assert now(services, tags) == {"team": "a", "cost.centre": "x=y"}
    put(services, tags, None, item="team", remove=True)
    assert now(services, tags) == {"cost.centre": "x=y"}
    with pytest.raises(UsageError, match="none of that name"):
        put(services, tags, None, item="team", remove=True)
    rules = reading.find(here(), "", "pull-through")
    put(services, rules, '{"upstreamRegistryUrl": "quay.io"}', item="quay")
    put(services, rules, text_of(HUB), item="hub")
    assert now(services, rules) == [HUB, QUAY]
    plan = planned(services, rules, '{"upstreamRegistryUrl": "public.ecr.aws"}', item="quay")
    assert [step.operation for step in plan.steps] == [
        "DeletePullThroughCacheRule",
        "CreatePullThroughCacheRule",
    ]
    assert any("made anew" in warning for warning in plan.warnings)
    scanning = reading.find(here(), "", "scanning")
    with pytest.raises(UsageError, match="as a whole"):
        planned(services, scanning, "{}", item="x")


def test_taking_back_leaves_what_others_have_set(services: Services, furnished: Sandbox) -> None:
    tags = reading.find(here(), "team/app", "tags")
    put(services, tags, {"a": "1", "b": "2"})
    put(services, tags, {"a": "1", "b": "3"})
    (entry,) = journal.read(services).entries[-1:]
    put(services, tags, {"a": "9", "b": "3", "c": "4"})
    back = undo.plan(services, entry.change)
    assert any("others" in warning for warning in back.warnings)
    undo.run(services, back, Watch())
    assert now(services, tags) == {"a": "9", "b": "2", "c": "4"}


def test_who_changes_it_meanwhile_is_not_written_over(
    services: Services, furnished: Sandbox
) -> None:
    tags = reading.find(here(), "team/app", "tags")
    plan = planned(services, tags, '{"a": "1"}')
    furnished.world.registry(ACCOUNT, worlds.REGION).get("team/app").tags["b"] = "2"
    with pytest.raises(EcrtuiError, match="has changed since"):
        change.run(services, plan, Watch())
    assert now(services, tags) == {"b": "2"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("replication", '{"rules": [}', "line 1, column 12"),
        ("replication", '{"rules": [], "rules": []}', "stands twice"),
        ("replication", '{"rules": NaN}', "NaN"),
        ("replication", '"rules"', "an object or a list"),
        ("replication", "[" * 9000, "JSON|deep"),
        ("replication", '{"rule": []}', "rule: is not known; there are rules"),
        ("replication", '{"rules": [{"destinations": [{"region": "us-east-1"}]}]}', "registryId"),
        (
            "scanning",
            '{"rules": [{"scanFrequency": "DAILY", "repositoryFilters": []}]}',
            r"rules\[0\].scanFrequency: must be one of SCAN_ON_PUSH",
        ),
        ("scanning", "", "there must be something"),
        ("blob-mounting", "perhaps", "no such value"),
        pytest.param(
            "policy",
            json.dumps({"Statement": [{"Effect": "Deny", "Sid": "x" * 20_000}]}),
            "policyText: has 20,0.. characters",
            id="a policy that is too long",
        ),
        ("backfills", "{}", "cannot be set"),
        ("pull-through", '[{"upstreamRegistryUrl": "quay.io"}]', "ecrRepositoryPrefix"),
        ("pull-through", '["quay"]', "must be an object"),
        ("pull-through", '{"quay": 1}', "must be a list"),
        ("pull-time-exclusions", '{"quay": 1}', "must be a list"),
        ("pull-time-exclusions", "[1]", "must be a text"),
    ],
)
def test_what_cannot_be_set_says_where(
    services: Services, furnished: Sandbox, name: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        planned(services, reading.find(here(), "", name), text)
    import re

    assert re.search(said, f"{refused.value.sentence} {refused.value.hint}")


def test_names_that_are_none(services: Services, furnished: Sandbox) -> None:
    with pytest.raises(UsageError) as refused:
        reading.find(here(), "", "replications")
    assert refused.value.hint == "Did you mean replication?"
    with pytest.raises(UsageError, match="No such setting of a repository"):
        reading.find(here(), "team/app", "replication-rules")
    with pytest.raises(NotFound):
        list(reading.parts(services, here(), "no/such"))


def test_one_part_that_is_denied_spoils_no_other(services: Services, furnished: Sandbox) -> None:
    furnished.faults.add("deny", operation="GetSigningConfiguration")
    parts: dict[str, Any] = {part.name: part for part in reading.parts(services, here())}
    assert isinstance(parts["signing"].problem, NotAllowed)
    assert sum(part.problem is not None for part in parts.values()) == 1
    assert parts["scanning"].value["scanType"] == "BASIC"


def test_what_is_told_of_an_image(services: Services, furnished: Sandbox) -> None:
    replication = reading.find(here(), "", "replication")
    put(services, replication, {"rules": [RULE]})
    repository = furnished.world.registry(ACCOUNT, worlds.REGION).get("team/app")
    (image,) = repository.images
    told = reading.parts(services, here(), "team/app", image.digest)
    parts: dict[str, Any] = {part.name: part for part in told}
    (row,) = parts["replication"].value
    assert (row["region"], row["status"]) == ("us-east-1", "IN_PROGRESS")
    assert parts["signing"].value is None


_NAMES = some.sampled_from(["a", "b", "c", "d"])
_TAGS = some.dictionaries(_NAMES, some.sampled_from(["1", "2"]))


@given(_TAGS, _TAGS, _TAGS)
def test_merging_back_touches_what_the_change_touched(
    known: dict[str, str], before: dict[str, str], after: dict[str, str]
) -> None:
    setting = next(one for one in SETTINGS if one.name == "tags")
    merged = values.merged_back(setting, known, before, after) or {}
    for name in {*known, *before, *after}:
        touched = before.get(name) != after.get(name)
        assert merged.get(name) == (before if touched else known).get(name)


@given(some.lists(some.sampled_from("abc")), some.lists(some.sampled_from("abc")))
def test_a_diff_says_how_one_text_becomes_the_other(old: list[str], new: list[str]) -> None:
    lines = change.diff("\n".join(old), "\n".join(new))
    gone = [text for mark, text in lines if mark == "-"]
    came = [text for mark, text in lines if mark == "+"]
    assert len(old) - len(gone) == len(new) - len(came)
    assert sorted(old + came) == sorted(new + gone)
    assert bool(lines) == (old != new)


_OTHER = f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:root"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, [{"AWS": "*"}], ["everybody"]),
        (None, ["*"], ["everybody"]),
        (None, [{"AWS": _OTHER}], ["another account"]),
        (None, [{"AWS": f"arn:aws:iam::{ACCOUNT}:role/x"}], []),
        ([{"AWS": _OTHER}], [{"AWS": _OTHER}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}], []),
        ([{"AWS": _OTHER}], None, ["kept out"]),
        ([{"AWS": _OTHER}], [{"Service": "codebuild.amazonaws.com"}, "*"], ["everybody"]),
    ],
)
def test_a_policy_that_opens_more_says_so(
    services: Services,
    furnished: Sandbox,
    before: list[Any] | None,
    after: list[Any] | None,
    said: list[str],
) -> None:
    def policy(principals: list[Any]) -> str:
        rows = [{"Effect": "Allow", "Principal": one, "Action": "ecr:*"} for one in principals]
        return json.dumps({"Version": "2012-10-17", "Statement": rows})

    repository = furnished.world.registry(ACCOUNT, worlds.REGION).get("team/app")
    repository.policy = policy(before) if before is not None else None
    setting = reading.find(here(), "team/app", "policy")
    plan = planned(services, setting, policy(after) if after is not None else "")
    assert len(plan.warnings) == len(said)
    assert all(word in told for word, told in zip(said, plan.warnings, strict=True))


def test_what_is_no_policy_is_refused(services: Services, furnished: Sandbox) -> None:
    setting = reading.find(here(), "team/app", "policy")
    with pytest.raises(UsageError, match="no Effect"):
        planned(services, setting, '{"Statement": [{"Action": "ecr:*"}]}')
