"""Who asks: Basic tokens at a private registry, Bearer ones at the public gallery."""

from __future__ import annotations

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control.identity import denied
from ecrtui.sandbox.distribution.answers import Unserved, answer
from ecrtui.sandbox.distribution.tokens import BadToken, check_password, check_token, issue_password
from ecrtui.sandbox.registry import Gallery, Registry
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import Place, World

_ANYBODY = "anonymous"
_TOKEN_PATH = "/token/"  # noqa: S105 - a path
_EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
_EMPTY = "Og=="
"""`:` in base64, no user and no password, which skopeo sends when it has none."""
_INVALID = "Your Authorization Token is invalid."
_SCHEMES = {Registry: ("basic", check_token), Gallery: ("bearer", check_password)}
ANONYMOUS = AccessKey(
    id=_ANYBODY,
    secret="",
    account="",
    arn="anonymous",
    user_id="",
    allow=(
        "ecr-public:BatchGetImage",
        "ecr-public:GetDownloadUrlForLayer",
        "ecr-public:ListImages",
    ),
)
"""Who pulls from the public gallery without logging in."""


def caller(world: World, place: Place, request: Request) -> AccessKey:
    """The key behind a request's Authorization header; refuses with the place's challenge."""
    scheme, _, value = request.header("Authorization").partition(" ")
    wanted, check = _SCHEMES[type(place)]
    if scheme.lower() not in ("basic", wanted) or value == _EMPTY:
        raise _challenged(place)
    try:
        if scheme.lower() != wanted:
            # The gallery answers a Basic token without a challenge (apple/containerization #711).
            raise BadToken
        return _key(world, place, check(value.strip()))
    except BadToken as bad:
        raise _refused(place, bad) from None


def is_token_request(place: Place, request: Request) -> bool:
    """Whether this asks the public gallery for a bearer token."""
    return isinstance(place, Gallery) and request.path.rstrip("/") == _TOKEN_PATH.rstrip("/")


def issue_bearer(place: Place, request: Request) -> Response:
    """A bearer token: for the holder of a Basic token, or for anybody."""
    scheme, _, value = request.header("Authorization").partition(" ")
    key_id = _ANYBODY
    if scheme.lower() == "basic":
        try:
            key_id = check_token(value.strip())
        except BadToken as bad:
            raise _refused(place, bad) from None
    return answer(200, {"token": issue_password(key_id)[0]})


def allow(key: AccessKey, place: Place, operation: str, repository: str) -> None:
    """Refuse, in IAM's words, an operation of the control plane that the key may not call.

    The registry API's permissions are the control plane's: a manifest is BatchGetImage, a layer
    GetDownloadUrlForLayer (ECR user guide, "Required IAM permissions"). What anybody may pull
    from the gallery, every key may: IAM has no action that would forbid it.
    """
    service = "ecr-public" if isinstance(place, Gallery) else "ecr"
    action = f"{service}:{operation}"
    if isinstance(place, Gallery) and ANONYMOUS.may_call(action):
        return
    if not key.may_call(action):
        if key is ANONYMOUS:
            raise _challenged(place)
        resource = f"arn:aws:{service}:{place.region}:{place.account}:repository/{repository}"
        raise Unserved(
            403, "DENIED", denied(key.arn, action, resource, explicitly=key.revoked).message
        )


def _key(world: World, place: Place, key_id: str) -> AccessKey:
    if key_id == _ANYBODY and isinstance(place, Gallery):
        return ANONYMOUS
    key = world.keys.get(key_id)
    if key is None or not key.active or key.expired():
        raise BadToken
    return key


def _refused(place: Place, bad: BadToken) -> Unserved:
    """A private registry answers 403 to a token past its time; to any other, and the gallery, 400.

    None comes with a challenge (containers-roadmap #2835).
    """
    status = 403 if bad.expired and isinstance(place, Registry) else 400
    return Unserved(status, "DENIED", _EXPIRED if bad.expired else _INVALID)


def _challenged(place: Place) -> Unserved:
    return Unserved(401, "UNAUTHORIZED", "Not Authorized", www_authenticate=_challenge(place))


def _challenge(place: Place) -> str:
    """As the real ones challenge, with this host in the realm."""
    if isinstance(place, Gallery):
        realm = f"http://{place.host}{_TOKEN_PATH}"
        return f'Bearer realm="{realm}",service="public.ecr.aws",scope="aws"'
    return f'Basic realm="http://{place.host}/",service="ecr.amazonaws.com"'
