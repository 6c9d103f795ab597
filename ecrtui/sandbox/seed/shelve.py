"""Putting what the makers made into a repository."""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.sandbox.images.manifests import Made
from ecrtui.sandbox.images.reading import image_of_manifest
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Blob, Image

# A builder pushes the children of an index before the index itself.
_PUSH_SECONDS = 4


def put(repository: Repository, made: Made, pushed_at: float, tags: Iterable[str] = ()) -> Image:
    """Put a manifest with its blobs and children; answers the image, to be adorned further.

    What is there already stays as it is, but for tags, which move.
    """
    for child in made.children:
        put(repository, child, pushed_at - _PUSH_SECONDS)
    for one in made.blobs:
        if one.digest not in repository.blobs:
            blob = Blob(one.digest, len(one.data), one.media_type, one.data)
            repository.blobs[one.digest] = blob
    shelf = repository.images
    image = shelf.by_digest(made.digest)
    if image is None:
        sizes = {child.digest: shelf.by_digest(child.digest) for child in made.children}
        image = image_of_manifest(
            made.content.data,
            made.content.media_type,
            pushed_at,
            lambda digest: getattr(sizes[digest], "size", 0),
        )
        shelf.put(image)
    for tag in tags:
        shelf.tag(image.digest, tag)
    return image
