"""The registry API of one place: who asks, for what, and which part answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.distribution import blobs, lists, manifests
from ecrtui.sandbox.distribution.answers import Unserved, answer, name_unknown, unsupported
from ecrtui.sandbox.distribution.asking import Asking
from ecrtui.sandbox.distribution.bucket import serve_layer
from ecrtui.sandbox.distribution.login import caller, is_token_request, issue_bearer
from ecrtui.sandbox.distribution.presign import BUCKET
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import Place, World

_PATHS: tuple[tuple[re.Pattern[str], Callable[..., Response], tuple[str, ...]], ...] = (
    (re.compile(r"/v2/(.+)/manifests/([^/]+)"), manifests.read, ("GET", "HEAD")),
    (re.compile(r"/v2/(.+)/manifests/([^/]+)"), manifests.put, ("PUT",)),
    (re.compile(r"/v2/(.+)/manifests/([^/]+)"), manifests.delete, ("DELETE",)),
    (re.compile(r"/v2/(.+)/tags/list"), lists.tags, ("GET",)),
    (re.compile(r"/v2/(.+)/referrers/([^/]+)"), manifests.referrers, ("GET",)),
    (re.compile(r"/v2/(.+)/blobs/uploads/?"), blobs.begin, ("POST",)),
    (re.compile(r"/v2/(.+)/blobs/uploads/([^/]+)"), blobs.go_on, ("GET", "PATCH", "PUT", "DELETE")),
    (re.compile(r"/v2/(.+)/blobs/([^/]+)"), blobs.read, ("GET", "HEAD", "DELETE")),
)
# These take bodies, for which the world does not stand still: they lock it for what they change.
_AT_THE_CLIENTS_PACE = (blobs.begin, blobs.go_on, manifests.put)


def handle_registry(world: World, place: Place, request: Request) -> Response:
    """Answer what a registry's port is asked: the registry API, tokens, layers at signed URLs."""
    if request.path.startswith(BUCKET):
        return serve_layer(world, request)
    try:
        if is_token_request(place, request):
            return issue_bearer(place, request)
        return _answered(world, place, request)
    except Unserved as refused:
        return refused.response()


def _answered(world: World, place: Place, request: Request) -> Response:
    key = caller(world, place, request)
    if request.path.rstrip("/") == "/v2":
        return answer(200, {})
    if request.path == "/v2/_catalog" and request.method == "GET":
        with world.lock:
            return lists.catalog(place, request, key)
    part, name, rest = _part(request)
    asking = _asking(world, place, request, key, name)
    if part in _AT_THE_CLIENTS_PACE:
        return part(asking, *rest)
    with world.lock:
        return part(asking, *rest)


def _asking(world: World, place: Place, request: Request, key: AccessKey, name: str) -> Asking:
    repository = place.find(name)
    if repository is None:
        raise name_unknown(name, place.account)
    return Asking(world, place, request, key, name, repository)


def _part(request: Request) -> tuple[Callable[..., Response], str, tuple[str, ...]]:
    """Which part answers a path, for which repository, with which of the path's parts."""
    known = False
    for pattern, part, methods in _PATHS:
        found = pattern.fullmatch(request.path)
        if found is not None and request.method in methods:
            return part, found[1], found.groups()[1:]
        known = known or found is not None
    if known:
        raise unsupported()
    raise Unserved(404, "NOT_FOUND", "404 page not found")
