"""The text of a lifecycle policy looked through: its rules as values, or what is wrong with it,
each problem with its place and its fix. Nothing is asked of anybody.

What ECR's user guide forbids is an error. What it allows and nobody can have meant is a note.
"""

from __future__ import annotations

from typing import Any

from ecrtui.model.json_places import Node, NotJson, read
from ecrtui.model.lifecycle import (
    LEAST_DAYS_ARCHIVED,
    LONGEST,
    MOST_RULES,
    MOST_WILDCARDS,
    SHORTEST,
    Action,
    Checked,
    Count,
    Policy,
    Rule,
    StorageClass,
    TagStatus,
)
from ecrtui.model.lifecycle_text import Findings, Path, shown
from ecrtui.model.lifecycle_together import together


def checked(text: str) -> Checked:
    """The policy of a text, and its problems. It is there only where no error is."""
    found = Findings(text)
    rules: list[tuple[Rule, Node]] = []
    if len(text) > LONGEST:
        found.say(0, (), f"{len(text):,} characters", f"At most {LONGEST:,} are taken.")
    else:
        try:
            rules = _rules(found, read(text))
        except NotJson as fault:
            found.say(fault.offset, (), fault.what, fault.fix)
    if not found.failed and len(text) < SHORTEST:
        found.say(
            0,
            (),
            f"{len(text)} characters",
            f"ECR takes no text of less than {SHORTEST}: add a description, or line ends.",
        )
    for level, index, key, what, fix in together([rule for rule, _ in rules]):
        found.say(rules[index][1].start, ("rules", index, *key), what, fix, level)
    problems = tuple(sorted(found.problems, key=lambda one: (one.line, one.column)))
    policy = Policy(tuple(sorted((rule for rule, _ in rules), key=lambda rule: rule.priority)))
    return Checked(None if found.failed else policy, problems)


def _rules(found: Findings, document: Node) -> list[tuple[Rule, Node]]:
    """The rules in the order of the text; none unless each of them is right by itself."""
    members = found.members(document, ())
    listed = (members or {}).get("rules")
    if listed is None:
        return []
    if not listed.items:
        told = "an empty list" if listed.items is not None else listed.kind
        found.say(listed.start, ("rules",), f"rules is {told}", "Write at least one rule.")
        return []
    if len(listed.items) > MOST_RULES:
        node, told = listed.items[MOST_RULES], f"{len(listed.items)} rules"
        fix = f"At most {MOST_RULES} are taken: join some of them."
        found.say(node.start, ("rules", MOST_RULES), told, fix)
        return []
    read_ones = [(_rule(found, node, ("rules", at)), node) for at, node in enumerate(listed.items)]
    whole = [(rule, node) for rule, node in read_ones if rule is not None]
    return whole if len(whole) == len(read_ones) else []


def _rule(found: Findings, node: Node, path: Path) -> Rule | None:
    """One rule; None where something is wrong with it, which was said then."""
    before = found.errors
    members = found.members(node, path)
    if members is None:
        return None
    priority = found.whole(members, "rulePriority", path)
    text = members.get("description")
    if text is not None and not isinstance(text.value, str):
        what = f"description is {shown(text)}"
        found.say(text.start, (*path, "description"), what, "Write a text in double quotes.")
    selection, action = members.get("selection"), members.get("action")
    selected = _selection(found, selection, (*path, "selection")) if selection else None
    acted = _action(found, action, (*path, "action")) if action else None
    if selected and acted and action:
        _agree(found, selected["count"], acted, action, (*path, "action"))
    if found.errors > before or priority is None or selected is None or acted is None:
        return None
    description = text.value if text is not None else ""
    return Rule(priority=priority, description=description, action=acted, **selected)


def _selection(found: Findings, node: Node, path: Path) -> dict[str, Any] | None:
    """The members of Rule that a selection gives; None where one of them is missing."""
    members = found.members(node, path)
    if members is None:
        return None
    status = found.word(members, "tagStatus", path, TagStatus)
    count = found.word(members, "countType", path, Count)
    number = found.whole(members, "countNumber", path)
    storage = found.word(members, "storageClass", path, StorageClass)
    patterns = found.texts(members, "tagPatternList", path) or ()
    prefixes = found.texts(members, "tagPrefixList", path) or ()
    _wildcards(found, members.get("tagPatternList"), (*path, "tagPatternList"))
    if status is not None:
        _lists(found, members, status, node, path)
    if count is not None:
        _unit(found, members, count, node, path)
        _storage(found, members, count, node, path)
    if status is None or count is None or number is None:
        return None
    if count is Count.TRANSITIONED and number < LEAST_DAYS_ARCHIVED:
        found.say(
            members["countNumber"].start,
            (*path, "countNumber"),
            f"{number} days in the archive",
            f"Write at least {LEAST_DAYS_ARCHIVED}: so long ECR keeps what is archived.",
        )
    return {
        "tag_status": status,
        "count": count,
        "number": number,
        "patterns": patterns,
        "prefixes": prefixes,
        "storage_class": storage or StorageClass.STANDARD,
    }


def _lists(
    found: Findings, members: dict[str, Node], status: TagStatus, node: Node, path: Path
) -> None:
    """Tags are named for tagged images alone, by one list of the two."""
    given = [name for name in ("tagPatternList", "tagPrefixList") if name in members]
    if status is TagStatus.TAGGED and not given:
        fix = 'Add "tagPatternList": ["*"] for every tag, or the patterns you mean.'
        found.say(node.start, path, "tagged, and no tags are named", fix)
    elif status is not TagStatus.TAGGED:
        for name in given:
            fix = f'Remove it, or write "tagStatus": "tagged" instead of "{status.value}".'
            found.say(members[name].start, (*path, name), f"{name} with {status.value}", fix)
    elif len(given) > 1:
        fix = "Keep one: the beginning prod is the pattern prod*."
        found.say(members[given[1]].start, (*path, given[1]), "patterns and prefixes", fix)


def _wildcards(found: Findings, listed: Node | None, path: Path) -> None:
    for index, item in enumerate((listed and listed.items) or ()):
        stars = item.value.count("*") if isinstance(item.value, str) else 0
        if stars > MOST_WILDCARDS:
            fix = f"At most {MOST_WILDCARDS} are taken in one pattern."
            found.say(item.start, (*path, index), f"{stars} wildcards (*)", fix)


def _unit(found: Findings, members: dict[str, Node], count: Count, node: Node, path: Path) -> None:
    """Days are the unit of all that is counted since something, and of nothing else."""
    unit = members.get("countUnit")
    if count is Count.MORE_THAN:
        if unit is not None:
            fix = "Remove it: images are counted without a unit."
            found.say(unit.start, (*path, "countUnit"), f"countUnit with {count.value}", fix)
    elif unit is None:
        found.say(node.start, path, "countUnit is missing", 'Add "countUnit": "days".')
    elif unit.value != "days":
        what = f"countUnit is {shown(unit)}"
        found.say(unit.start, (*path, "countUnit"), what, 'Write "days", the only unit there is.')


def _storage(
    found: Findings, members: dict[str, Node], count: Count, node: Node, path: Path
) -> None:
    """What is counted in the archive is of the archive, all else is not."""
    storage = members.get("storageClass")
    wanted = "archive" if count is Count.TRANSITIONED else "standard"
    if storage is None:
        if wanted == "archive":
            fix = 'Add "storageClass": "archive".'
            found.say(node.start, path, f"{count.value} without a storageClass", fix)
    elif storage.value != wanted and storage.value in ("standard", "archive"):
        fix = f'Write "{wanted}", or another countType.'
        what = f'{count.value} with storageClass "{storage.value}"'
        found.say(storage.start, (*path, "storageClass"), what, fix)


def _action(found: Findings, node: Node, path: Path) -> Action | None:
    members = found.members(node, path)
    if members is None:
        return None
    action = found.word(members, "type", path, Action)
    target = members.get("targetStorageClass")
    where = (*path, "targetStorageClass")
    if action is Action.ARCHIVE:
        if target is None:
            fix = 'Add "targetStorageClass": "archive".'
            found.say(node.start, path, "targetStorageClass is missing", fix)
        elif target.value != "archive":
            fix = 'Write "archive", the only one there is.'
            found.say(target.start, where, f"targetStorageClass is {shown(target)}", fix)
    elif action is Action.EXPIRE and target is not None:
        fix = "Remove it: what expires goes nowhere."
        found.say(target.start, where, "targetStorageClass with expire", fix)
    return action


def _agree(found: Findings, count: Count, action: Action, node: Node, path: Path) -> None:
    """Two of the counts go with one action alone (user guide, examples)."""
    if count is Count.PULLED and action is Action.EXPIRE:
        fix = (
            'Write "type": "transition"; a second rule may delete what was archived '
            "(sinceImageTransitioned), or count sinceImagePushed."
        )
        found.say(node.start, path, f"expire with {count.value}", fix)
    if count is Count.TRANSITIONED and action is Action.ARCHIVE:
        fix = 'Write "type": "expire": what is in the archive cannot be archived.'
        found.say(node.start, path, f"transition with {count.value}", fix)
