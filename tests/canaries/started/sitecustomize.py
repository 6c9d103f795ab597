"""Every Python that a test starts tells of a secret in what it starts itself (`canary_spawning`).

What looks is imported when there is something to look at: most processes start none.
"""

import os
import sys

_EVENTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")


def _watch(findings):  # type: ignore[no-untyped-def]
    given, path = dict(os.environb), list(sys.path)
    watching = []  # type: ignore[var-annotated]

    def hear(event, values):  # type: ignore[no-untyped-def]
        if event == "os.putenv" or event in _EVENTS:
            if not watching:
                sys.path, now = path, sys.path  # somebody may have set another one since
                try:
                    from canary_spawning import Watching  # type: ignore[import-not-found]
                finally:
                    sys.path = now
                watching.append(Watching(findings, given=given))
            watching[0](event, values)

    sys.addaudithook(hear)


if os.environ.get("ECRTUI_CANARY_FINDINGS"):
    _watch(os.environ["ECRTUI_CANARY_FINDINGS"])  # type: ignore[no-untyped-call]
