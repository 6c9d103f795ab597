"""What is said of a rotation: where it stands, which keys there are, who else may sign with one."""

from __future__ import annotations

import time

from ecrtui.errors import UsageError
from ecrtui.model.credentials import key_hint
from ecrtui.model.rotation import AccessKey, LastUse, Stage, left_behind, strangers
from ecrtui.workflows.credentials import at_hand
from ecrtui.workflows.credentials.rotation import Work
from ecrtui.workflows.services import Services

KIND = "credentials rotate"
_DAY = 86_400.0
_SKEW = 300.0
"""Seconds that AWS's clock may be ahead of ours: from more on it takes no signature."""


def stands(work: Work) -> str:
    """Where a rotation was left, in words."""
    kept = work.rotation
    if kept is None:
        return "Nothing was changed."
    mine = key_hint(work.credential.access_key_id)
    if kept.other is None:
        stands = f"It signs with {mine} as before."
    elif not kept.taken:
        stands = f"It signs with {mine}, and {new_key(work)} is kept beside it."
    else:
        stands = f"It signs with {mine}, and {old_key(work)} is kept beside it."
    on = f"ecrtui {KIND} {work.name}"
    return f"{stands} Nothing is lost. To go on: {on}; to go back: {on} --undo"


def whose(work: Work) -> tuple[tuple[str, str], ...]:
    """The user, and the key in use."""
    mine = work.credential.access_key_id
    return (("user", work.who.arn), ("signs with", _key(work, mine)))


def refuse_third(work: Work) -> None:
    """A user has two keys at most. Raises UsageError, which names them."""
    ours = left_over(work)
    others = strangers(work.rotation, work.credential.access_key_id, work.listed)
    if all(key in ours for key in others):
        return
    keys = "; ".join(_key(work, key.id) for key in work.listed)
    raise UsageError(
        keys,
        title="The user has two keys already, and IAM allows no third",
        hint="Delete the one that nobody needs (aws iam delete-access-key), then rotate.",
    )


def left_over(work: Work) -> tuple[AccessKey, ...]:
    """What an earlier try made in IAM and could not keep."""
    found = strangers(work.rotation, work.credential.access_key_id, work.listed)
    return tuple(key for key in found if left_behind(work.rotation, key, work.use_of(key.id)))


def swept(work: Work) -> tuple[str, ...]:
    """What is said of that."""
    return tuple(
        f"{key_hint(key.id)} is deleted: this made it and was broken off, so its secret is lost"
        for key in left_over(work)
    )


def others(work: Work, key: str) -> tuple[str, ...]:
    """Who else may sign with a key that ends."""
    services = work.services
    told = [f"Whoever else signs with {key} is refused then: other machines, pipelines, files"]
    for profile in services.sessions.profiles():
        declared = services.sessions.declared(profile.name)
        if key_hint(str(declared.get("aws_access_key_id", ""))) == key:
            told.append(f"The profile {profile.name} of AWS's files has this key too")
    told += [
        f"{row.name}, which is kept here, has this key too, and keeps it"
        for row in at_hand.listing(services)
        if row.kept and row.key == key and row.name != work.name
    ]
    return tuple(told)


def old_key(work: Work) -> str:
    """The old key as a person knows it."""
    kept = work.rotation
    if kept is not None and kept.other is not None and kept.taken:
        return key_hint(kept.other.access_key_id)
    return key_hint(work.credential.access_key_id)


def new_key(work: Work) -> str:
    """The new key as a person knows it; the one in use while there is no other."""
    kept = work.rotation
    if kept is not None and kept.other is not None and not kept.taken:
        return key_hint(kept.other.access_key_id)
    return key_hint(work.credential.access_key_id)


def keys_of(services: Services, name: str) -> set[str]:
    """Both keys of a rotation that is under way, as a person knows them."""
    found = at_hand.kept(services).credential(name)
    other = found.rotation.other if found.rotation is not None else None
    ids = (found.access_key_id, other.access_key_id if other is not None else "")
    return {key_hint(one) for one in ids}


def waits(work: Work) -> str:
    """A rotation that only waits for its end."""
    on = f"ecrtui {KIND} {work.name}"
    gone = "is deleted" if work.stage is Stage.ENDED else "is deactivated"
    back = "" if work.stage is Stage.ENDED else f"; back to it: {on} --undo"
    return f"{work.name} is rotated, {old_key(work)} {gone}. To finish: {on} --finish{back}"


def is_used(work: Work, use: LastUse | None) -> bool:
    """Whether IAM saw the old key sign after it was deactivated."""
    kept = work.rotation
    since = (kept.deactivated or kept.began) if kept is not None else 0.0
    return use is not None and use.at is not None and use.at > since + _SKEW


def used_since(work: Work, use: LastUse | None) -> tuple[str, ...]:
    """What to beware of in the old key's last use."""
    if use is None:
        return ("IAM may not be asked when the old key was last used: iam:GetAccessKeyLastUsed",)
    if not is_used(work, use):
        return ()
    return (f"{old_key(work)} was used after it was deactivated: {last_use(use)}",)


def _key(work: Work, key: str) -> str:
    """`AKIA…1234, made 2025-11-02 (113 days ago), last used 2026-02-28 14:03 UTC for s3`."""
    listed = next((one for one in work.listed if one.id == key), AccessKey(key, active=True))
    told = [key_hint(key)]
    if listed.created is not None:
        days = int(max(0.0, work.services.clock.now() - listed.created) // _DAY)
        told.append(f"made {_day(listed.created)} ({days} day{'' if days == 1 else 's'} ago)")
    if not listed.active:
        told.append("inactive")
    told.append(f"last used {last_use(work.use_of(key))}")
    return ", ".join(told)


def last_use(use: LastUse | None) -> str:
    """When, and for what, a key was last used."""
    if use is None:
        return "nobody may say when"
    if use.at is None:
        return "never"
    where = f" in {use.region}" if use.region not in ("", "N/A") else ""
    return (
        f"{_day(use.at)} {time.strftime('%H:%M', time.gmtime(use.at))} UTC for {use.service}{where}"
    )


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))
