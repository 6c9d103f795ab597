"""What the rules of a lifecycle policy may not be together, and what some of them never do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecrtui.model.lifecycle import Level, Rule, StorageClass, TagStatus

Said = tuple[Level, int, tuple[str, ...], str, str]
"""How bad, the rule's index, the key within it, what is wrong, how to mend it."""
_KEY = ("selection", "tagStatus")


def together(rules: Sequence[Rule]) -> Iterator[Said]:
    """Problems of rules that are right one by one, in any order."""
    yield from _same_priority(rules)
    for storage in StorageClass:
        of_class = [(at, rule) for at, rule in enumerate(rules) if rule.storage_class is storage]
        yield from _any_last(of_class, storage)
        yield from _one_untagged(of_class, storage)
        yield from _unique_prefixes(of_class)
        yield from _never_acting(of_class)


def _same_priority(rules: Sequence[Rule]) -> Iterator[Said]:
    seen: set[int] = set()
    free = max((rule.priority for rule in rules), default=0) + 1
    for at, rule in enumerate(rules):
        if rule.priority in seen:
            what = f"two rules have the priority {rule.priority}"
            yield Level.ERROR, at, ("rulePriority",), what, f"Write another: {free} is free."
        seen.add(rule.priority)


def _any_last(rules: Sequence[tuple[int, Rule]], storage: StorageClass) -> Iterator[Said]:
    """Of each storage class by itself: the guide's own example has one for each."""
    last = max((rule.priority for _, rule in rules), default=0)
    for at, rule in rules:
        if rule.tag_status is TagStatus.ANY and rule.priority < last:
            what = f"a rule of any image ({storage.value}) that is not the last"
            fix = f"Give it the greatest priority: {last + 1}, and have only one."
            yield Level.ERROR, at, _KEY, what, fix


def _one_untagged(rules: Sequence[tuple[int, Rule]], storage: StorageClass) -> Iterator[Said]:
    untagged = [(at, rule) for at, rule in rules if rule.tag_status is TagStatus.UNTAGGED]
    for at, _ in untagged[1:]:
        what = f"a second rule of untagged images ({storage.value})"
        yield Level.ERROR, at, _KEY, what, "Join both in one: only one is taken."


def _unique_prefixes(rules: Sequence[tuple[int, Rule]]) -> Iterator[Said]:
    seen: dict[frozenset[str], int] = {}
    for at, rule in rules:
        prefixes = frozenset(rule.prefixes)
        if prefixes and prefixes in seen:
            what = f"the same prefixes as the rule of priority {seen[prefixes]}"
            fix = "Join both rules in one, or name other prefixes."
            yield Level.ERROR, at, ("selection", "tagPrefixList"), what, fix
        seen.setdefault(prefixes, rule.priority)


def _never_acting(rules: Sequence[tuple[int, Rule]]) -> Iterator[Said]:
    """An image that one rule is about is out of reach for all after it, even where it is spared."""
    by_priority = sorted(rules, key=lambda one: one[1].priority)
    for place, (at, rule) in enumerate(by_priority):
        above = (other for _, other in by_priority[:place] if _covers(other, rule))
        covering = next(above, None)
        if covering is not None:
            what = (
                f"it never acts: the rule of priority {covering.priority} is about all its images"
            )
            fix = "Give this one the smaller priority, or remove it."
            yield Level.NOTE, at, (), what, fix


def _covers(above: Rule, below: Rule) -> bool:
    """Whether each image that `below` is about is one of `above` too, as far as that is plain."""
    if above.priority == below.priority:
        return False
    if above.tag_status is not TagStatus.TAGGED:
        return above.tag_status is below.tag_status or above.tag_status is TagStatus.ANY
    if below.tag_status is not TagStatus.TAGGED:
        return False
    asked = {*above.patterns, *(f"{prefix}*" for prefix in above.prefixes)}
    given = {*below.patterns, *(f"{prefix}*" for prefix in below.prefixes)}
    return all(_met(pattern, given) for pattern in asked)


def _met(pattern: str, given: set[str]) -> bool:
    """Whether a tag that fits one of the given fits this pattern too."""
    if pattern in given or not pattern.strip("*"):
        return True
    start = pattern[:-1]
    return pattern.endswith("*") and "*" not in start and any(g.startswith(start) for g in given)
