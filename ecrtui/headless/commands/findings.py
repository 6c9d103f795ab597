"""`ecrtui findings [IMAGE]`: what scanning found, a gate for pipelines, and who has a CVE."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import msgspec

from ecrtui.compare.findings import ordered
from ecrtui.errors import EcrtuiError, ReadOnly, ScannedLately, UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import agree, print_plan
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.output import Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.headless.scanning import AFFECTED, Hit, Row, listing, policy_document, scan_document
from ecrtui.model.affected import Affected, Looked
from ecrtui.model.finding import Finding, PlatformScan, Severity
from ecrtui.model.places import Registry
from ecrtui.model.scan_policy import ScanPolicy, Verdict, judged
from ecrtui.model.usage import ImageUse
from ecrtui.render.affected import looked_lines
from ecrtui.render.scans import Ways, counts_text, meaning, status_line
from ecrtui.workflows import scan
from ecrtui.workflows.affected import images_with, runs
from ecrtui.workflows.findings import parts, scanned
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

FAILED = 1
"""A gate given on the command line was not passed."""
_LOOK = 5.0
"""Seconds between two looks at a scan that one waits for."""


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the findings; 1 when the policy fails, also for what was not scanned."""
    if not options.image:
        if not options.cve:
            raise UsageError("findings", title="Of which image?", hint="Write IMAGE, or --cve ID.")
        return _affected(services, options, output)
    target = locate(services, options.image)
    if options.scan and not _scan(services, options, output, target):
        return 0
    scans = [_only(options.cve, one) for one in _read(services, target, options.wait)]
    policy = _policy(options)
    verdict = judged(scans, policy) if policy is not None else None
    _print(output, target, scans, policy, verdict)
    if not output.is_json and output.format != "markdown":
        _narrate(scans, output, target)
    for remark in dict.fromkeys(told for one in scans for told in one.report.remarks):
        narration.say(remark)
    for sentence in _reasons(verdict):
        narration.say(sentence)
    return FAILED if verdict is not None and verdict.failed else 0


def _scan(services: Services, options: argparse.Namespace, output: Output, target: Target) -> bool:
    """Start a scan of it, or of each platform of an index, and follow it; False when only the
    plan was asked for."""
    started = [_scan_one(services, options, output, part) for _, part in parts(services, target)]
    return all(started)


def _scan_one(
    services: Services, options: argparse.Namespace, output: Output, target: Target
) -> bool:
    """One of the same day is not started again, and serves: whoever runs a pipeline again wants
    that."""
    try:
        plan = scan.plan(services, target)
    except ScannedLately as known:
        narration.tell(known)
        return True
    if options.dry_run:
        print_plan(plan, output)
        return False
    if plan.changes and services.read_only:
        raise ReadOnly(f"scan {plan.target}")
    if plan.changes and not options.yes:
        agree(plan)
    else:
        for warning in plan.warnings:
            narration.say(warning)
    watch = Watch()
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        outcome = scan.run(services, plan, watch)
    narration.say(outcome.sentence)
    return True


def _read(services: Services, target: Target, wait: float) -> list[PlatformScan]:
    """The scans, once none of them is on its way, or the time to wait for them is over.

    One that was never scanned is waited for too: after a push the scan begins a moment later.
    """
    until = time.monotonic() + wait
    watch = Watch()
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        while True:
            scans = scanned(services, target, watch=watch)
            left = until - time.monotonic()
            coming = [one for one in scans if one.report.going or one.report.status == _NONE]
            if not coming or left <= 0:
                return scans
            watch.pause(min(_LOOK, left))


_NONE = "NOT_SCANNED"


def _policy(options: argparse.Namespace) -> ScanPolicy | None:
    if not options.fail_on:
        return None
    word = "UNDEFINED" if options.fail_on == "any" else options.fail_on.upper()
    return ScanPolicy(
        worst=Severity(word),
        ignored=frozenset(name.upper() for name in options.ignore),
        fixable=options.only_fixed,
    )


def _only(name: str, one: PlatformScan) -> PlatformScan:
    """The worst findings first; of a name those of that name alone, which the gate judges then."""
    rows = ordered(one.report.findings)
    if name:
        rows = tuple(row for row in rows if name.upper() in map(str.upper, row.names))
    return PlatformScan(one.platform, msgspec.structs.replace(one.report, findings=rows))


def _print(
    output: Output,
    target: Target,
    scans: list[PlatformScan],
    policy: ScanPolicy | None,
    verdict: Verdict | None,
) -> None:
    if output.format == "json":
        output.document(
            {
                "reference": str(target),
                "repositoryName": target.repository,
                "scans": [scan_document(one.platform, one.report) for one in scans],
                "policy": policy_document(policy, verdict),
            }
        )
        return
    if output.format == "markdown":
        output.lines(_markdown_head(output, target, scans, verdict))
    rows = (
        [Row(one.platform, one.report.digest, found) for found in one.report.findings]
        for one in scans
    )
    several = any(one.platform for one in scans)
    if output.format != "markdown" or any(one.report.findings for one in scans):
        output.pages(listing(platforms=several), rows)


def _markdown_head(
    output: Output, target: Target, scans: list[PlatformScan], verdict: Verdict | None
) -> Iterator[list[str]]:
    yield [f"### Findings of `{str(target).replace('`', '')}`"]
    yield [""]
    for one in scans:
        where = f"**{one.platform}**: " if one.platform else ""
        yield [f"- {where}{status_line(one.report, output.times)}"]
    for sentence in _reasons(verdict):
        yield [f"- **{sentence}**"]
    yield [""]


def _narrate(scans: list[PlatformScan], output: Output, target: Target) -> None:
    """Beside the rows: how each platform stands, and what to do where nothing is known."""
    ways = Ways(
        start=f"ecrtui findings {target} --scan starts a scan",
        restore=f"ecrtui restore {target} brings it back",
        again="Ask again",
    )
    for one in scans:
        where = one.platform or str(target)
        told = meaning(one.report, ways)
        if one.report.known:
            narration.say(f"{where}: {status_line(one.report, output.times)}")
            continue
        narration.say(f"{where}: {told.sentence}")
        if one.report.description:
            narration.say(f"{where}: {one.report.description}")
        if told.fix:
            narration.say(told.fix)


def _reasons(verdict: Verdict | None) -> Iterator[str]:
    if verdict is None or not verdict.failed:
        return
    if verdict.findings:
        counts: dict[Severity, int] = {}
        for found in ordered(verdict.findings):
            counts[found.severity] = counts.get(found.severity, 0) + 1
        yield f"the policy fails: {counts_text(counts, words=True)}"
    for platform, status in verdict.unknown:
        where = f" for {platform}" if platform else ""
        yield f"the policy fails: nothing is known{where} ({status})"
    if verdict.nothing:
        yield "the policy fails: there is no image in it to be scanned"


def _affected(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Every image that has a CVE; 1 when one was found as bad as --fail-on forbids."""
    looking = _Looking(services, options)
    output.pages(AFFECTED, looking.rows())
    looking.tell()
    policy = _policy(options)
    if looking.failures:
        return looking.failures[0].exit_code
    if policy is not None:
        bad = any(policy.failed_by(found) for found in looking.found)
        return FAILED if bad or looking.unknown else 0
    return 0


class _Looking:
    """Who has a CVE, and how far it was looked."""

    def __init__(self, services: Services, options: argparse.Namespace) -> None:
        self._services, self._name = services, options.cve
        self.found: list[Finding] = []
        self.failures: list[EcrtuiError] = []
        self._count = 0
        self._stands: dict[tuple[Registry, str], dict[str, ImageUse]] = {}
        self._last: dict[tuple[str, str, str], Looked] = {}

    @property
    def unknown(self) -> int:
        """Images without findings to look at."""
        return sum(one.unknown for one in self._last.values())

    def rows(self) -> Iterator[list[Hit]]:
        """Images as they are found."""
        for event in images_with(self._services, self._name):
            if isinstance(event, Affected):
                self.found += event.findings
                self._count += 1
                yield [Hit(event, self._use(event))]
                continue
            place = event.registry
            if isinstance(event.problem, EcrtuiError):
                narration.tell(event.problem, f"{place.called} {event.where}".strip())
                self.failures.append(event.problem)
            else:
                self._last[place.profile, place.account, place.region] = event

    def _use(self, row: Affected) -> ImageUse | None:
        """How it stands; None where that cannot be told, which is told once."""
        key = row.registry, row.repository
        if key not in self._stands:
            try:
                self._stands[key] = runs(self._services, *key)
            except EcrtuiError as problem:
                narration.tell(problem, f"where images of {row.repository} run")
                self._stands[key] = {}
        return self._stands[key].get(row.digest)

    def tell(self) -> None:
        """Where it was looked, by whose word, and what is not known."""
        for told in looked_lines(self._last.values(), ()):
            narration.say(told)
        if not self._count:
            narration.say(f"no image at hand has {self._name.upper()}, as far as is known")
