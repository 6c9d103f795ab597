"""Bring an image to the engine: by its digest, then called what was asked for.

    plan = pull.plan(services, PullRequest(target))
    outcome = pull.run(services, plan, watch)

The engine pulls from the registry with a login for that one request. Where it has no way there, or
the image is in no registry, ecrtui reads the image, verifies it and hands it over as a tar.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ecrtui.engine.addresses import Address
from ecrtui.errors import EngineCannotReach, GivenUp, NotFound, RemoteError, SessionExpired
from ecrtui.model.manifest import Manifest, Platform
from ecrtui.model.plan import Outcome, Plan
from ecrtui.model.pulling import Held
from ecrtui.workflows.engines import line_to
from ecrtui.workflows.locate import Target
from ecrtui.workflows.pulling.following import follow
from ecrtui.workflows.pulling.handing import hand_over
from ecrtui.workflows.pulling.naming import Called, called, called_as_typed, ways
from ecrtui.workflows.pulling.reading import Wanted, read
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:  # the SDK is imported when an engine is asked
    from ecrtui.engine.connection import Connection

_NAME_ALONE = "it is in the engine already, and gets the name"
_LOGINS = 2
"""A token that ran out on the way is made anew once: what is there by then stays there."""


class PullRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    target: Target
    platform: str = ""
    """`os/arch[/variant]`; '' for the engine's own."""
    load: bool = False
    """Whether ecrtui reads the image itself, though the engine could pull it."""
    name: str = ""
    """`NAME[:TAG]` in the engine, instead of what it is called in its registry."""


class PullPlan(Plan, frozen=True, kw_only=True):
    """A pull, worked out."""

    address: Address
    """The engine's."""
    origin: Target
    """The image by its digest."""
    image: Manifest
    """Of the platform that is chosen."""
    platform: str
    called: Called
    held: str = ""
    """The engine's id of the image, when it is there and only the name is not."""
    by_load: bool = False
    unpack_zstd: bool = False
    """Whether the engine cannot, so that ecrtui does."""

    @property
    def local(self) -> str:
        """What names the image in the engine when it is there."""
        if self.called.name:
            return self.called.name
        return self.identities[0] if self.by_load else self.called.by_digest(self.digest)

    @property
    def identities(self) -> tuple[str, ...]:
        """What the engine's id of it can be: of the config, or where containerd keeps images of
        the manifest, or of the index it was pulled by."""
        config = self.image.config.digest if self.image.config is not None else ""
        return tuple(filter(None, (config, self.image.digest, self.digest)))


def plan(services: Services, request: PullRequest) -> PullPlan:
    """What a pull would do; COUNTS AS A PULL where the manifest was not read before.

    Raises EngineMissing, NotFound, Archived, WhichPlatform when the index has several and none is
    the engine's, UsageError for what no engine takes, InvalidReference for a name that is none.
    """
    from ecrtui.engine import naming

    with line_to() as line:
        own = naming.platform_of(line)
        wanted = read(services, request.target, request.platform, own)
        name = called(services, request.target, request.name)
        engine = naming.describe(line)
        way = ways(line, wanted, name, engine, load=request.load)
        made = PullPlan(
            kind="pull",
            source=called_as_typed(request.target),
            source_at=request.target.at,
            target=name.name or name.by_digest(wanted.digest),
            digest=wanted.digest,
            facts=(
                ("platform", wanted.platform),
                ("engine", f"{engine} at {line.address.shown}"),
                ("layers", str(len(wanted.image.layers))),
                ("how", way.told),
            ),
            warnings=tuple(_foreign(wanted.platform, request.platform, own)),
            address=line.address,
            origin=wanted.target,
            image=wanted.image,
            platform=wanted.platform,
            called=name,
            by_load=way.by_load,
            unpack_zstd=way.unpack_zstd,
        )
        return _compared(line, made, wanted)


def _foreign(has: str, asked: str, own: Platform) -> Iterator[str]:
    """What is said of an image that is for another machine."""
    if has and asked and not _same(has, asked):
        yield f"It is for {has} alone, not for {asked}"
    if has and not _same(has, str(own)):
        yield f"It is for {has}, and the engine is {own}: it starts only with an emulator there"


def _same(one: str, other: str) -> bool:
    """Whether two platforms are one, their variants aside."""
    return one.split("/")[:2] == other.split("/")[:2]


def _compared(line: Connection, made: PullPlan, wanted: Wanted) -> PullPlan:
    """The plan beside what the engine has already."""
    from ecrtui.engine.naming import look

    replace = msgspec.structs.replace
    size = wanted.bytes
    named = look(line, made.called.name) if made.called.name else None
    if named is not None and _is(made, named):
        return replace(made, done_already=f"{made.local} is here already", there=size)
    names = [made.identities[0]]
    if made.called.pull_from:
        names.insert(0, made.called.by_digest(made.digest))
    here = (found for name in names if (found := look(line, name)) is not None)
    held = next((found for found in here if _is(made, found)), None)
    if named is not None:
        lost = f"{made.called.name} is another image in the engine now; that loses the name"
        made = replace(made, warnings=(*made.warnings, lost))
    if held is None:
        return replace(made, to_move=size)
    if not made.called.name:
        known = made.local if made.local in held.digests else held.id
        return replace(made, done_already=f"{known} is here already", there=size)
    facts = tuple((label, _NAME_ALONE if label == "how" else text) for label, text in made.facts)
    return replace(made, held=held.id, there=size, facts=facts)


def _is(made: PullPlan, held: Held) -> bool:
    """Whether an image in the engine is the one that is meant, platform and all."""
    if held.id not in made.identities:
        return False
    exact = held.id in made.identities[:2] or not held.platform
    return exact or _same(held.platform, made.platform)


def run(services: Services, made: PullPlan, watch: Watch) -> Outcome:
    """Carry a plan out; raises GivenUp, EngineMissing, and what the engine or the registry says."""
    with line_to(made.address) as line, watch.on_stop(line.hang_up):
        try:
            done = _brought(services, made, watch, line)
        except GivenUp:
            kept = "The engine may keep layers that it had whole; no image was named."
            raise GivenUp(f"{made.local} was not pulled", hint=kept) from None
        _verify(line, done.plan)
    return Outcome(
        sentence=f"{done.plan.local} is here{done.how}",
        digest=made.digest,
        moved=done.moved,
        there=done.there,
    )


class _Done(NamedTuple):
    """What came of it, and by which plan in the end."""

    plan: PullPlan
    moved: int
    there: int
    how: str = ""


def _brought(services: Services, made: PullPlan, watch: Watch, line: Connection) -> _Done:
    """The image in the engine, with its name."""
    how = ""
    if made.held:
        _name(line, made, made.held)
        return _Done(made, 0, made.there)
    if not made.by_load:
        try:
            moved, there = _pulled(services, made, watch, line)
            _name(line, made, made.called.by_digest(made.digest))
            return _Done(made, moved, there)
        except EngineCannotReach as problem:
            watch.say(f"{problem.sentence}: ecrtui reads the image and hands it over")
            how = ", handed over by ecrtui, since the engine cannot reach the registry"
            made = msgspec.structs.replace(made, by_load=True)
    return _Done(made, *hand_over(services, made, watch, line), how)


def _name(line: Connection, made: PullPlan, image: str) -> None:
    from ecrtui.engine.naming import give_name

    if made.called.name:
        give_name(line, image, made.called.repository, made.called.tag)


def _pulled(services: Services, made: PullPlan, watch: Watch, line: Connection) -> tuple[int, int]:
    from ecrtui.engine.pulling import pulled
    from ecrtui.workflows.pulling.logins import for_engine

    auth: dict[str, str] = {}
    for attempt in range(_LOGINS):
        auth = for_engine(services, made.origin, made.called.pull_from, auth)
        told = pulled(
            line, made.called.pull_from, made.digest, auth, made.platform, silent=watch.say
        )
        try:
            return follow(told, made.image, watch)
        except SessionExpired as problem:
            if attempt + 1 == _LOGINS:
                raise
            watch.say(f"{problem.sentence}: once more with a new token")
    raise AssertionError


def _verify(line: Connection, made: PullPlan) -> None:
    """That the engine has now what was meant: its word, not that a stream ended."""
    from ecrtui.engine.naming import look

    held = look(line, made.local)
    if held is None:
        raise NotFound(made.local, title="The engine said it was done, and has no such image")
    if not _is(made, held):
        raise RemoteError(
            f"{made.local} is {held.id} for {held.platform or 'any platform'},"
            f" not {made.identities[0]} for {made.platform or 'any'}",
            title="The engine has another image than was asked for",
        )
