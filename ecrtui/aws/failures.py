"""Every failure botocore can raise, as one of our errors with a hint that names the fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shlex import quote
from typing import Any

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from ecrtui import errors

_Maker = Callable[[str, str], errors.EcrtuiError]

_EXPIRED = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "ExpiredIdentityToken", "TokenRefreshRequired"}
)
_STRANGE_TOKEN = frozenset(
    {"InvalidIdentityToken", "InvalidIdentityTokenException", "IDPRejectedClaim"}
    | {"IDPRejectedClaimException", "IDPCommunicationError", "IDPCommunicationErrorException"}
)
"""What AssumeRoleWithWebIdentity says of tokens (STS's API reference)."""
_UNKNOWN_KEY = frozenset({"UnrecognizedClientException", "InvalidToken"})
"""Also what a region answers that the account has not opted in to."""
_REVOKED = frozenset({"InvalidClientTokenId"})
"""What STS and IAM answer, which are everywhere."""
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedException", "403"})
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}
    | {"LimitExceededException", "SlowDown", "429"}
)
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
_SIGNATURE = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})
_WRONG_CODE = "MultiFactorAuthentication failed"
"""How STS begins when it does not take a code: AccessDenied, like all that is not allowed."""
_UNKNOWN_OPERATION = frozenset({"UnknownOperationException", "InvalidAction", "404", "405", "501"})
NO_REPOSITORY = "No such repository"
"""The title that tells a missing repository from something missing in one."""
NO_SCAN = "Not scanned"
"""The title that tells an image without a scan from one that is not there."""
ELSEWHERE = "It may be in another region or account: ecrtui search looks in all at hand."
IMMUTABLE_HINT = "Choose another tag; the repository's settings say which may move."
_QUOTA_HINT = (
    "Service Quotas shows and raises it; ecrtui repos and ecrtui images show what is there."
)
_MISSING = re.compile(r"(NotFound|NotFoundException|DoesNotExist|NoSuchEntity)$")
_THERE = frozenset(
    {
        "ExclusionAlreadyExistsException",
        "ImageAlreadyExistsException",
        "LayerAlreadyExistsException",
        "PullThroughCacheRuleAlreadyExistsException",
        "RepositoryAlreadyExistsException",
        "TemplateAlreadyExistsException",
    }
)
_QUOTAS = frozenset(
    {
        "CompleteLayerUpload",
        "CreatePullThroughCacheRule",
        "CreateRepository",
        "CreateRepositoryCreationTemplate",
        "PutImage",
        "RegisterPullTimeUpdateExclusion",
    }
)
"""Operations whose LimitExceededException is a quota of the account, which no waiting moves."""
_SCANNED_TODAY = "A basic scan can be started once in 24 hours; the one on push counts."
"""API reference, StartImageScan."""
_INVALID = frozenset({"InvalidParameterException", "ValidationException"})
_PRESIGNED = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']+")


@contextmanager
def translated(profile: str, operation: str = "") -> Iterator[None]:
    """Raise our error for any botocore failure inside; `profile` makes the hint exact."""
    try:
        yield
    except (aws.BotoCoreError, aws.ClientError, ResponseParserError) as failure:
        raise translate(failure, profile, operation) from None
    except RuntimeError as failure:
        if _ENDED_ALREADY not in str(failure):
            raise
        raise errors.ClockSkew("keys that came have ended already") from None


_ENDED_ALREADY = "refreshed credentials are still expired"
"""What botocore raises, as no error of its own, for keys whose end is in this machine's past."""


def translate(failure: Exception, profile: str, operation: str = "") -> errors.EcrtuiError:
    """The error for one botocore failure. The cause is dropped: it may hold headers and URLs."""
    if isinstance(failure, aws.ClientError):
        return _of_answer(failure, profile, operation)
    for kinds, make in _LOCAL_FAILURES:
        if isinstance(failure, kinds):
            return make(_clean(failure), profile)
    return errors.RemoteError(_clean(failure))


def _of_answer(failure: Any, profile: str, operation: str) -> errors.EcrtuiError:
    """The error for an answer of the service that says no."""
    code = str(failure.response.get("Error", {}).get("Code", ""))
    text = redacted(str(failure.response.get("Error", {}).get("Message", "")))
    status = failure.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    operation = operation or getattr(failure, "operation_name", "")
    if (refused := _of_keys(code, text, profile)) is not None:
        return refused
    if code in _DENIED:
        return errors.NotAllowed(text, title=f"Not allowed: {operation}", hint=_denied_hint(text))
    if code == "LimitExceededException" and operation in _QUOTAS:
        return errors.RemoteError(text, title="A quota of ECR is reached", hint=_QUOTA_HINT)
    if operation == "StartImageScan" and (refused := _of_scan(code, text)) is not None:
        return refused
    if code in _THROTTLED or status == 429:
        return errors.Throttled(text or code)
    if code in _UNKNOWN_OPERATION or _html_of_unknown(code, text):
        return errors.UnknownOperation(f"{operation}: {text or code}")
    if code == "RepositoryNotFoundException":
        return errors.NotFound(text or code, title=NO_REPOSITORY, hint=ELSEWHERE)
    if code == "ScanNotFoundException":
        return errors.NotFound(text or code, title=NO_SCAN)
    if code in _THERE:
        return errors.AlreadyThere(text)
    if code == "LifecyclePolicyPreviewInProgressException":
        return errors.PreviewRuns(text)
    if code == "RepositoryNotEmptyException":
        return errors.NotEmpty(text)
    if code == "ImageTagAlreadyExistsException":
        return errors.NotAllowed(text, title="The tag is immutable", hint=IMMUTABLE_HINT)
    if code == "ImageDigestDoesNotMatchException":
        return errors.Corrupt(text)
    if _MISSING.search(code):
        return errors.NotFound(text or code)
    if code in _INVALID:
        return errors.UsageError(text, title="The service refused the request")
    return errors.RemoteError(f"{text or 'no message'} ({code}, HTTP {status})")


def _of_scan(code: str, text: str) -> errors.EcrtuiError | None:
    """The error for a scan that is not started."""
    if code == "LimitExceededException":
        return errors.RemoteError(text, title="It was scanned within a day", hint=_SCANNED_TODAY)
    if code == "UnsupportedImageTypeException":
        return errors.UsageError(text, title="ECR cannot scan this kind of image")
    if code == "ImageArchivedException":
        return errors.Archived(text)
    return None


def _of_keys(code: str, text: str, profile: str) -> errors.EcrtuiError | None:
    """The error for an answer about who asks, not about what was asked."""
    if code in _EXPIRED:
        return errors.SessionExpired(text, hint=sign_in_hint(profile))
    if code in _UNKNOWN_KEY:
        return errors.RegionNotEnabled(text)
    if code in _REVOKED:
        return errors.SessionRevoked(text)
    if code in _STRANGE_TOKEN:
        return errors.SignInError(text, title="The identity token is not taken")
    if code in _SKEWED or (code in _SIGNATURE and "expired" in text.lower()):
        return errors.ClockSkew(text)
    if code in _SIGNATURE:
        return errors.SignInError(text, hint="The secret access key is wrong; check the profile.")
    if code in _DENIED and text.startswith(_WRONG_CODE):
        return errors.WrongCode(text)
    return None


def _html_of_unknown(code: str, text: str) -> bool:
    """Local servers answer an operation they lack with an HTML page and status 500."""
    return code == "500" and text == "Internal Server Error"


def _denied_hint(text: str) -> str:
    if "service control policy" in text:
        return "An organisation's service control policy forbids it; ask who owns the policy."
    if "boundary" in text:
        return "A permissions boundary forbids it; ask who owns the role."
    return "docs/permissions.md lists what each screen needs; the rest of ecrtui still works."


def sign_in_hint(profile: str) -> str:
    """How to renew a session."""
    return f"Run: aws sso login --profile {quote(profile)}  (or renew the keys), then press r."


def redacted(text: str) -> str:
    """Text without what follows a URL's `?`: a pre-signed URL is a secret while it lives."""
    return _PRESIGNED.sub(r"\1?…", text)


def _clean(failure: Exception) -> str:
    return redacted(str(failure))


def _no_credentials(text: str, profile: str) -> errors.EcrtuiError:
    hint = f"Profile {profile} has none. Run: aws configure sso --profile {quote(profile)}"
    return errors.NoCredentials(text, hint=hint if profile else "")


def _expired(text: str, profile: str) -> errors.EcrtuiError:
    return errors.SessionExpired(text, hint=sign_in_hint(profile))


def _login_expired(text: str, profile: str) -> errors.EcrtuiError:
    return errors.SessionExpired(
        text, hint=f"Run: aws login --profile {quote(profile)}, then press r."
    )


def _unusable(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.SignInError(text, title="Credentials could not be had")


def _unknown_profile(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.NoCredentials(text, hint="aws configure list-profiles shows those there are.")


def _configuration(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.UsageError(
        text,
        title="AWS's configuration cannot be used",
        hint="Look at ~/.aws/config and ~/.aws/credentials, or where AWS_CONFIG_FILE and "
        "AWS_SHARED_CREDENTIALS_FILE point.",
    )


def _no_region(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.UsageError(
        text, title="No region is set", hint="Name one with --region, or set AWS_REGION."
    )


def _missing_part(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.LocalPartMissing(
        text.partition(". You will need")[0],
        title="This profile's way to sign in needs the AWS CRT",
        hint="Install it beside ecrtui: pip install 'botocore[crt]' "
        "(pipx inject ecrtui 'botocore[crt]', uv tool install --with 'botocore[crt]' ecrtui)",
    )


def _unreachable(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.Unreachable(text)


def _tls(text: str, _profile: str) -> errors.EcrtuiError:
    hint = "If a proxy opens TLS here, name its certificate in AWS_CA_BUNDLE."
    return errors.Unreachable(text, title="The certificate is not trusted", hint=hint)


def _bad_request(text: str, _profile: str) -> errors.EcrtuiError:
    return errors.UsageError(text, title="The request is not valid")


# The first match wins, so a subclass stands before its base.
_LOCAL_FAILURES: tuple[tuple[tuple[type[Exception], ...], _Maker], ...] = (
    ((aws.NoCredentialsError, aws.PartialCredentialsError), _no_credentials),
    ((aws.ProfileNotFound,), _unknown_profile),
    ((aws.SSOError, aws.TokenRetrievalError, aws.NoAuthTokenError), _expired),
    (
        tuple(getattr(aws, name) for name in ("LoginError",) if hasattr(aws, name)),
        _login_expired,
    ),
    ((aws.CredentialRetrievalError, aws.RefreshWithMFAUnsupportedError), _unusable),
    ((aws.NoRegionError,), _no_region),
    ((aws.InvalidConfigError, aws.ConfigParseError, aws.ConfigNotFound), _configuration),
    ((aws.MissingDependencyException,), _missing_part),
    ((aws.SSLError,), _tls),
    ((aws.ConnectionError, aws.HTTPClientError, aws.EndpointProviderError), _unreachable),
    ((aws.ParamValidationError, aws.ValidationError), _bad_request),
)
