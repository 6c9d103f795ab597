"""How every run ends: errors told, pipes and interrupts quiet, crashes reported without secrets."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence

from ecrtui.errors import EcrtuiError
from ecrtui.headless import narration

INTERRUPTED = 130
CRASHED = 70
"""EX_SOFTWARE of sysexits.h: our own mistake, which no documented code means."""


def guarded(run: Callable[[], int], arguments: Sequence[str]) -> int:
    """`run`'s exit code, or that of what it raised.

    Threads that end by a mistake of ours are told as that is: Python's own words for it would
    quote the exception, which may hold a secret.
    """
    threading.excepthook = lambda told: _crashed_apart(told.exc_value, arguments)
    try:
        return run()
    except EcrtuiError as failure:
        narration.tell(failure)
        return failure.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has enough. Python would flush into the closed pipe once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as failure:  # noqa: BLE001 - the last resort is what this is
        return _crashed(failure, arguments)


def _crashed_apart(failure: BaseException | None, arguments: Sequence[str]) -> None:
    if failure is not None and not isinstance(failure, SystemExit):
        _crashed(failure, arguments)


def _crashed(failure: BaseException, arguments: Sequence[str]) -> int:
    from ecrtui.config.locations import Locations
    from ecrtui.config.redaction import redacted
    from ecrtui.headless.declared import BY_NAME
    from ecrtui.workflows.diagnostics import crash_report

    narration.say(f"a mistake of ours: {redacted(f'{type(failure).__name__}: {failure}')}")
    path = crash_report(Locations.standard(), failure, arguments, tuple(BY_NAME))
    if path is not None:
        narration.say(f"The report, without secrets, is in {path}")
    return CRASHED
