"""botocore's own files (service models, endpoints) decoded fast.

botocore reads three megabytes of JSON before the first call, into OrderedDicts; msgspec does it
into dicts, which keep their order as well, in a fifth of the time. Each file is decoded once for
all sessions, of which there is one for every profile: they only read what is in it. But into the
endpoints botocore writes what it found, so every session has its own.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any

import msgspec
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader, create_loader

_OPEN: dict[str, Callable[..., Any]] = {".json": open, ".json.gz": gzip.open}
_KEPT = 64
"""Files: some five for each service there is a client of, and botocore's own."""


class ModelFiles(JSONFileLoader):
    """botocore's file loader; a file msgspec refuses is left to botocore, and to its error."""

    def load_file(self, file_path: str) -> Any:
        """The decoded file, named without its ending; None when there is none."""
        for ending in _OPEN:
            whole = file_path + ending
            if os.path.isfile(whole):
                known = os.stat(whole)
                decoded = _decoded.__wrapped__ if _is_written(file_path) else _decoded
                try:
                    return decoded(whole, ending, known.st_mtime_ns, known.st_size)
                except msgspec.DecodeError:
                    return super().load_file(file_path)
        return None


def _is_written(file_path: str) -> bool:
    return os.path.basename(file_path) == "endpoints"


@lru_cache(maxsize=_KEPT)
def _decoded(whole: str, ending: str, _changed: int, _size: int) -> Any:
    """What stands in a file as it is now: one that was replaced is another."""
    with _OPEN[ending](whole, "rb") as file:
        return msgspec.json.decode(file.read())


class _Known(Collection[str]):
    """The services there are. botocore asks only whether one is among them, for each file of a
    client; to list four hundred folders for that takes longer than the files themselves."""

    def __init__(self, loader: Loader, type_name: str) -> None:
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, name: object) -> bool:
        try:
            return bool(self._loader.list_api_versions(name, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(Loader.list_available_services(self._loader, self._type_name))

    def __len__(self) -> int:
        return len(list(iter(self)))


class Models(Loader):
    """botocore's loader, which lists the services only for who wants the list."""

    def list_available_services(self, type_name: str) -> Any:
        """The services that have files of a type."""
        return _Known(self, type_name)


def loader(session: Any) -> Any:
    """A session's loader, as botocore makes it but for how files are found and decoded."""
    made = create_loader(session.get_config_variable("data_path"))
    return Models(made.search_paths, ModelFiles(), include_default_search_paths=False)
