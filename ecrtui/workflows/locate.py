"""From what a person typed to a place: which registry, which repository, which image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn, TypeVar

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, RegionNotEnabled, UnknownOperation, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.model.reference import WORKLOADS, Reference, Transport, parse
from ecrtui.workflows import places
from ecrtui.workflows.scope import registries_in_scope
from ecrtui.workflows.services import Services

T = TypeVar("T")


class Target(msgspec.Struct, frozen=True):
    """One image, or a repository when `image_id` names nothing.

    Outside ECR a target without a name is the only image there is, or the one tagged latest.
    """

    home: Home
    repository: str
    image_id: ImageId = ImageId()

    @property
    def registry(self) -> Registry:
        """The ECR registry it is in; raises UsageError for a place that is none."""
        if isinstance(self.home, Outside):
            raise UsageError(
                str(self),
                title="That is not in ECR",
                hint="Only what is in ECR has rows, settings and lists. See: ecrtui inspect IMAGE",
            )
        return self.home

    @property
    def called(self) -> str:
        """What a person calls it: by its tag where it has one, beside which a digest is said."""
        tag = self.image_id.image_tag
        return str(Target(self.home, self.repository, ImageId("", tag)) if tag else self)

    @property
    def at(self) -> str:
        """The registry it is in; '' where its name says that."""
        return self.home.called if isinstance(self.home, Registry) else ""

    def __str__(self) -> str:
        if isinstance(self.home, Outside):
            return str(self.home.reference(self.repository, self.image_id))
        tag, digest = self.image_id.image_tag, self.image_id.image_digest
        return f"{self.repository}{':' + tag if tag else ''}{'@' + digest if digest else ''}"


def locate(services: Services, text: str, *, here: Registry | None = None) -> Target:
    """The place a reference names; `here` is the registry one stands in.

    Asks the network only where a name does not tell: for a local endpoint's host, for the alias
    of a public registry, and, of several profiles, for the one whose account an URI names.
    Raises InvalidReference, NotFound, and what asking raises.
    """
    return place(services, parse(text), here=here)


def place(services: Services, reference: Reference, *, here: Registry | None = None) -> Target:
    """The place a parsed reference names."""
    if reference.transport is Transport.PUBLIC:
        return _public(services, reference)
    if reference.transport in WORKLOADS:
        return _running(services, reference, here)
    if reference.transport is not Transport.ECR:
        return outside(reference)
    if reference.region:
        registry = _of_account(services, reference, here)
    elif reference.host:
        return _by_uri(services, reference)
    else:
        registry = here or services.home()
    return Target(registry, reference.name, _image_id(reference))


def _running(services: Services, reference: Reference, here: Registry | None) -> Target:
    """Of what a service or a function runs, by its digest."""
    from ecrtui.workflows.at_work import runs

    image, digest = runs(services, reference, here or services.home())
    try:
        found = place(services, image, here=here)
    except NotFound:
        if image.region or not image.host:
            raise
        found = outside(Reference(Transport.DOCKER, image.name, host=image.host))
    return msgspec.structs.replace(found, image_id=digest)


def outside(reference: Reference) -> Target:
    """The place of a parsed reference that is not in ECR."""
    if reference.transport is Transport.DOCKER:
        home, name = Outside(reference.transport, reference.host), reference.name
    elif reference.transport is Transport.DAEMON:
        at = f"{reference.host}/" if reference.host else ""
        home, name = Outside(reference.transport), at + reference.name
    else:
        home, name = Outside(reference.transport, reference.name), ""
    return Target(home, name, _image_id(reference))


def _image_id(reference: Reference) -> ImageId:
    return ImageId(image_digest=reference.digest, image_tag=reference.tag)


def _profiles(services: Services) -> tuple[str, ...]:
    return services.options.profiles or (services.profile,)


def _of_account(services: Services, reference: Reference, here: Registry | None) -> Registry:
    """The registry of an account and region, by the profile of that account.

    Where none is, by the profile at hand: ECR answers for another account where its policy allows.
    """
    known = [here.profile] if here is not None else []
    candidates = list(dict.fromkeys([*known, *_profiles(services)]))
    chosen = candidates[0]
    if len(candidates) > 1 and not (here is not None and here.account == reference.account):
        own = (name for name in candidates if _account(services, name) == reference.account)
        chosen = next(own, chosen)
    return Registry(chosen, reference.region, reference.account)


def _account(services: Services, profile: str) -> str:
    """Whose a profile is; '' for one that cannot tell, which then is not the one looked for."""
    try:
        return places.identity(services, profile).account
    except EcrtuiError:
        return ""


def _public(services: Services, reference: Reference) -> Target:
    """`public.ecr.aws/alias/repo`: the alias is not part of the repository's name in the API.

    The API reads one's own registry only, where another's repository may have the same name.
    """
    alias, _, repository = reference.name.partition("/")
    if not repository:
        raise UsageError(str(reference), hint="Write public.ecr.aws/ALIAS/REPOSITORY:TAG.")
    from ecrtui.aws.registries import public_aliases

    def found(profile: str) -> Target | None:
        if alias not in public_aliases(services.sessions, profile):
            return None
        return Target(services.public(profile), repository, _image_id(reference))

    return _first(found, _profiles(services)) or _nowhere(
        str(reference),
        f"No public registry at hand is called {alias}",
        f"It is somebody else's. Write docker://{reference}",
    )


def _by_uri(services: Services, reference: Reference) -> Target:
    """A host that tells neither account nor region: the registry whose URIs begin with it."""

    def found(registry: Registry) -> Target | None:
        name = reference.name.partition("/")[2] if registry.is_public else reference.name
        try:
            uri = services.reader(registry).repository(name).repository_uri if name else ""
        except NotFound:
            return None
        whole = f"{reference.host}/{reference.name}"
        return Target(registry, name, _image_id(reference)) if uri == whole else None

    private = list(registries_in_scope(services))
    public = [services.public(profile) for profile in _profiles(services)]
    return _first(found, [*private, *public]) or _nowhere(
        str(reference),
        f"No registry at hand is reached at {reference.host}",
        "Name the profile and region it belongs to with --profile and --region.",
    )


def _first(ask: Callable[[T], Target | None], candidates: Iterable[T]) -> Target | None:
    """The first answer; where there is none, the first failure, for it may have hidden one."""
    failures: list[EcrtuiError] = []
    for one in candidates:
        try:
            target = ask(one)
        except (UnknownOperation, RegionNotEnabled):
            continue  # nothing can be there
        except EcrtuiError as problem:
            failures.append(problem)
            continue
        if target is not None:
            return target
    if failures:
        raise failures[0]
    return None


def _nowhere(detail: str, title: str, hint: str) -> NoReturn:
    raise NotFound(detail, title=title, hint=hint)
