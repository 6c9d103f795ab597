"""Finding things everywhere; a place that fails is told, never taken for empty."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ecrtui.errors import NotAllowed
from ecrtui.model.places import Registry
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.search import SearchHit, SearchProgress, search
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here, services_in


def found(
    services: Services, text: str, places: Sequence[Registry] | None = None
) -> tuple[list[SearchHit], list[SearchProgress]]:
    events = list(search(services, text, places))
    hits = [event for event in events if isinstance(event, SearchHit)]
    return hits, [event for event in events if isinstance(event, SearchProgress)]


def expected(sandbox: Sandbox, account: str, text: str) -> set[tuple[str, str, str]]:
    """Region, repository and digest ('' for a name) of what a text is in, by looking at all."""
    wanted = text.lower()
    hits = set()
    for (owner, region), registry in sandbox.world.registries.items():
        for name, repository in registry.repositories.items() if owner == account else ():
            if wanted in name.lower():
                hits.add((region, name, ""))
            for image in repository.images:
                bare = wanted.removeprefix("sha256:")
                by_digest = len(bare) >= 4 and image.digest[7:].startswith(bare)
                if by_digest or any(wanted in tag.lower() for tag in image.tags):
                    hits.add((region, name, image.digest))
    return hits


@pytest.mark.parametrize("text", ["v1", "APP-1", "multi", "group", "nothing like this", "a"])
def test_hits_are_all_there_are(busy_sandbox: Sandbox, tmp_path: Path, text: str) -> None:
    hits, progress = found(services_in(tmp_path), text)
    told = [(hit.registry.region, hit.repository, _digest(hit)) for hit in hits]
    assert set(told) == expected(busy_sandbox, worlds.ACCOUNT, text)
    assert len(told) == len(set(told))
    assert progress[-1].done == progress[-1].total
    assert all(step.problem is None for step in progress)


def _digest(hit: SearchHit) -> str:
    return hit.image.image_digest if hit.image else ""


def test_a_digest_by_its_beginning(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    services = services_in(tmp_path)
    registry = busy_sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    image = next(iter(next(iter(registry.repositories.values())).images))
    for text in (image.digest, image.digest[7:19], image.digest[:19].upper()):
        hits, _ = found(services, text)
        assert image.digest in {_digest(hit) for hit in hits}
        assert {hit.why for hit in hits} == {"digest"}


def test_a_place_that_fails_is_told(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    services = services_in(tmp_path)
    everything, _ = found(services, "v1")
    busy_sandbox.faults.add("deny", operation="DescribeImages", region=worlds.OTHER_REGION)
    hits, progress = found(services, "v1")
    assert {hit.registry.region for hit in hits} == {worlds.REGION}
    assert len(hits) < len(everything)
    problems = [step for step in progress if step.problem is not None]
    assert problems
    assert all(isinstance(step.problem, NotAllowed) for step in problems)
    assert all(worlds.OTHER_REGION in step.where for step in problems)


def test_regions_not_enabled_are_no_failures(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.add("deny", service="account")  # every region is tried then
    _, progress = found(services_in(tmp_path), "v1")
    assert [step.problem for step in progress if step.problem] == []


def test_over_places_named(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    there = Registry("other", worlds.REGION)
    hits, _ = found(services_in(tmp_path), "v1", [there])
    assert {hit.registry for hit in hits} == {there}


def test_one_may_stop_listening(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    assert next(search(services_in(tmp_path), "v1", [here()]))


def test_fan_out_answers_every_question_once() -> None:
    answers = fan_out(lambda number: iter(range(number)), range(20), at_once=3)
    assert sorted(answers) == sorted(n for number in range(20) for n in range(number))
    assert list(fan_out(iter, [])) == []


def test_a_failure_in_a_question_ends_the_asking() -> None:
    def ask(number: int):  # type: ignore[no-untyped-def]
        yield number
        raise LookupError

    with pytest.raises(LookupError):
        list(fan_out(ask, range(5)))
