"""Which of the images in a file is meant by what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from ecrtui.errors import NotFound, UsageError
from ecrtui.model.image import LATEST

K = TypeVar("K")
_MOST = 12
"""Names that an error lists."""


def chosen(images: Mapping[K, Sequence[str]], wanted: str, where: str) -> K:
    """The image that has a name, by its names; with '' the only one there is.

    A name is meant by itself, and by its end after a slash or a colon: `v1` or `app:v1` for
    `docker.io/team/app:v1`. Raises NotFound and UsageError, which list the names there are.
    """
    if not images:
        raise NotFound(where, title="There is no image in it")
    if not wanted:
        found = list(images)
    else:
        exact = (wanted, f"{wanted}:{LATEST}")
        found = [key for key, names in images.items() if any(name in exact for name in names)]
        found = found or [key for key, names in images.items() if any(_ends(names, exact))]
    if len(found) == 1:
        return found[0]
    told = _told([name for names in images.values() for name in names[:1]])
    if not found:
        raise NotFound(f"{where} has none called {wanted}", title="No such image", hint=told)
    raise UsageError(
        f"{where} has {len(found)} images" + (f" called {wanted}" if wanted else ""),
        title="An image must be named",
        hint=told or "None has a name: name one by its digest, as @sha256:...",
    )


def _ends(names: Sequence[str], wanted: Sequence[str]) -> list[bool]:
    return [name.endswith((f"/{one}", f":{one}")) for name in names for one in wanted]


def _told(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"Write :NAME after it, of: {', '.join(names[:_MOST])}{more}."
