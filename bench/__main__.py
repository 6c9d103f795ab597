"""`python -m bench [NAME...]`: run benchmarks and print their table."""

from __future__ import annotations

import argparse
import compileall
import sys
from collections.abc import Iterator
from importlib import import_module

from bench import page
from bench.figures import MISSED, Figure, Wrong, markdown
from bench.programs import ROOT
from bench.scale import QUICK, WHOLE
from tests.terminal.program import NeverSeen

NAMES = (
    "version",
    "helper",
    "first_frame",
    "repositories",
    "images",
    "cost",
    "explorer",
    "table",
    "quitting",
    "keys",
    "sandbox_start",
    "decode",
    "scan_rate",
    "layers",
    "tree",
    "diff",
    "contents",
    "copy",
    "pull",
)


def main() -> int:
    """Run what is asked for; 1 when a result was wrong or, in a whole run, a budget is missed."""
    options = _parser().parse_args()
    # As pip leaves an installed program; PYTHONDONTWRITEBYTECODE would have every start compile it.
    compileall.compile_dir(ROOT / "ecrtui", quiet=1)
    figures: list[Figure] = []
    wrong = False
    for name in options.names or NAMES:
        try:
            figures += _twice(name) if options.quick else _measured(name, quick=False)
        except (Wrong, NeverSeen) as failure:
            wrong = True
            print(f"{name}: WRONG: {failure}", file=sys.stderr)
    print(markdown(figures), end="")
    if wrong:
        return 1
    if options.write:
        page.write(figures)
    missed = any(figure.verdict == MISSED for figure in figures)
    return int(missed and not options.quick)


def _twice(name: str) -> list[Figure]:
    """Measured once more when it failed, as a test is: engines and sandboxes die now and then."""
    try:
        return list(_measured(name, quick=True))
    except (Wrong, NeverSeen) as failure:
        print(f"{name}: once more, for it failed: {failure}", file=sys.stderr)
        return list(_measured(name, quick=True))


def _measured(name: str, *, quick: bool) -> Iterator[Figure]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    yield from import_module(f"bench.{name}").run(QUICK if quick else WHOLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, smaller worlds; no budget fails"
    )
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
