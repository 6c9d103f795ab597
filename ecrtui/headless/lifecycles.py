"""How lifecycle policies are printed: rules in words, problems, whom a policy takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ecrtui.headless import documents
from ecrtui.headless.output import Column, Listing
from ecrtui.model.lifecycle import Action, Problem, Rule
from ecrtui.render import usage as words
from ecrtui.render.ages import instant, iso
from ecrtui.render.lifecycle import rules_document
from ecrtui.render.sizes import size
from ecrtui.render.standing import NAMES

if TYPE_CHECKING:
    from ecrtui.model.foreseen import Foreseen, Taken, Victim
    from ecrtui.model.lifecycle import Kept, Policy
    from ecrtui.model.places import Registry

DOES = {Action.EXPIRE: "delete", Action.ARCHIVE: "archive"}
RULES: Listing[tuple[Rule, str]] = Listing(
    (
        Column(
            "RULE",
            lambda row, _: str(row[0].priority),
            lambda row: str(row[0].priority),
            right=True,
        ),
        Column("WHAT IT DOES", lambda row, _: row[1], lambda row: row[1]),
        Column(
            "DESCRIPTION",
            lambda row, _: row[0].description,
            lambda row: row[0].description,
        ),
    ),
    lambda row: {"rulePriority": row[0].priority, "sentence": row[1]},
)
PROBLEMS: Listing[Problem] = Listing(
    (
        Column("LEVEL", lambda row, _: row.level.value, lambda row: row.level.value),
        Column("LINE", lambda row, _: str(row.line), lambda row: str(row.line), right=True),
        Column("COLUMN", lambda row, _: str(row.column), lambda row: str(row.column), right=True),
        Column("WHERE", lambda row, _: row.path, lambda row: row.path),
        Column("WHAT", lambda row, _: row.what, lambda row: row.what),
        Column("FIX", lambda row, _: row.fix, lambda row: row.fix),
    ),
    documents.members,
)
TAKEN: Listing[Taken] = Listing(
    (
        Column("WHEN", lambda row, times: times.short(row.at), lambda row: iso(row.at), right=True),
        Column("ACTION", lambda row, _: DOES[row.action], lambda row: DOES[row.action]),
        Column("RULE", lambda row, _: str(row.priority), lambda row: str(row.priority), right=True),
        Column(
            "TAGS",
            lambda row, _: " ".join(row.tags) or "(untagged)",
            lambda row: ",".join(row.tags),
        ),
        Column("DIGEST", lambda row, _: row.digest[:19], lambda row: row.digest),
    ),
    lambda row: taken_document(row),
)


def _size(row: Victim) -> int | None:
    return row.image.image_size_in_bytes if row.image is not None else None


def standing(row: Victim) -> str:
    """How it stands, for programs."""
    return NAMES[row.use.standing] if row.use is not None else "unknown"


def _use(row: Victim) -> str:
    return words.summary(row.use) if row.use is not None else "unknown"


VICTIMS: Listing[Victim] = Listing(
    (
        Column(
            "ACTION", lambda row, _: DOES[row.verdict.action], lambda row: DOES[row.verdict.action]
        ),
        Column(
            "RULE",
            lambda row, _: str(row.verdict.priority),
            lambda row: str(row.verdict.priority),
            right=True,
        ),
        Column(
            "TAGS",
            lambda row, _: " ".join(row.verdict.tags) or "(untagged)",
            lambda row: ",".join(row.verdict.tags),
        ),
        Column("DIGEST", lambda row, _: row.verdict.digest[:19], lambda row: row.verdict.digest),
        Column(
            "PUSHED",
            lambda row, times: times.short(row.verdict.pushed_at),
            lambda row: iso(row.verdict.pushed_at),
            right=True,
        ),
        Column(
            "SIZE",
            lambda row, _: size(_size(row)),
            lambda row: "" if _size(row) is None else str(_size(row)),
            right=True,
        ),
        Column("USED", lambda row, _: _use(row), standing),
    ),
    lambda row: victim_document(row),
)


def taken_document(row: Taken) -> dict[str, Any]:
    """One image that a policy took."""
    return {
        "at": instant(row.at),
        "action": row.action.value,
        "rulePriority": row.priority or None,
        "imageDigest": row.digest,
        "imageTags": list(row.tags),
    }


def victim_document(row: Victim) -> dict[str, Any]:
    """One image that a policy would act on."""
    uses = row.use.uses if row.use is not None else ()
    return {
        "imageDigest": row.verdict.digest,
        "imageTags": list(row.verdict.tags),
        "imagePushedAt": instant(row.verdict.pushed_at),
        "imageSizeInBytes": _size(row),
        "action": row.verdict.action.value,
        "rulePriority": row.verdict.priority,
        "standing": standing(row),
        "mayGo": row.may_go,
        "uses": [documents.members(use) | {"since": instant(use.since)} for use in uses],
        "following": list(row.following),
        "unsure": row.unsure,
    }


def foreseen_document(found: Foreseen) -> dict[str, Any]:
    """Whom a policy would take."""
    return {
        "rules": rules_document(found.policy),
        "source": "preview" if found.previewed else "simulation",
        "sourceReason": found.why_local or None,
        "images": found.images,
        "expiring": len(found.acted(Action.EXPIRE)),
        "archiving": len(found.acted(Action.ARCHIVE)),
        "inUse": len(found.in_use),
        "maybeInUse": len(found.maybe_in_use),
        "freed": msgspec.to_builtins(found.frees) | {"most": found.frees.most},
        "unreadIndexes": found.unread,
        "victims": [victim_document(one) for one in found.victims],
        "later": [{"imageDigest": one.digest, "rulePriority": one.priority} for one in found.later],
        "differences": [documents.members(one) for one in found.differences],
        "unknown": [documents.members(one) for one in found.unknown],
    }


def policy_document(
    registry: Registry,
    repository: str,
    kept: Kept | None,
    policy: Policy | None,
    problems: tuple[Problem, ...],
) -> dict[str, Any]:
    """A repository's policy, whole and in words."""
    return {
        "repositoryName": repository,
        "profile": registry.profile or None,
        "region": registry.region,
        "lifecyclePolicyText": kept.text if kept is not None else None,
        "lastEvaluatedAt": instant(kept.evaluated_at) if kept is not None else None,
        "rules": rules_document(policy) if policy is not None else [],
        "problems": [documents.members(one) for one in problems],
    }
