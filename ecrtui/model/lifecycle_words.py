"""A lifecycle policy in words: one sentence for each rule, as somebody would say it. Foreign texts
are in them."""

from __future__ import annotations

from ecrtui.model.lifecycle import Action, Count, Policy, Rule, StorageClass, TagStatus

_MOST_TAGS = 4
"""Patterns that a sentence names."""


def sentences(policy: Policy) -> list[tuple[Rule, str]]:
    """Each rule with its sentence, in the order in which they are applied."""
    return [(rule, sentence(rule, policy)) for rule in policy.rules]


def sentence(rule: Rule, policy: Policy) -> str:
    """`Deletes untagged images that were pushed more than 14 days ago.`"""
    who = _who(rule, policy)
    does = "Deletes" if rule.action is Action.EXPIRE else "Archives"
    if rule.count is Count.MORE_THAN:
        then = "deletes" if rule.action is Action.EXPIRE else "archives"
        return f"Keeps the newest {_newest(rule, who)}, {then} the others."
    days = counted(rule.number, "day")
    return f"{does} {who} {_WHEN[rule.count].format(days=days)}."


_WHEN = {
    Count.PUSHED: "that were pushed more than {days} ago",
    Count.PULLED: "that nobody has pulled for {days}",
    Count.TRANSITIONED: "that have been in the archive for more than {days}",
}


def _who(rule: Rule, policy: Policy) -> str:
    images = "archived images" if rule.storage_class is StorageClass.ARCHIVE else "images"
    if rule.tag_status is TagStatus.UNTAGGED:
        return f"untagged {images}"
    if rule.tag_status is TagStatus.ANY:
        above = any(
            other.priority < rule.priority and other.storage_class is rule.storage_class
            for other in policy.rules
        )
        return f"all other {images}" if above else f"all {images}"
    if rule.patterns == ("*",):
        return f"tagged {images}"
    if rule.patterns:
        return f"{images} tagged {_joined(rule.patterns)}"
    return f"{images} with a tag that begins with {_joined(rule.prefixes)}"


def _newest(rule: Rule, who: str) -> str:
    """`image tagged v*`, `10 untagged images`, `10 of all images`."""
    if rule.tag_status is TagStatus.ANY:
        return f"{rule.number:,} of {who}" if rule.number > 1 else f"of {who}"
    if rule.number == 1:
        return who.replace("images", "image", 1)
    return f"{rule.number:,} {who}"


def _joined(texts: tuple[str, ...]) -> str:
    """All of a list must fit, each by a tag of its own."""
    shown = list(texts[:_MOST_TAGS])
    more = len(texts) - len(shown)
    return " and ".join([*shown, *([f"{more} more"] if more else [])])


def counted(number: int, one: str, many: str = "") -> str:
    """`1 image`, `2,300 images`, `2 indexes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
