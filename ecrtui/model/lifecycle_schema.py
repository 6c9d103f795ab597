"""What may stand where in a lifecycle policy's text: for whoever checks and whoever completes.

Source: ECR's user guide, "Lifecycle policy properties" and the template of "Examples".
"""

from __future__ import annotations

import msgspec


class Key(msgspec.Struct, frozen=True):
    """One key of an object."""

    name: str
    help: str
    """A few words: what it says."""
    required: bool = False
    values: tuple[tuple[str, str], ...] = ()
    """What may stand there, each with what it means; empty where anything may."""
    skeleton: str = ""
    """What to write there to begin with."""


POLICY = (Key("rules", "the rules, at most 50", required=True, skeleton="[]"),)
RULE = (
    Key("rulePriority", "the smaller is applied first; each once", required=True),
    Key("description", "what the rule is for, in your words", skeleton='""'),
    Key("selection", "which images, and how many or how old", required=True, skeleton="{}"),
    Key("action", "what happens to them", required=True, skeleton="{}"),
)
SELECTION = (
    Key(
        "tagStatus",
        "which images, by their tags",
        required=True,
        values=(
            ("tagged", "those with tags that fit a list"),
            ("untagged", "those without any tag"),
            ("any", "all of them; this rule comes last"),
        ),
    ),
    Key("tagPatternList", "patterns that all must fit: prod*", skeleton='["*"]'),
    Key("tagPrefixList", "beginnings that all must fit: prod", skeleton='[""]'),
    Key(
        "storageClass",
        "which images, by where they are",
        values=(
            ("standard", "those that can be pulled; the default"),
            ("archive", "those in the archive"),
        ),
    ),
    Key(
        "countType",
        "what is counted",
        required=True,
        values=(
            ("imageCountMoreThan", "images, the newest are kept"),
            ("sinceImagePushed", "days since the push"),
            ("sinceImagePulled", "days since the last pull; archives only"),
            ("sinceImageTransitioned", "days in the archive; deletes only"),
        ),
    ),
    Key("countUnit", "of what is counted since", values=(("days", "the only unit there is"),)),
    Key("countNumber", "of images to keep, or of days", required=True),
)
ACTION = (
    Key(
        "type",
        "delete or archive",
        required=True,
        values=(("expire", "they are deleted"), ("transition", "they are archived")),
    ),
    Key("targetStorageClass", "with transition", values=(("archive", "the only one there is"),)),
)


_IN_RULE: dict[tuple[str | int, ...], tuple[Key, ...]] = {
    (): RULE,
    ("selection",): SELECTION,
    ("action",): ACTION,
}


def at(path: tuple[str | int, ...]) -> tuple[Key, ...]:
    """The keys of the object at a path: ("rules", 0, "selection"); none where none is known."""
    if not path:
        return POLICY
    if len(path) < 2 or path[0] != "rules":
        return ()
    return _IN_RULE.get(path[2:], ())


def called(path: tuple[str | int, ...]) -> str:
    """`rules[0].selection`."""
    told = ""
    for step in path:
        told += f"[{step}]" if isinstance(step, int) else f".{step}" if told else step
    return told
