"""Which images of a repository may go: the rules, typed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.prune import Rules
from ecrtui.model.quantities import parse_duration
from ecrtui.tui.forms.fields import FormField, Switch, Words
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.session import Session


class TypedRules(msgspec.Struct, frozen=True):
    """What stands in the form."""

    untagged: bool = True
    tags: str = ""
    keep: str = ""
    older_than: str = ""
    newest: str = ""
    not_pulled_for: str = ""
    never_pulled: bool = False
    archived: bool = False
    archive: bool = False
    """Into the archive instead of deleting."""
    read_manifests: bool = False


class PruneForm(FormScreen[TypedRules]):
    """For one repository."""

    DEED = "show what goes"

    def __init__(
        self, session: Session, repository: str, typed: TypedRules | None = None, *, public: bool
    ) -> None:
        super().__init__(
            f"Prune {repository}: all that is said must hold", ascii_only=session.ascii
        )
        self._typed = typed or TypedRules()
        self._public = public

    def lines(self) -> Sequence[FormField]:
        """Which images, how old, what of them; a public registry tells of no pulls."""
        typed = self._typed
        lines: list[FormField] = [
            Switch("untagged", "Untagged", "images without a tag", on=typed.untagged),
            Words("tags", "Tags", typed.tags, example="pr-* dev-*   all its tags must match"),
            Words("keep", "Keep tags", typed.keep, example="prod v*   such images stay"),
            Words("older_than", "Older than", typed.older_than, example="90d   since the push"),
            Words("newest", "Newest stay", typed.newest, example="10   of each pattern"),
        ]
        if not self._public:
            lines += [
                Words(
                    "not_pulled_for", "Not pulled", typed.not_pulled_for, example="90d   nor pushed"
                ),
                Switch("never_pulled", "Never pulled", "nobody did yet", on=typed.never_pulled),
                Switch("archived", "Archived", "only what is in the archive", on=typed.archived),
                Switch("archive", "Instead", "archive it (90 days charged)", on=typed.archive),
            ]
        reading = "read indexes" if self._public else "read indexes: counts as a pull"
        return [*lines, Switch("read_manifests", "Manifests", reading, on=typed.read_manifests)]

    def made(self) -> TypedRules:
        """Raises UsageError."""
        typed = msgspec.structs.replace(self._typed, **self.values)
        rules_of(typed)
        return typed


def rules_of(typed: TypedRules) -> Rules:
    """What was typed as rules; raises UsageError saying what is wrong."""
    rules = Rules(
        untagged=typed.untagged,
        tags=tuple(typed.tags.split()),
        keep=tuple(typed.keep.split()),
        older_than=_age(typed.older_than),
        newest=_count(typed.newest),
        not_pulled_for=_age(typed.not_pulled_for),
        never_pulled=typed.never_pulled,
        archived=typed.archived,
    )
    if not rules.say_something:
        raise UsageError("no rule", title="Which images?", hint="Say at least one thing of them.")
    return rules


def _age(text: str) -> float | None:
    found = parse_duration(text) if text else None
    if text and found is None:
        raise UsageError(text, title="No age", hint=f"{text} is no age: write 90d, 12h or 2y.")
    return found


def _count(text: str) -> int | None:
    if text and not text.isdecimal():
        raise UsageError(text, title="No number", hint=f"{text} is no number: write 10.")
    return int(text) if text else None
