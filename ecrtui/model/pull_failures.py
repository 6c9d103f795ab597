"""What ECS, its agent and container runtimes say when an image cannot be pulled, explained.

The wordings are those of the ECS developer guide ("CannotPullContainer task errors", "Stopped tasks
error messages", "Service event messages"), of containerd and of Docker. The first that fits is the
one meant: what is more telling stands first.
"""

from __future__ import annotations

import re

import msgspec

LONGEST = 20_000
"""Characters looked at of a text: a page of events."""
_REFERENCE = re.compile(
    r"\b(\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{4,30}\.[a-z0-9.]{4,40}"
    r"/[a-z0-9][a-z0-9._/-]{1,255}(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?)"
)
_DENIED = re.compile(
    r"(?:User: )?(arn:aws[\w-]*:\S{1,300}) is not authorized to perform: ([\w-]+:\w+)"
    r"(?: on resource: (\S{1,300}))?"
)
_PLATFORM = re.compile(
    r"(?:matching platform '?|no matching manifest for )([\w]+/[\w]+(?:/[\w]+)?)"
)


class Explained(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a text means."""

    cause: str
    """In a few words."""
    meaning: str
    fix: str
    pulling: bool = True
    """Whether it is about pulling at all."""
    said: str = ""
    """The part of the text that tells it."""
    image: str = ""
    """The reference that the text names; '' for none."""
    who: str = ""
    """The principal that was denied."""
    action: str = ""
    """The action it was denied."""
    platform: str = ""
    """The platform that was looked for."""


class _Cause(msgspec.Struct, frozen=True):
    pattern: str
    cause: str
    meaning: str
    fix: str
    pulling: bool = True


_ENDPOINTS = (
    "Without a way out (NAT, or a public IP in a public subnet) the VPC needs endpoints for "
    "com.amazonaws.REGION.ecr.api, com.amazonaws.REGION.ecr.dkr and a gateway for S3, with private "
    "DNS on and port 443 open from the task's security group."
)
_ROLE = (
    "Give the task execution role AmazonECSTaskExecutionRolePolicy, or ecr:GetAuthorizationToken "
    "on *, and ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability "
    "on the repository; of another account its repository policy must allow them too."
)
_CAUSES = (
    _Cause(
        r"kms[:.\w]*(?:Decrypt|DisabledException|InvalidState)|KMS key|KmsException",
        "the KMS key",
        "The key that the repository is encrypted by cannot be used: disabled, about to be "
        "deleted, or ECR's grant on it was retired.",
        "Enable the key in KMS, or cancel its deletion, or create the grant anew.",
    ),
    _Cause(
        r"is not authorized to perform|AccessDenied|not authorized",
        "not allowed",
        "IAM denies the principal the action.",
        _ROLE,
    ),
    _Cause(
        r"descriptor matching platform|no matching manifest for|no match for platform",
        "no image for this platform",
        "The tag is an index, and has no image for the platform that the task runs on.",
        "Build and push for that platform (docker buildx build --platform ...), or set "
        "runtimePlatform of the task definition to one it has: ecrtui inspect IMAGE lists them.",
    ),
    _Cause(
        r"exec format error",
        "made for another processor",
        "The image was pulled, and its program is for another processor than the task runs on.",
        "Set cpuArchitecture in the task definition's runtimePlatform, or build for the other one.",
    ),
    _Cause(
        r"no space left on device",
        "the disk is full",
        "There is no room on the host, or in the task's ephemeral storage, for the unpacked image.",
        "Raise ephemeralStorage (Fargate: up to 200 GiB), clean the host up, or make the image "
        "smaller: ecrtui layers IMAGE shows what its layers waste.",
    ),
    _Cause(
        r"toomanyrequests|pull rate limit|Too Many Requests|Rate exceeded|ThrottlingException",
        "too many pulls",
        "The registry refuses more pulls for now. Docker Hub counts them by address or account; "
        "ECR by account and region.",
        "For Docker Hub use a pull-through cache rule (ecrtui settings); for ECR spread the "
        "starts, or have its quotas raised.",
    ),
    _Cause(
        r"x509|certificate|tls: failed to verify",
        "the certificate is not trusted",
        "Something between the task and the registry opens TLS: a proxy, or a wrong endpoint.",
        "Take ECR out of the proxy (NO_PROXY), or give the host the proxy's certificate.",
    ),
    _Cause(
        r"no such host|server misbehaving|Temporary failure in name resolution|lookup \S+ on",
        "the name is not resolved",
        "DNS gives no address for the registry: a wrong region or account in the reference, or a "
        "VPC without DNS support or private DNS on its endpoint.",
        "Check the host in the reference. " + _ENDPOINTS,
    ),
    _Cause(
        r"request canceled while waiting|context cancell?ed|context deadline exceeded|i/o timeout"
        r"|connection (?:timed out|refused|reset)|Client\.Timeout|TLS handshake timeout"
        r"|network is unreachable|no route to host|RequestError: send request failed",
        "the registry is not reached",
        "The task has no way to the registry: neither to the internet nor to VPC endpoints.",
        _ENDPOINTS,
    ),
    _Cause(
        r"(?:failed to copy|httpReaderSeeker|starport-layer-bucket)[^\n]{0,400}"
        r"(?:403|Forbidden|denied)",
        "layers may not be fetched",
        "The manifest was read, and S3, where layers are, refuses: mostly the policy of the VPC's "
        "S3 gateway endpoint.",
        "Allow s3:GetObject on arn:aws:s3:::prod-REGION-starport-layer-bucket/* in the endpoint's "
        "policy.",
    ),
    _Cause(
        r"failed to copy|httpReaderSeeker|failed open: unexpected status",
        "layers are not fetched",
        "The manifest was read, and a layer did not come.",
        "Check the way to S3 (gateway endpoint, its policy), ecr:GetDownloadUrlForLayer, and "
        "whether all layers are there.",
    ),
    _Cause(
        r"no basic auth credentials|authorization token has expired|401 Unauthorized"
        r"|unable to retrieve ecr registry auth|pull access denied|requires? 'docker login'",
        "not signed in at the registry",
        "The one who pulls has no token of ECR: its role may not call ecr:GetAuthorizationToken, "
        "the token is older than 12 hours, or the reference is not of ECR (Docker Hub is asked "
        "for a name without a host).",
        _ROLE,
    ),
    _Cause(
        r"403 Forbidden|status code 403|denied:",
        "denied by the registry",
        "ECR knows who asks and does not let them pull: the role's policies, the repository's "
        "policy (always needed from another account), the registry's, or an endpoint's.",
        _ROLE,
    ),
    _Cause(
        r"invalid reference format|ImageReferenceInvalid|could not parse reference",
        "the reference is none",
        "What stands in the task definition is no image reference.",
        "Write ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG, in lower case but for the tag.",
    ),
    _Cause(
        r"manifest unknown|not found|404|does not exist|name unknown|repository unknown",
        "there is no such image",
        "The registry has no image by that name. An archived image answers so, too, and so does a "
        "repository of another region or account.",
        "Push it, restore it from the archive, or name one that is there; ecrtui history IMAGE "
        "tells when a tag went.",
    ),
    _Cause(
        r"digest mismatch|verification failed|layers from manifest don't match|unexpected EOF",
        "what came is not what was meant",
        "Bytes were cut or changed on their way, or the image is damaged.",
        "Try again; if it stays so, ecrtui export IMAGE verifies every byte, and push it anew.",
    ),
    _Cause(
        r"unsupported media type|unsupported manifest|schema ?1",
        "a kind of image that is not taken",
        "The runtime does not run this kind of manifest: an artifact, a chart, or schema 1.",
        "ecrtui inspect IMAGE tells what it is.",
    ),
    _Cause(
        r"signature (?:verification|validation)|not signed|notation|cosign",
        "the signature is not taken",
        "An admission check wants a signature that is not there or not trusted.",
        "ecrtui inspect IMAGE lists what signs it.",
    ),
    _Cause(
        r"no container instance met|unable to place a task|capacity is unavailable|RESOURCE:",
        "there is no place for the task",
        "It was never pulled: no host has room for it, or Fargate has no capacity.",
        "Look at the cluster's capacity, not at the image.",
        pulling=False,
    ),
    _Cause(
        r"CannotStartContainerError|OutOfMemoryError|Essential container in task exited"
        r"|failed container health checks|health checks",
        "it was pulled, and failed later",
        "The image came; its program ended or was not healthy.",
        "Look at the container's logs; ecrtui diff compares it with the last good one.",
        pulling=False,
    ),
    _Cause(
        r"unable to consistently start tasks|tasks failed to start|circuit breaker",
        "tasks do not start",
        "The service says only that its tasks fail; why is in the stopped tasks.",
        "Read what the tasks that stopped of late say.",
    ),
    _Cause(
        r"CannotPull\w*Error|ErrImagePull|ImagePullBackOff|pull image manifest has been retried",
        "the image was not pulled",
        "The text says no more than that.",
        "The whole text is in the task's stoppedReason, or in its container's reason.",
    ),
)
_KNOWN = tuple((re.compile(one.pattern, re.IGNORECASE), one) for one in _CAUSES)


def explain(text: str) -> Explained | None:
    """What a task's stopped reason, a service's event or a runtime's error means; None where it is
    no text of that kind."""
    text = text[:LONGEST]
    for pattern, cause in _KNOWN:
        found = pattern.search(text)
        if found is None:
            continue
        denied = _DENIED.search(text)
        platform = _PLATFORM.search(text)
        image = image_in(text)
        return Explained(
            cause=cause.cause,
            meaning=_meant(cause, denied),
            fix=_with_region(cause.fix, image),
            pulling=cause.pulling,
            said=found[0],
            image=image,
            who=denied[1] if denied else "",
            action=denied[2] if denied else "",
            platform=platform[1] if platform else "",
        )
    return None


def image_in(text: str) -> str:
    """The first reference of ECR that a text names; '' for none."""
    found = _REFERENCE.search(text[:LONGEST])
    return found[1].rstrip(".:-/") if found else ""


def _meant(cause: _Cause, denied: re.Match[str] | None) -> str:
    if denied is None:
        return cause.meaning
    what = f"{denied[1]} may not call {denied[2]}"
    return what + (f" on {denied[3].rstrip('.,;')}." if denied[3] else ".")


def _with_region(fix: str, image: str) -> str:
    host = image.partition("/")[0].split(".")
    region = host[3] if len(host) > 4 and host[1] == "dkr" else ""
    return fix.replace("REGION", region) if region else fix
