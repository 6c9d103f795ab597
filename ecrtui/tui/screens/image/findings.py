"""The Findings tab: what scanning found in each platform, and one finding looked at closely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.finding import Finding, FindingDetails, PlatformScan
from ecrtui.model.places import Outside, Registry
from ecrtui.render.finding_lines import ORDERS, FindingsView, finding_lines, matching
from ecrtui.render.lines import TextLine, note, section_lines
from ecrtui.render.scans import Ways, counts_text, finding_sections
from ecrtui.tui import background
from ecrtui.tui.screens.image.inside import InsideScreen
from ecrtui.tui.screens.image.scan_field import ScanField
from ecrtui.tui.screens.text import problem_text
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.model.details import ImageDetails

FINDINGS = "findings"
"""The tab's id."""


class WithFindings(InsideScreen):
    """Subclasses say which image, and whether the tab is seen."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.scan = ScanField(self)
        self.scans: list[PlatformScan] = []
        self._asked_for: tuple[tuple[str, str], ...] = ()
        """Platforms and digests that were asked for."""
        self._reading_scans = False
        self._scans_problem: EcrtuiError | None = None
        self.findings_order = ORDERS[0]
        self._findings_reversed = False
        self._turned: frozenset[str] = frozenset()
        self._finding: Finding | None = None
        """The one that is looked at closely."""
        self._more: FindingDetails | None = None
        self._why_no_more = ""
        self._lines_of: tuple[tuple[object, ...], FindingsView, list[TextLine]] | None = None
        """What the lines were made from, held so that it is no other, and the lines."""
        self._came_to = 0
        """The line that it was opened on."""

    @property
    def at_findings(self) -> bool:
        """Whether the tab is seen."""
        raise NotImplementedError

    def why_no_tab(self, name: str) -> str:
        """Why this image does not have a tab."""
        raise NotImplementedError

    # Reading

    def look_for_findings(self, *, again: bool = False) -> None:
        """Ask for the scans, once for what the image is made of. That is no pull."""
        details = self.details
        parts = tuple(parts_of(details)) if details is not None else ()
        if details is None or not isinstance(details.home, Registry) or not parts:
            return
        if self._asked_for == parts and not again:
            return
        if self._asked_for != parts:
            self.scans, self._finding = [], None
        self._asked_for = parts
        self._reading_scans, self._scans_problem = True, None
        services, registry, name = self.session.services, details.home, details.repository
        fresh: dict[str, PlatformScan] = {scan.report.digest: scan for scan in self.scans}

        def fuller() -> Iterator[PlatformScan]:
            from ecrtui.workflows.findings import of_platforms

            return of_platforms(services, registry, name, parts)

        def deliver(found: list[PlatformScan]) -> None:
            for scan in found:
                fresh[scan.report.digest] = scan
            digests = (digest for _, digest in parts)
            self.scans = [fresh[digest] for digest in digests if digest in fresh]
            self.show()

        def done(problem: EcrtuiError | None) -> None:
            self._reading_scans, self._scans_problem = False, problem
            self.show()

        background.read(self, FINDINGS, fuller, deliver=deliver, done=done, caller=self.caller)

    def start_reading(self) -> None:
        """Findings are read anew, too, when one looks at them."""
        self._asked_for = ()
        super().start_reading()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """What the image is made of is known: its findings can be asked for."""
        super().finish_reading(problem)
        parts = list(parts_of(self.details)) if self.details is not None else []
        if self.at_findings:
            self.look_for_findings()
        elif parts and not self.why_no_tab(FINDINGS):
            self.scan.look(parts[0][1])

    def show_files(self) -> None:
        """One came to another tab."""
        super().show_files()
        if self.at_findings:
            self.look_for_findings()

    # Drawing

    def findings_content(self, columns: int) -> list[TextLine]:
        """The lines of the tab."""
        if self._finding is not None:
            sections = finding_sections(
                self._finding, self._more, self.session.times, self._why_no_more
            )
            lines = section_lines(sections, columns)
            head = lines[0]._replace(copy=self._finding.uri or self._finding.name)
            return [head, *lines[1:]]
        lines = self._drawn(
            FindingsView(
                tuple(self.scans),
                columns,
                self.session.times,
                self._ways(),
                self.findings_order,
                self._findings_reversed,
                self._turned,
                self.filter_text,
                self.session.ascii,
            )
        )
        if self._scans_problem is not None:
            key = self.key_of("refresh")
            lines += [TextLine(), *problem_text(self._scans_problem, key, columns)]
        elif self._reading_scans:
            lines += [note("Reading the findings ...", "busy")]
        return lines

    def _drawn(self, view: FindingsView) -> list[TextLine]:
        """The lines, made anew only where something of them is another: thousands take a while,
        and the screen asks for them whenever anything is shown. Ages may be a minute late."""
        times = view.times
        scans, minute = tuple(map(id, view.scans)), (times.now // 60, times.absolute)
        key = (scans, minute, *view[1:2], *view[3:])
        if self._lines_of is None or self._lines_of[0] != key:
            self._lines_of = (key, view, finding_lines(view))
        return list(self._lines_of[2])

    def _ways(self) -> Ways:
        read_only = self.session.services.read_only
        start = (
            "A scan cannot be started: read-only"
            if read_only
            else (f"{self.key_of('start-scan')} starts a basic scan")
        )
        return Ways(
            start=start,
            restore=f"{self.key_of('archive')} brings it back",
            again=f"{self.key_of('refresh')} looks again",
        )

    def remarks(self) -> str:
        """How many of which severity, and in which order."""
        if not self.at_findings:
            return super().remarks()
        if self._finding is not None:
            return f"{self.key_of('copy')} copies where to read more"
        counts = self.scans[0].report.severities if len(self.scans) == 1 else {}
        order = f"by {self.findings_order}{' reversed' if self._findings_reversed else ''}"
        return " · ".join(part for part in (counts_text(counts), order) if part)

    def found_text(self) -> str:
        """How many findings pass the filter."""
        if not self.at_findings:
            return super().found_text()
        rows = [found for scan in self.scans for found in scan.report.findings]
        count = len(matching(rows, self.filter_text))
        return f"{count:,} of {len(rows):,} findings with {self.filter_text}"

    # What commands ask for

    def filter_by(self, text: str) -> None:
        """Findings are searched by all that is known of them, not by what is seen alone."""
        if not self.at_findings or self._finding is not None:
            super().filter_by(text)
            return
        self.filter_text = text
        self.lines.find("")
        self.show()

    def open_finding(self, leads: str) -> None:
        """Look at one closely; Inspector is asked for what ECR does not tell of it."""
        digest, _, place = leads.rpartition(":")
        report = next((one.report for one in self.scans if one.report.digest == digest), None)
        details = self.details
        if report is None or details is None or not isinstance(details.home, Registry):
            return
        if self.filter_text:
            self.filter_by("")
        self._finding, self._more, self._why_no_more = report.findings[int(place)], None, ""
        self._came_to = self.lines.cursor
        self.lines.start()
        self.show()
        self.lines.move_to(0)
        if self._finding.arn:
            self._read_more(details.home, self._finding.arn)

    def _read_more(self, registry: Registry, arn: str) -> None:
        services = self.session.services

        def ask() -> FindingDetails:
            from ecrtui.workflows.findings import details

            return details(services, registry, arn)

        def answer(more: FindingDetails) -> None:
            self._more = more
            self.show()

        def failed(problem: EcrtuiError) -> None:
            self._why_no_more = f"What Inspector knows besides: {problem.sentence}"
            self.show()

        background.ask(self, "finding", ask, answer=answer, failed=failed)

    def follow(self, leads: str) -> None:
        """Open or close what folds, look at a finding closely."""
        what, _, which = leads.partition(":")
        if what == "fold":
            self.turn(which)
        elif what == "finding":
            self.open_finding(which)

    def turn(self, key: str) -> None:
        """Open or close what folds."""
        self._turned = self._turned ^ {key}
        self.show()

    def give_up(self) -> bool:
        """Escape goes from one finding back to all of them, before it leaves."""
        if super().give_up():
            return True
        if not self.at_findings or self._finding is None:
            return False
        self.close_finding()
        self.lines.move_to(self._came_to)
        return True

    def close_finding(self) -> None:
        """All findings are shown again."""
        self._finding = None
        self.workers.cancel_group(self, "finding")
        self.show()

    def _fold_key(self) -> str:
        line = self.lines.current
        what, _, key = line.leads.partition(":") if line is not None else ("", "", "")
        return key if what == "fold" else ""

    def why_no_tree(self) -> str:
        """Findings fold and sort as files do."""
        if not self.at_findings:
            return super().why_no_tree()
        return "" if self.scans and self._finding is None else "There are no findings to arrange."

    def toggle(self) -> None:
        """Open or close what is stood on."""
        if not self.at_findings:
            super().toggle()
        elif key := self._fold_key():
            self.turn(key)

    def fold(self) -> None:
        """Close all that is open, or open all."""
        if not self.at_findings:
            super().fold()
            return
        folding = (line.leads.partition(":") for line in self.lines.all)
        keys = {key for what, _, key in folding if what == "fold"}
        self._turned = frozenset() if self._turned & keys else self._turned | keys
        self.show()

    def step_in(self) -> None:
        """Open what is stood on."""
        if not self.at_findings:
            super().step_in()
        elif self.why_no_open() == "":
            self.open_current()

    def step_out(self) -> None:
        """Close what is stood on."""
        if not self.at_findings:
            super().step_out()
        else:
            self.toggle()

    def sort_tree(self) -> None:
        """By the next order; by package they fold."""
        if not self.at_findings:
            super().sort_tree()
            return
        at = (ORDERS.index(self.findings_order) + 1) % len(ORDERS)
        self.findings_order, self._findings_reversed = ORDERS[at], False
        self.lines.start()
        self.show()

    def reverse_tree(self) -> None:
        """The other way round."""
        if not self.at_findings:
            super().reverse_tree()
            return
        self._findings_reversed = not self._findings_reversed
        self.show()


def parts_of(details: ImageDetails) -> Iterator[tuple[str, str]]:
    """The platforms of an index with their digests, the one looked into first; or the image."""
    manifest = details.manifest
    children = manifest.platforms if manifest is not None else ()
    if not children:
        yield "", details.digest
        return
    chosen = details.chosen.digest if details.chosen is not None else ""
    for child in sorted(children, key=lambda one: one.digest != chosen):
        yield str(child.platform or "unknown"), child.digest


def why_no_findings(details: ImageDetails) -> str:
    """Why an image has no such tab; '' when it has."""
    if isinstance(details.home, Outside):
        return "Scans are ECR's: it is not in ECR."
    return "ECR Public scans nothing." if details.home.is_public else ""
