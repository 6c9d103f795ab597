"""The one entry: parses, picks a front end, imports it lazily.

Nothing heavy is imported here: `ecrtui --version` and completion must answer at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecrtui import __version__

if TYPE_CHECKING:
    import argparse

_LOOK_AFTER = 100_000
"""Objects that come before garbage is looked for: importing an SDK makes as many, and leaves none.
At Python's 700 a short command looks for a fifth of its time."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ecrtui on arguments (sys.argv's by default); the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:  # before argparse: it is asked by scripts, often
        print(f"ecrtui {__version__}")
        return 0
    from ecrtui.headless.guard import guarded

    code = guarded(lambda: _run(arguments), arguments)
    gc.freeze()  # the process ends: Python would look through all of the SDK for garbage once more
    return code


def _run(arguments: list[str]) -> int:
    from ecrtui.headless.arguments import parse

    options = parse(arguments)
    if options.command == "sandbox":
        from ecrtui.sandbox.main import run as serve

        return serve(options.rest)
    if options.command == "completion":
        from ecrtui.headless.completion import script

        sys.stdout.write(script(options.shell))
        return 0
    if options.command == "explore":
        gc.disable()  # imports leave no garbage; the explorer looks for some after its first frame
    else:
        gc.set_threshold(_LOOK_AFTER)
    if options.demo:
        return _in_demo(options)
    return _front_end(options)


def _in_demo(options: argparse.Namespace) -> int:
    from ecrtui.headless.demo import Demo

    with Demo() as demo:
        _import_front_end(options)  # while the sandbox boots
        demo.enter_world()
        return _front_end(options)


def _import_front_end(options: argparse.Namespace) -> None:
    if options.command == "explore":
        import ecrtui.tui.app
    else:
        import ecrtui.headless.run  # noqa: F401 - imported early on purpose


def _front_end(options: argparse.Namespace) -> int:
    from ecrtui.headless.run import run, services_for

    if options.command != "explore":
        return run(options)
    _refuse_formats(options)
    from ecrtui.tui.app import run as explore

    return explore(services_for(options), image=options.image)


def _refuse_formats(options: argparse.Namespace) -> None:
    """The explorer has no output to format, and needs a terminal."""
    from ecrtui.errors import UsageError

    if options.format or not all(one.isatty() for one in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            f"--{options.format}" if options.format else "stdin, stdout or stderr is not one",
            title="The explorer needs a terminal",
            hint="Name a command: ecrtui repos, ecrtui inspect IMAGE --json (ecrtui --help).",
        )
