"""botocore's own files (service models, endpoints) decoded fast.

botocore reads three megabytes of JSON before the first call, into OrderedDicts; msgspec does it
into dicts, which keep their order as well, in a fifth of the time.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from botocore.loaders import JSONFileLoader, create_loader

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


def loader(session: Any) -> Any:
    """A session's loader, as botocore makes it but for how files are decoded."""
    made = create_loader(session.get_config_variable("data_path"))
    made.file_loader = ModelFiles()
    return made
