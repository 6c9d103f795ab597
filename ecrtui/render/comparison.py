"""The difference of two images as lines: for a terminal, for a program, for a pull request.

Text is foreign: whoever prints a line makes it safe, and Markdown's own signs are escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.files import Difference, FileChange
from ecrtui.render.finding_changes import finding_changes, remark
from ecrtui.render.layers import by_table
from ecrtui.render.scans import severity_word
from ecrtui.render.secrets import masked
from ecrtui.render.sizes import size
from ecrtui.render.summary import SIGNS, growth, package_kind, shown_value, summary, title, unsure

_MOST = 40
"""Files that a person is shown; a program gets all."""
_SHORT = 19
"""Of a digest: `sha256:` and twelve digits."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#&])")


class Line(NamedTuple):
    """One change: the part it is of, a sign (+, -, ~, =, !), what changed, and how."""

    part: str
    sign: str
    name: str
    detail: str = ""


def comparison_lines(found: Comparison, *, glob: str = "", most: int = 0) -> Iterator[Line]:
    """Every change, part by part; at most `most` files when that is not 0."""
    for bite in found.bites:
        yield Line("look", "!", bite.subject or bite.kind, bite.text)
    for row in found.config:
        before, after = shown_value(row.field, row.before), shown_value(row.field, row.after)
        yield Line("config", _sign(row.before, row.after), row.field, _change(before, after))
    for layer in found.layers:
        sign = {"same": "=", "added": "+", "removed": "-"}[layer.change]
        again = " (compressed again)" if layer.recompressed else ""
        told = f"{size(layer.size)}{again} {masked(layer.created_by)}".strip()
        yield Line("layer", sign, layer.digest[:_SHORT], told)
    for package in found.packages or ():
        sign = SIGNS.get(package.change, "~")
        versions = _change(package.before or "", package.after or "")
        yield Line("package", sign, package.name, f"{versions} ({package_kind(package)})")
    for change, one in finding_changes(found):
        told = f"{severity_word(one.severity)}, {one.package} {one.version}".rstrip()
        yield Line("finding", "+" if change == "added" else "-", one.name, told)
    if found.files is not None:
        yield from _files(found.files, glob, most)


def matching(files: Difference, glob: str) -> Iterator[FileChange]:
    """The changed files whose path a glob matches; '' matches all."""
    return map(files.row, _paths(files, glob))


def _paths(files: Difference, glob: str) -> list[str]:
    return [path for path in files.paths() if not glob or fnmatchcase(path, glob)]


def markdown(found: Comparison, *, glob: str = "") -> Iterator[str]:
    """Lines fit for a comment on a pull request."""
    yield f"### {_quoted(title(found))}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for field in summary(found):
        yield f"| {field.label} | {_quoted(field.text)} |"
    if found.unsure is not None:
        yield f"| Unsure | {_quoted(unsure(found))} |"
    if found.tables:
        yield f"| Unverified | {_quoted(by_table(found.tables))} |"
    if remark(found.findings):
        yield f"| Note | {_quoted(remark(found.findings))} |"
    part = ""
    for line in comparison_lines(found, glob=glob, most=_MOST):
        if line.part != part:
            part = line.part
            yield ""
            yield f"**{_TITLES[part]}**"
            yield ""
        detail = f" {_quoted(line.detail)}" if line.detail else ""
        name = " ".join(line.name.split()).replace("`", "'")
        yield f"- {_quoted(line.sign)} `{name}`{detail}"


_TITLES = {
    "look": "Look at",
    "config": "Config",
    "layer": "Layers",
    "package": "Packages",
    "finding": "Findings",
    "file": "Files",
}


def _files(files: Difference, glob: str, most: int) -> Iterator[Line]:
    renamed = {one.before: one.after for one in files.renames}
    paths = _paths(files, glob)
    shown = paths[:most] if most else paths
    for row in map(files.row, shown):
        sign = {"added": "+", "removed": "-", "modified": "~"}[row.change]
        yield Line("file", sign, row.path, _of_file(row, renamed.get(row.path, "")))
    if len(shown) < len(paths):
        yield Line("file", "…", f"{len(paths) - len(shown):,} more")


def _of_file(row: FileChange, renamed: str) -> str:
    if row.before is not None and row.after is not None:
        grown = row.after.size - row.before.size
        parts = [" ".join(row.differs), growth(grown)]
        if "linkname" in row.differs:
            parts.append(f"{row.before.linkname} → {row.after.linkname}")
        return ", ".join(part for part in parts if part)
    entry = row.after or row.before
    told = size(entry.size) if entry is not None and entry.size else ""
    return f"{told} renamed to {renamed}".strip() if renamed else told


def _sign(before: object, after: object) -> str:
    return "+" if before is None else "-" if after is None else "~"


def _change(before: str, after: str) -> str:
    return f"{before} → {after}" if before and after else before or after


def _quoted(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
