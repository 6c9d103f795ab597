"""Readers of registries, private and public, over the sessions of one run."""

from __future__ import annotations

from collections.abc import Callable

from ecrtui.aws.calls import Calls
from ecrtui.aws.download import Fetch
from ecrtui.aws.lifecycle import LifecyclePolicies
from ecrtui.aws.private import PrivateRegistry
from ecrtui.aws.public import OpenSource, PublicRegistry
from ecrtui.aws.pushing import OpenSink, PrivateSink, RepositorySink
from ecrtui.aws.sessions import Sessions
from ecrtui.aws.tokens import Tokens
from ecrtui.aws.writing import PrivateWriter, PublicWriter
from ecrtui.errors import NotFound, UnknownOperation, UsageError
from ecrtui.model.places import PUBLIC_REGION, Registry
from ecrtui.model.ports import BlobSink, RegistryReader, RegistryWriter


def reader(
    sessions: Sessions, registry: Registry, open_source: OpenSource, fetch: Fetch
) -> RegistryReader:
    """The reader of one registry; cheap, since clients and connections are shared."""
    calls = calls_of(sessions, registry)
    if registry.is_public:
        return PublicRegistry(registry, calls, _tokens(sessions, registry), open_source)
    return PrivateRegistry(registry, calls, fetch)


def writer(sessions: Sessions, registry: Registry) -> RegistryWriter:
    """What changes one registry."""
    calls = calls_of(sessions, registry)
    return PublicWriter(calls) if registry.is_public else PrivateWriter(calls)


def lifecycle(sessions: Sessions, registry: Registry) -> LifecyclePolicies:
    """The lifecycle policies of a registry; raises UsageError for a public one, which has none."""
    if registry.is_public:
        raise UsageError(registry.called, title="ECR Public has no lifecycle policies")
    return LifecyclePolicies(calls_of(sessions, registry))


def sink(
    sessions: Sessions,
    registry: Registry,
    repository: str,
    uri_of: Callable[[str], str],
    open_sink: OpenSink,
) -> BlobSink:
    """The way into a repository; `uri_of` tells where the registry protocol reaches one."""
    make = RepositorySink if registry.is_public else PrivateSink
    read_only = sessions.read_only(registry.profile)
    calls, tokens = calls_of(sessions, registry), _tokens(sessions, registry)
    return make(calls, tokens, repository, uri_of, open_sink, read_only=read_only)


def login_at(sessions: Sessions, registry: Registry) -> tuple[str, tuple[str, str]]:
    """A token, and before it the host that the service says it is for; '' when it says none."""
    return _tokens(sessions, registry).with_host()


def mounts_blobs(sessions: Sessions, registry: Registry) -> bool:
    """Whether the account lets a repository take blobs from another of the same registry.

    False also where an endpoint does not know the setting. Raises NotAllowed.
    """
    if registry.is_public:
        return False
    try:
        answer = calls_of(sessions, registry).call("GetAccountSetting", name="BLOB_MOUNTING")
    except (NotFound, UnknownOperation, UsageError):
        return False
    return str(answer.get("value", "")) == "ENABLED"


def calls_of(sessions: Sessions, registry: Registry) -> Calls:
    """Calls of the API that a registry has."""
    if registry.is_public:
        return sessions.calls("ecr-public", registry.profile, PUBLIC_REGION)
    return sessions.calls("ecr", registry.profile, registry.region, registry.account)


def public_aliases(sessions: Sessions, profile: str) -> frozenset[str]:
    """The names under which public.ecr.aws shows the account's registry: default and custom."""
    calls = sessions.calls("ecr-public", profile, PUBLIC_REGION)
    rows = calls.call("DescribeRegistries").get("registries", ())
    return frozenset(alias["name"] for row in rows for alias in row.get("aliases", ()))


def login(
    sessions: Sessions, registry: Registry, *, refused: tuple[str, str] | None = None
) -> tuple[str, str]:
    """`(user, password)` for one registry's protocol, others than those it `refused`.

    Raises NotAllowed, SignInError, RemoteError.
    """
    return _tokens(sessions, registry)(refused=refused)


def _tokens(sessions: Sessions, registry: Registry) -> Tokens:
    if registry.is_public:
        return sessions.tokens.of("ecr-public", registry.profile, PUBLIC_REGION)
    return sessions.tokens.of("ecr", registry.profile, registry.region)
