"""Write docs/commands.md from the parser; a test fails when the page is not fresh.

python scripts/commands_page.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ecrtui.headless.arguments import common_parser
from ecrtui.headless.declared import COMMANDS
from ecrtui.headless.parsing import Parser

PAGE = Path(__file__).parents[1] / "docs/commands.md"
HEAD = """\
# Commands

*Made from the parser by scripts/commands_page.py.*

`ecrtui [options] [IMAGE]` opens the explorer, at IMAGE when one is given. A word without `/`, `:`
or `@` is a command, never an image.

stdout is data, stderr is narration. On a terminal a table is printed, else tab-separated lines with
exact values under one heading (`--plain` does so on a terminal too). [json.md](json.md) describes
`--json` and `--jsonl`. Control characters in foreign text are shown, not obeyed.

| exit code | meaning |
|---|---|
| 0 | done |
| 2 | wrong usage or bad input |
| 3 | not signed in or not allowed |
| 4 | not found; `wait` and `search` too |
| 5 | the remote side failed or throttled for good |
| 6 | a local part is missing |
| 70 | a mistake of ours; a report without secrets is written and named |
| 130 | interrupted |

Of several profiles or regions one that fails is told on stderr and spoils no other; the first
failure gives the exit code.

## Common options

They go with every command but `sandbox`, before or after it.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, _table(common_parser())]
    for command in COMMANDS:
        if command.name == "sandbox":
            usage, table = "ecrtui sandbox ...", "Its options: [sandbox.md](sandbox.md)."
        else:
            parser = command.parser()
            usage, table = _usage(parser), _table(parser)
        parts.append(f"\n## {command.name}\n\n{command.help}\n\n    {usage}\n\n{table}".rstrip())
    return "\n".join(parts) + "\n"


def _usage(parser: Parser) -> str:
    places = [action for action in parser._actions if not action.option_strings]
    words = [_name(action) for action in places]
    options = [
        action for action in parser._actions if action.option_strings[:1] not in ([], ["-h"])
    ]
    return " ".join([parser.prog, *words, *(f"[{_name(option)}]" for option in options)])


def _table(parser: argparse.ArgumentParser) -> str:
    actions = [action for action in parser._actions if "-h" not in action.option_strings]
    if not actions:
        return ""
    rows = [f"| `{_name(action)}` | {action.help or ''} |" for action in actions]
    return "\n".join(["| | |", "|---|---|", *rows])


def _name(action: argparse.Action) -> str:
    value = str(action.metavar or "")
    if not value and action.choices:
        value = " or ".join(map(str, action.choices))
    return " ".join([*action.option_strings[-1:], *([value] if value else [])])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
