"""Where images are put: a registry's repository, a layout, a new archive."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.places import Home, Outside
from ecrtui.model.ports import BlobSink
from ecrtui.model.reference import Transport
from ecrtui.oci.stored.writing import ArchiveSink, LayoutSink
from ecrtui.store.delivery import Folder, Tarball, free_bytes
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

ARCHIVES = (Transport.OCI_ARCHIVE, Transport.DOCKER_ARCHIVE)


def is_file(home: Home) -> bool:
    """Whether what is put there becomes files of the person's."""
    return isinstance(home, Outside) and home.transport in (Transport.OCI, *ARCHIVES)


def path_of(home: Outside) -> Path:
    """The path of a layout or an archive."""
    return Path(home.where).expanduser()


def looked_at(services: Services, target: Target, *, replace: bool = False) -> BlobSink | None:
    """A destination to be asked what it has; None for a new archive, which has nothing.

    Nothing is made or written. Raises what would keep it from being written to.
    """
    home = target.home
    if isinstance(home, Outside) and home.transport in ARCHIVES:
        Tarball(path_of(home), replace=replace)
        return None
    if isinstance(home, Outside) and home.transport is Transport.OCI:
        folder = Folder(path_of(home))
        folder.check()
        return LayoutSink(folder, str(target))
    return services.sink(home, target.repository)


@contextlib.contextmanager
def destination(
    services: Services,
    target: Target,
    *,
    names: Sequence[str] = (),
    replace: bool = False,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[BlobSink]:
    """A sink. Files get their names, and their lists, when the block ends well.

    `names` are what an image is called once docker has loaded it; `pause` waits between tries.
    """
    home = target.home
    if isinstance(home, Outside) and home.transport in ARCHIVES:
        docker = home.transport is Transport.DOCKER_ARCHIVE
        with Tarball(path_of(home), replace=replace) as tar:
            archive = ArchiveSink(tar, names if docker else None)
            yield archive
            archive.finish()
    elif isinstance(home, Outside) and home.transport is Transport.OCI:
        folder = Folder(path_of(home))
        try:
            layout = LayoutSink(folder, str(target))
            yield layout
            layout.finish()
        finally:
            folder.abandon()
    else:
        yield services.sink(home, target.repository, pause=pause)


def enough_room(target: Target, size: int) -> None:
    """Raise EcrtuiError where so many bytes of files would fill the disk."""
    if not isinstance(target.home, Outside) or not is_file(target.home):
        return
    free = free_bytes(path_of(target.home))
    if free is not None and free < size:
        raise EcrtuiError(
            f"{target} takes {size:,} bytes, and {free:,} are free there",
            title="The disk has not room enough",
            hint="Make room, or name another place.",
        )


def not_engine(target: Target) -> Target:
    """A target, unless it is the engine, where images come by another way; raises UsageError."""
    home = target.home
    if isinstance(home, Outside) and home.transport is Transport.DAEMON:
        raise UsageError(
            str(target), title="Images come to the engine by pull", hint="Try: ecrtui pull IMAGE"
        )
    return target
