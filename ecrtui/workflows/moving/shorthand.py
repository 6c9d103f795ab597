"""What a person may leave out where a command says what kind of place is meant."""

from __future__ import annotations

from pathlib import Path

from ecrtui.errors import UsageError
from ecrtui.model.reference import Transport

_PREFIXES = (
    "docker://",
    *(
        f"{one.value}:"
        for one in (
            Transport.DAEMON,
            Transport.OCI,
            Transport.OCI_ARCHIVE,
            Transport.DOCKER_ARCHIVE,
        )
    ),
)


def local_image(text: str) -> str:
    """LOCAL of push: `app:v1` is the engine's."""
    return text if _says_where(text) else f"{Transport.DAEMON.value}:{text}"


def file_written(text: str) -> str:
    """FILE of export: one file is an archive that engines load, a folder a layout.

    Raises UsageError for `-`, which elsewhere is stdout or stdin.
    """
    if text == "-":
        raise UsageError(text, title="Images go to files, not to a pipe", hint="Name a file.")
    if _says_where(text):
        return text
    folder = text.endswith("/") or Path(text).expanduser().is_dir()
    kind = Transport.OCI if folder else Transport.DOCKER_ARCHIVE
    return f"{kind.value}:{text}"


def file_read(text: str) -> str:
    """FILE of import: an archive of either kind, or the folder of a layout."""
    return file_written(text)


def _says_where(text: str) -> bool:
    return text.startswith(_PREFIXES)
