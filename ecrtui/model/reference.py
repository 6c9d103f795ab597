"""What a person types to name an image, parsed without asking anybody.

    repo:tag   repo@sha256:...   repo            a repository of the registry one stands in
    123456789012.dkr.ecr.eu-west-1.amazonaws.com/repo:tag      and every other ECR host
    arn:aws:ecr:eu-west-1:123456789012:repository/repo
    public.ecr.aws/alias/repo:tag
    docker://HOST/name:tag                       any other registry
    docker-daemon:name:tag   oci:DIR[:ref]   oci-archive:FILE[:ref]   docker-archive:FILE[:ref]
    ecs://CLUSTER/SERVICE[/CONTAINER]   lambda://FUNCTION[:VERSION]      what runs there now

A path ends at its first colon, as skopeo has it, since a ref may be `team/api:v1`; `@sha256:...`
goes in a ref's place.

A bare name is always an ECR repository, never Docker Hub. A host with a port (a local endpoint,
as a repositoryUri shows it) is recognised by its colon before the first slash.
"""

from __future__ import annotations

import re
from enum import Enum

import msgspec

from ecrtui.errors import InvalidReference

# amazon-ecr-credential-helper's list of host forms, every partition and dual-stack included.
_ECR_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\."
    r"(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn"
    r"|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):ecr:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    r":repository/(?P<rest>.+)"
)
_PUBLIC_HOSTS = ("public.ecr.aws", "ecr-public.aws.com")
_NAME = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,299}")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:@/+-]{0,299}")
"""What an image may be called in a layout or an archive (OCI image specification)."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9a-fA-F:]+\](?::\d{1,5})?")
_PREFIX = re.compile(r"(?!arn:)[A-Za-z-]+:(?=\D)(?:.*[:/]|(?<=[A-Z]:))")
"""A word that may be meant for a transport; what follows is no port and no tag."""
_PREFIXES = (
    "What is outside ECR begins with docker://, docker-daemon:, oci:, oci-archive: or"
    " docker-archive:, what runs with ecs:// or lambda://"
)
LONGEST = 2048
_LONGEST_NAME = 256


def account_and_region(host: str) -> tuple[str, str] | None:
    """Whose private ECR registry a host is, and where; None for every other host."""
    found = _ECR_HOST.fullmatch(host)
    return None if found is None else (found["account"], found["region"])


def is_public_host(host: str) -> bool:
    """Whether a host is ECR Public's."""
    return host in _PUBLIC_HOSTS


class Transport(str, Enum):
    """Where an image is, by skopeo's names; ECR is ours."""

    ECR = "ecr"
    PUBLIC = "public"
    DOCKER = "docker"
    DAEMON = "docker-daemon"
    OCI = "oci"
    OCI_ARCHIVE = "oci-archive"
    DOCKER_ARCHIVE = "docker-archive"
    ECS = "ecs"
    """What a service of ECS runs."""
    LAMBDA = "lambda"
    """What a function of Lambda is made of."""


WORKLOADS = (Transport.ECS, Transport.LAMBDA)
"""They name what runs an image; which one that is must be asked."""
_SERVICE = re.compile(r"[A-Za-z0-9_-]{1,255}/[A-Za-z0-9_-]{1,255}(?:/[A-Za-z0-9_-]{1,255})?")
_FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,140}(?::[A-Za-z0-9$_-]{1,128})?")
_FILE_TRANSPORTS = (Transport.OCI, Transport.OCI_ARCHIVE, Transport.DOCKER_ARCHIVE)


class Reference(msgspec.Struct, frozen=True):
    """A parsed reference; `str()` gives text that parses to the same value."""

    transport: Transport
    name: str
    """The repository; a path for oci:, oci-archive: and docker-archive:; what runs it."""
    tag: str = ""
    """In a layout or an archive any name: `v1`, `team/api:v1`."""
    digest: str = ""
    host: str = ""
    """The registry's host as typed, '' for a bare name."""
    account: str = ""
    region: str = ""
    partition: str = ""
    """Of an ARN, whose place no host tells."""

    def __str__(self) -> str:
        if self.transport in _FILE_TRANSPORTS:
            suffix = f":{self.tag}" if self.tag else f"@{self.digest}" if self.digest else ""
            return f"{self.transport.value}:{self.name}{suffix}"
        if self.transport in WORKLOADS:
            return f"{self.transport.value}://{self.name}"
        prefix = f"{self.host}/" if self.host else ""
        if self.partition:
            prefix = f"arn:{self.partition}:ecr:{self.region}:{self.account}:repository/"
        if self.transport is Transport.DOCKER:
            prefix = f"docker://{prefix}"
        elif self.transport is Transport.DAEMON:
            prefix = f"docker-daemon:{prefix}"
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{prefix}{self.name}{tag}{digest}"


def parse(text: str) -> Reference:
    """The reference a text names; raises InvalidReference saying what is wrong with it."""
    if not text or len(text) > LONGEST or text != text.strip():
        raise InvalidReference(text[:80] or "nothing")
    for transport in _FILE_TRANSPORTS:
        if text.startswith(transport.value + ":"):
            return _file(transport, text[len(transport.value) + 1 :], text)
    for transport, form in ((Transport.ECS, _SERVICE), (Transport.LAMBDA, _FUNCTION)):
        if text.startswith(transport.value + "://"):
            return _workload(transport, form, text)
    if text.startswith("docker://"):
        host, name = _host_and_name(text[9:], text, always=True)
        return _named(Transport.DOCKER, name, text, host=host)
    if text.startswith("docker-daemon:"):
        host, name = _host_and_name(text[14:], text)
        return _named(Transport.DAEMON, name, text, host=host)
    arn = _ARN.fullmatch(text)
    if arn:
        here = {name: arn[name] for name in ("account", "region", "partition")}
        return _named(Transport.ECR, arn["rest"], text, **here)
    rest = text.removeprefix("https://")
    try:
        return _by_host(*_host_and_name(rest, text), text)
    except InvalidReference as problem:
        if not _PREFIX.match(rest):
            raise
        raise InvalidReference(text, hint=f"{problem.hint} {_PREFIXES}") from None


def _by_host(host: str, name: str, text: str) -> Reference:
    ecr = _ECR_HOST.fullmatch(host)
    if ecr:
        here = {"account": ecr["account"], "region": ecr["region"]}
        return _named(Transport.ECR, name, text, host=host, **here)
    if host in _PUBLIC_HOSTS:
        return _named(Transport.PUBLIC, name, text, host=host)
    if host and ":" not in host:
        raise InvalidReference(
            text, hint=f"{host} is no ECR host. For another registry write docker://{text}"
        )
    return _named(Transport.ECR, name, text, host=host)


def _host_and_name(rest: str, text: str, *, always: bool = False) -> tuple[str, str]:
    """Split `host/name`: the first part is a host when it has a dot, a colon or must be one."""
    first, slash, name = rest.partition("/")
    looks = "." in first or ":" in first or first == "localhost"
    ecr_like = _ECR_HOST.fullmatch(first) or first in _PUBLIC_HOSTS
    if not slash or not (always or ecr_like or (looks and _is_host(first))):
        if always:
            raise InvalidReference(text, hint="Write docker://HOST/name:tag.")
        return "", rest
    if not _HOST.fullmatch(first):
        raise InvalidReference(text, hint=f"{first} is not a host name.")
    return first, name


def _is_host(first: str) -> bool:
    """A dot alone is no proof (`my.team/app` is a repository); a port or a known suffix is."""
    return ":" in first or first == "localhost" or first.rpartition(".")[2] in _SUFFIXES


_SUFFIXES = frozenset({"com", "io", "aws", "net", "org", "dev", "cn", "eu", "gov", "uk"})


def _named(transport: Transport, rest: str, text: str, **where: str) -> Reference:
    rest, at, digest = rest.partition("@")
    name, colon, tag = rest.partition(":")
    if at and not _DIGEST.fullmatch(digest):
        raise InvalidReference(text, hint="A digest is sha256: and 64 hexadecimal digits.")
    if colon and not _TAG.fullmatch(tag):
        raise InvalidReference(text, hint="A tag has letters, digits and ._- and no spaces.")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise InvalidReference(
            text, hint="A repository's name has lower-case letters, digits and ._-/ alone."
        )
    return Reference(transport, name, tag=tag, digest=digest, **where)


def _workload(transport: Transport, form: re.Pattern[str], text: str) -> Reference:
    name = text.partition("://")[2]
    if not form.fullmatch(name):
        raise InvalidReference(
            text, hint="Write ecs://CLUSTER/SERVICE[/CONTAINER] or lambda://FUNCTION[:VERSION]."
        )
    return Reference(transport, name)


def _file(transport: Transport, rest: str, text: str) -> Reference:
    rest, at, digest = rest.rpartition("@")
    if not at or not _DIGEST.fullmatch(digest):
        rest, digest = rest + at + digest, ""
    path, colon, ref = rest.partition(":")
    if not path or "\0" in path or (colon and (digest or not _REF.fullmatch(ref))):
        raise InvalidReference(text, hint=f"Write {transport.value}:PATH or ...:PATH:NAME.")
    return Reference(transport, path, tag=ref, digest=digest)
