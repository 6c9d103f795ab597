"""`ecrtui doctor`: what is here, what is missing, what that costs and how to mend it."""

from __future__ import annotations

import argparse

from ecrtui.headless import tables
from ecrtui.headless.output import Output
from ecrtui.workflows.doctor import BAD, Check, diagnose
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print every check; 0 when browsing works, else the exit code of what prevents it."""
    del options
    checks = []
    for check in diagnose(services):
        checks.append(check)
        if output.format == "table":
            output.lines([line] for line in _lines(check))
        elif output.format == "jsonl":
            output.pages(tables.CHECKS, [[check]])
    if output.format not in ("table", "jsonl"):
        output.pages(tables.CHECKS, [checks])
    return next((check.exit_code for check in checks if check.state == BAD), 0)


_SIGNS = {"ok": "ok  ", "lack": "lack", "bad": "BAD "}


def _lines(check: Check) -> list[str]:
    lines = [f"{_SIGNS[check.state]}  {check.name:<12} {check.detail}"]
    if check.cost:
        lines.append(f"      costs        {check.cost}")
    if check.fix:
        lines.append(f"      mend it      {check.fix}")
    return lines
