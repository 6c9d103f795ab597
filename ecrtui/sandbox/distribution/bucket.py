"""The bucket behind the registry: layers at pre-signed URLs, with ranges, as S3 serves them."""

from __future__ import annotations

from html import escape

from ecrtui.sandbox.distribution.presign import LayerObject, Refused, check_layer_request
from ecrtui.sandbox.distribution.ranges import part
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Blob
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

PUBLIC = "public"
"""Stands for the account in a URL of the public gallery's, where a repository is `alias/name`."""


def serve_layer(world: World, request: Request) -> Response:
    """A layer, whole or the range asked for; S3's XML errors otherwise."""
    try:
        layer = check_layer_request(request.method, request.target, request.headers)
        blob = _find(world, layer)
    except Refused as refused:
        return _error(refused)
    return _ranged(blob.read(), request.header("Range"))


def _find(world: World, layer: LayerObject) -> Blob:
    with world.lock:
        repository = _repository(world, layer)
        blob = None if repository is None else repository.blobs.get(layer.digest)
    if blob is None:
        raise Refused(404, "NoSuchKey", "The specified key does not exist.")
    return blob


def _repository(world: World, layer: LayerObject) -> Repository | None:
    if layer.account == PUBLIC:
        return world.public.find(layer.repository)
    registry = world.registries.get((layer.account, layer.region))
    return None if registry is None else registry.find(layer.repository)


def _ranged(data: bytes, asked: str) -> Response:
    headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    within = part(asked, len(data))
    if within is None:
        return Response(200, headers, data)
    first, last = within
    if first > last or first >= len(data):
        error = Refused(416, "InvalidRange", "The requested range is not satisfiable")
        return _error(error, {"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(206, headers, data[first : last + 1])


def _error(refused: Refused, headers: dict[str, str] | None = None) -> Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message></Error>"
    )
    return Response(
        refused.status, {"Content-Type": "application/xml", **(headers or {})}, text.encode()
    )
