"""Write docs/keys.md from the declared commands; a test fails when the page is not fresh.

python scripts/keys_page.py
"""

from __future__ import annotations

from pathlib import Path

from ecrtui.config.commands import (
    AFFECTED,
    COMMANDS,
    COMPARE,
    CONTAINER,
    CONTAINERS,
    COST,
    CREDENTIALS,
    EVERYWHERE,
    IMAGE,
    IMAGES,
    JOBS,
    JOURNAL,
    LIFECYCLE,
    LISTS,
    PRUNING,
    REPOSITORIES,
    SETTINGS,
    TIME,
    USES,
    WHY,
    Command,
)
from ecrtui.config.offered import key_label

PAGE = Path(__file__).parents[1] / "docs/keys.md"
HEAD = """\
# Keys

*Made from the commands' declarations by scripts/keys_page.py.*

`?` says which of them work where you stand, ctrl+p finds any by its name, and a dim key at the
bottom says why it is impossible when you press it. The mouse works too: crumbs and keys can be
clicked, a column's title sorts, a double click opens.

## Moving

| keys | what |
|---|---|
| ↑ ↓ k j | a row or a line |
| page up, page down, ctrl+u ctrl+d | a page, half a page |
| home end, g G | the first, the last |
| ⏎ esc | in, out |
"""

TAIL = """
## Other keys

`keymap.toml`, beside `settings.toml` (`ecrtui doctor` says where), gives a command other keys:

```toml
refresh = "f5"
sort = ["s", "ctrl+s"]
```

A key given to one command is taken from the one that had it. `ecrtui keys` prints what holds then.
ctrl+h, ctrl+i, ctrl+j, ctrl+m and ctrl+[ cannot be had, since terminals fold them into other keys,
nor ctrl+a and ctrl+b, which belong to screen and tmux.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for place, title in _PLACES.items():
        own = [command for command in COMMANDS if command.where[0] == place]
        parts.append(f"\n## {title}\n\n{_table(own)}")
        if place == COMPARE:
            parts.append("\nTab, shift+tab and `u` work as on one image.\n")
    missing = {command.where[0] for command in COMMANDS} - _PLACES.keys()
    if missing:
        raise SystemExit(f"name these places: {sorted(missing)}")
    return "".join([*parts, TAIL])


_PLACES = {
    EVERYWHERE: "Everywhere",
    LISTS: "On every list",
    REPOSITORIES: "On repositories and images",
    IMAGES: "On images",
    IMAGE: "On one image",
    COMPARE: "In a comparison",
    JOBS: "In the drawer of jobs, and on one job",
    CONTAINERS: "On the containers, and on the log of one",
    CONTAINER: "On the log of a container",
    JOURNAL: "In the journal",
    PRUNING: "What would be deleted",
    USES: "On the uses of a repository",
    AFFECTED: "Images with a CVE",
    TIME: "On the history of tags",
    WHY: "On why an image cannot be pulled",
    COST: "On what storage costs",
    SETTINGS: "In settings",
    LIFECYCLE: "In a lifecycle policy",
    CREDENTIALS: "On the credentials, and on one of them",
}
"""The title of each place; a command is told of under the first of its places."""


def _table(commands: list[Command]) -> str:
    rows = ["| keys | command | what it does |", "|---|---|---|"]
    for command in commands:
        keys = " ".join(map(key_label, command.keys)).replace("|", "\\|") or "palette only"
        rows.append(f"| {keys} | `{command.id}` | {command.help} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
