"""botocore's own files (service models, endpoints) decoded fast.

botocore reads three megabytes of JSON before the first call, into OrderedDicts; msgspec does it
into dicts, which keep their order as well, in a fifth of the time.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader, create_loader

_OPEN: dict[str, Callable[..., Any]] = {".json": open, ".json.gz": gzip.open}


class ModelFiles(JSONFileLoader):
    """botocore's file loader; a file msgspec refuses is left to botocore, and to its error."""

    def load_file(self, file_path: str) -> Any:
        """The decoded file, named without its ending; None when there is none."""
        for ending, opened in _OPEN.items():
            whole = Path(file_path + ending)
            if whole.is_file():
                with opened(whole, "rb") as file:
                    return self._decoded(file.read(), file_path)
        return None

    def _decoded(self, data: bytes, file_path: str) -> Any:
        try:
            return msgspec.json.decode(data)
        except msgspec.DecodeError:
            return super().load_file(file_path)


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
