"""Write docs/coverage.md from the table of operations; a test holds it fresh.

python -m scripts.coverage_page
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scripts.coverage_table import ECR, PUBLIC, Covered

PAGE = Path(__file__).parents[1] / "docs/coverage.md"
HEAD = """\
# Coverage

*Made from scripts/coverage_table.py by scripts/coverage_page.py. A test runs each command against
the sandbox and looks whether it calls the operation, and holds the table to the service models of
the installed botocore: an operation that AWS adds makes it fail.*

Every operation of ECR ({private}) and of ECR Public ({public}) is reached by the command beside it,
and by the keys of the explorer. Words in capitals stand for what you type. What goes by the
registry protocol says so: AWS authorises that as the operation of the same row.
"""


def page() -> str:
    """The whole page."""
    head = HEAD.format(private=len(ECR), public=len(PUBLIC))
    parts = [
        f"## {title}\n\n{_table(rows)}" for title, rows in (("ECR", ECR), ("ECR Public", PUBLIC))
    ]
    return "\n\n".join([head.rstrip(), *parts]) + "\n"


def _table(rows: Sequence[Covered]) -> str:
    lines = ["| operation | command | in the explorer | sent as |", "|---|---|---|---|"]
    for row in rows:
        command, sent = f"`ecrtui {row.command}`", f"`{row.protocol}`" if row.protocol else ""
        lines.append(f"| {row.operation} | {command} | {row.explorer} | {sent} |")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
