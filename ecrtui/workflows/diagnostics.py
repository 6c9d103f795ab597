"""The log of --debug and the report of a crash: what happened, without any secret."""

from __future__ import annotations

import logging
import platform
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from ecrtui import __version__
from ecrtui.config.locations import Locations
from ecrtui.config.redaction import GONE, redacted
from ecrtui.store import files, logs

# botocore.auth and botocore.parsers are left out: they log canonical requests and whole bodies.
_TOLD = ("ecrtui", "botocore.endpoint", "botocore.credentials", "botocore.retries", "urllib3")


class RedactingFormatter(logging.Formatter):
    """A formatter whose lines, tracebacks included, have lost their secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return redacted(super().format(record))


def start_log(locations: Locations) -> Path | None:
    """Log calls and decisions into the state folder; where, or None when nothing can be written."""
    path = locations.state / "logs" / f"{_stamp()}.log"
    stream = logs.open_log(path)
    if stream is None:
        return None
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(threadName)s %(name)s %(message)s"))
    for name in _TOLD:
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
        logger.propagate = False
    return path


def crash_report(
    locations: Locations, failure: BaseException, arguments: Sequence[str], words: Sequence[str]
) -> Path | None:
    """Write what happened, without values of variables; where, or None.

    Of the arguments only options and the `words` of ours are kept: the rest may be anything.
    """
    shown = [word if word in words or _is_option(word) else GONE for word in arguments]
    text = "\n".join(
        (
            f"ecrtui {__version__}, Python {platform.python_version()}, {platform.system()}",
            f"arguments: {' '.join(shown)}",
            "",
            "".join(traceback.format_exception(failure)),
        )
    )
    path = locations.state / "crashes" / f"{_stamp()}.txt"
    return path if files.write(path, redacted(text).encode("utf-8", "backslashreplace")) else None


def _is_option(word: str) -> bool:
    return word.startswith("--") and "=" not in word


def _stamp() -> str:
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime())
