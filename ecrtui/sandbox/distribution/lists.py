"""What the registry API lists: the tags of a repository, the repositories of a registry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control.ecr.repositories import opaque_order
from ecrtui.sandbox.distribution.answers import unsupported
from ecrtui.sandbox.distribution.asking import Asking
from ecrtui.sandbox.distribution.login import allow
from ecrtui.sandbox.distribution.paging import page, start
from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.shelf import ImageShelf
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import Place

_STEP = 200


def tags(asking: Asking) -> Response:
    """GET tags/list: the tags of images that can be pulled, in no order anybody promises."""
    asking.allow("ListImages")
    image, _, tag = start(asking.request, "0.0").partition(".")
    rows = _tags_from(asking.repository.images, int(image), int(tag))
    return page(rows, asking.request, asking.place.host, "tags", name=asking.name)


def catalog(place: Place, request: Request, key: AccessKey) -> Response:
    """GET _catalog: the repositories of a private registry."""
    if not isinstance(place, Registry):
        raise unsupported()
    allow(key, place, "DescribeRepositories", "*")
    names = opaque_order(list(place.repositories))
    first = int(start(request, "0"))
    rows = zip(names[first:], map(str, count(first)), strict=False)
    return page(rows, request, place.host, "repositories")


def _tags_from(shelf: ImageShelf, image: int, tag: int) -> Iterator[tuple[str, str]]:
    """Tags from the one of this image and number on, each with its place.

    Walks the shelf in steps: a page of a hundred thousand images costs what it shows.
    """
    while images := shelf.slice(image, image + _STEP):
        for one in images:
            if one.status == "ACTIVE":
                for number, text in list(enumerate(sorted(one.tags)))[tag:]:
                    yield text, f"{image}.{number}"
            image, tag = image + 1, 0
