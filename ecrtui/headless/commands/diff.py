"""`ecrtui diff FROM TO`: what changed from one image to another."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from ecrtui.compare.comparison import Comparison
from ecrtui.errors import EcrtuiError, NotFound, UsageError
from ecrtui.headless import narration
from ecrtui.headless.contents import (
    Contents,
    contents_document,
    contents_of,
    markdown_lines,
    text_lines,
)
from ecrtui.headless.output import TABLE, Output
from ecrtui.headless.reading import Told, other_platform
from ecrtui.render.comparison import comparison_lines, markdown
from ecrtui.render.comparison_document import comparison_document, lone_document
from ecrtui.render.finding_changes import remark
from ecrtui.render.layers import by_table
from ecrtui.render.sizes import size
from ecrtui.render.summary import no_difference, platform, summary, unsure
from ecrtui.workflows.compare import Platforms, compare
from ecrtui.workflows.compare_platforms import OnPlatform, platforms_of_both
from ecrtui.workflows.locate import locate
from ecrtui.workflows.look_inside import image_inside
from ecrtui.workflows.services import Services

DIFFERS = 1


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the difference; with --exit-code 1 when there is one."""
    _check(options)
    work = _Work(services, options, output)
    if options.all_platforms:
        work.each_platform()
    else:
        work.compare((options.from_platform, options.to_platform))
    if options.all_platforms and output.format == "json":
        output.document(work.documents)
    else:
        for document in work.documents:
            output.document(document)
    traffic = services.traffic
    narration.say(f"fetched {size(traffic.bytes)} in {traffic.requests} requests")
    for sentence in work.remarks:
        narration.say(sentence)
    return DIFFERS if options.exit_code and work.differs else 0


_OF_FILES = ("path", "deep", "mtime", "whole")
"""Options that say nothing where no layer is read."""
_OF_PLATFORMS = ("platform", "from_platform", "to_platform")


def _check(options: argparse.Namespace) -> None:
    """Refuse what would be silently left out; raises UsageError."""
    if options.all_platforms:
        for name in _given(options, _OF_PLATFORMS):
            raise UsageError(f"--all-platforms and {name}", title="One or the other")
    level = options.level
    needless = _given(options, _OF_FILES) if level in ("config", "layers") else []
    needed = "files"
    if level != "contents" and options.show_secrets:
        needless, needed = [*needless, "--show-secrets"], "contents"
    if needless:
        raise UsageError(
            f"--level {level} and {needless[0]}",
            title="That option says nothing at that level",
            hint=f"Leave it out, or write --level {needed}.",
        )


def _given(options: argparse.Namespace, names: Sequence[str]) -> list[str]:
    return [f"--{name.replace('_', '-')}" for name in names if getattr(options, name)]


class _Work:
    """One or more comparisons of the same two images, printed as they are made, but for JSON."""

    def __init__(self, services: Services, options: argparse.Namespace, output: Output) -> None:
        self._services = services
        self._options = options
        self._output = output
        self._told = (0, 0)
        self.documents: list[dict[str, Any]] = []
        self.remarks: list[str] = []
        self.differs = False

    def each_platform(self) -> None:
        """Compare for every platform that either image has."""
        options = self._options
        targets = [locate(self._services, text) for text in (options.before, options.after)]
        for number, one in enumerate(platforms_of_both(self._services, *targets)):
            self._head(one, first=number == 0)
            if one.before and one.after:
                self.compare((one.platform, one.platform))
            else:
                self._alone(one)

    def compare(self, platforms: Platforms) -> None:
        """Compare, and print or keep what is found."""
        services, options, output = self._services, self._options, self._output
        found = None
        with Told() as told:
            for found in compare(  # noqa: B007
                services,
                options.before,
                options.after,
                platforms=platforms,
                level="files" if options.level == "contents" else options.level,
                mtime=options.mtime,
                deep=options.deep,
                note=told.note,
            ):
                pass
            if found is None:
                raise NotFound(options.before)
            contents = self._contents(found, told)
        if output.is_json:
            self.documents.append(self._document(found, contents))
        else:
            _print(found, options.path, output, contents)
        for side, wanted in zip((found.before, found.after), platforms, strict=True):
            self.remarks += other_platform(side, wanted or services.options.platform)
        self.remarks += self._same(found)
        self.remarks += _remarks(found, contents)
        self.differs = self.differs or not found.same

    def _same(self, found: Comparison) -> Iterator[str]:
        """That nothing differs, where no summary says it."""
        told = no_difference(found)
        if told and self._output.format not in (TABLE, "markdown"):
            yield f"{platform(found.after)}: {told}" if self._options.all_platforms else told

    def _contents(self, found: Comparison, told: Told) -> Contents | None:
        if self._options.level != "contents":
            return None
        return contents_of(
            self._services,
            found,
            self._output.format,
            glob=self._options.path,
            unmasked=self._options.show_secrets,
            note=told.note,
        )

    def _alone(self, one: OnPlatform) -> None:
        """A platform that only one of the two has."""
        self.differs = True
        if self._output.is_json:
            text = self._options.before if one.before else self._options.after
            details = image_inside(self._services, text, one.platform)
            self.documents.append(lone_document(details, self._fetched(), added=one.after))

    def _head(self, one: OnPlatform, *, first: bool) -> None:
        """Which platform the lines after it are of, and whether only one image is for it."""
        output = self._output
        sign = "=" if one.before and one.after else "-" if one.before else "+"
        told = {"=": "", "-": "only in FROM", "+": "only in TO"}[sign]
        if output.is_json:
            return
        if output.format not in (TABLE, "markdown"):
            output.lines([["platform", sign, one.platform, told]])
            return
        title = f"{one.platform} {told}".rstrip()
        blank: list[list[str]] = [] if first else [[""]]
        output.lines([*blank, [f"## {title}" if output.format == "markdown" else title]])

    def _document(self, found: Comparison, contents: Contents | None) -> dict[str, Any]:
        shown = {one.path: contents_document(one) for one in contents.shown} if contents else {}
        left = contents.left if contents else None
        glob = self._options.path
        return comparison_document(
            found, self._fetched(), glob=glob, contents=shown, contents_left=left
        )

    def _fetched(self) -> dict[str, int]:
        """What came over the network since this was last asked for."""
        traffic, (bytes_, requests) = self._services.traffic, self._told
        self._told = traffic.bytes, traffic.requests
        return {"bytes": traffic.bytes - bytes_, "requests": traffic.requests - requests}


def _print(found: Comparison, glob: str, output: Output, contents: Contents | None) -> None:
    if output.format == "markdown":
        output.lines([line] for line in markdown(found, glob=glob))
        output.lines([line] for line in (markdown_lines(contents) if contents else ()))
        return
    if output.format != TABLE:
        output.lines(comparison_lines(found, glob=glob))
    else:
        output.lines([f"{field.label:<10}{field.text}"] for field in summary(found))
        for line in comparison_lines(found, glob=glob, most=_MOST):
            output.lines([[f"{line.part:<8}{line.sign} {line.name}  {line.detail}".rstrip()]])
    output.lines(text_lines(contents) if contents else ())


_MOST = 200
"""Files a person at a terminal is shown; a program gets all."""


def _remarks(found: Comparison, contents: Contents | None) -> Iterator[str]:
    for one in dict.fromkeys(found.skipped):
        yield f"{one.path} was not read: {one.reason}"
    if found.tables:
        yield by_table(found.tables)
    if found.unsure is not None:
        yield f"{unsure(found)}: --deep reads them"
    if remark(found.findings):
        yield remark(found.findings)
    if found.findings is not None and isinstance(found.findings.problem, EcrtuiError):
        yield f"findings were not compared: {found.findings.problem.sentence}"
    if contents is not None and contents.masked:
        yield f"{contents.masked:,} lines are masked: --show-secrets shows them"
