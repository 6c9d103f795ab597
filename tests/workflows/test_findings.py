"""Findings as the service tells them: both kinds of scanning, every page, status and refusal."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import botocore.session
import pytest

from ecrtui.errors import NotAllowed, NotFound, Throttled, UsageError
from ecrtui.model.finding import NOT_SCANNED, Severity
from ecrtui.model.image import ImageId
from ecrtui.model.scan_policy import ScanPolicy, judged
from ecrtui.render.scans import MEANINGS, Ways, meaning
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.findings import counts, details, report, scanned
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.scans import Pace
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import workloads, worlds
from tests.asked import asked_of
from tests.workflows.at_work import here, services_in

STATUSES = botocore.session.get_session().get_service_model("ecr").shape_for("ScanStatus").enum


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def test_basic_scanning(services: Services, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "openssl"), ("CVE-2026-2", "ODD", "tar"))
    found = report(services, locate(services, "team/app:v1"))
    assert (found.digest, found.status, found.enhanced) == (image.digest, "COMPLETE", False)
    assert found.known
    assert found.counts == {"HIGH": 1, "ODD": 1}
    assert found.severities == {Severity.HIGH: 1, Severity.UNDEFINED: 1}
    one, other = found.findings
    assert (one.name, one.package, one.version) == ("CVE-2026-1", "openssl", "1.0-1")
    assert (one.score, one.vector) == (7.5, "CVSS:3.1/AV:N")
    assert (one.exploit, one.epss, one.arn) == (None, None, "")
    assert one.uri == "https://tracker.example.com/CVE-2026-1"
    assert other.severity is Severity.UNDEFINED
    assert image.last_pull is None


def test_enhanced_scanning(services: Services, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "CRITICAL", "openssl"), enhanced=True)
    (one,) = report(services, locate(services, "team/app:v1")).findings
    assert (one.name, one.severity, one.package) == ("CVE-2026-1", Severity.CRITICAL, "openssl")
    assert (one.version, one.fixed_in) == ("2:1.0-1", "1.0-2")
    assert (one.score, one.vector) == (8.8, "CVSS:3.1/AV:N")
    assert (one.exploit, one.layer) == (True, image.layers[-1])
    assert (one.manager, one.path) == ("OS", "/usr/lib/openssl")
    assert one.remedy == "Upgrade openssl."
    assert one.first_seen_at == 1_770_000_050.0


def test_a_finding_of_several_packages_is_one_for_each(
    services: Services, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    scan = worlds.add_scan(image, ("GHSA-1", "HIGH", "left"), enhanced=True)
    about = scan.enhanced[0]["packageVulnerabilityDetails"]
    about["vulnerablePackages"].append({"name": "right", "version": "3"})
    about["relatedVulnerabilities"] = ["CVE-2026-9"]
    found = report(services, locate(services, "team/app:v1"))
    assert [one.package for one in found.findings] == ["left", "right"]
    assert found.counts == {"HIGH": 1}
    has = partial(services.scans.has, here(), "team/app")
    assert has(image.digest, "cve-2026-9")
    assert has(image.digest, "CVE-2026-8") is False
    assert has("sha256:other", "CVE-2026-9") is None


def test_every_page_is_read_once(services: Services, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    rows = [(f"CVE-2026-{number}", "LOW", f"lib{number}") for number in range(2500)]
    worlds.add_scan(image, *rows)
    watch = Watch()
    found = report(services, locate(services, "team/app:v1"), watch)
    assert [one.name for one in found.findings] == [name for name, _, _ in rows]
    assert found.counts == {"LOW": 2500}
    assert "findings of team/app:v1" in watch.so_far().parts[0].name


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_told_in_words(
    services: Services, repository: Repository, status: str
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "openssl"), status=status)
    found = report(services, locate(services, "team/app:v1"))
    assert found.status == status
    assert found.known == (status in ("COMPLETE", "ACTIVE"))
    assert bool(found.findings) == found.known
    told = meaning(found, Ways("Start one", "Restore it", "Ask again"))
    assert status in MEANINGS
    assert "{" not in told.sentence + told.fix
    assert found.known or told.fix


def test_no_scan_is_told(services: Services, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    found = report(services, locate(services, "team/app:v1"))
    assert (found.status, found.known) == (NOT_SCANNED, False)
    with pytest.raises(NotFound):
        report(services, locate(services, "team/app:v2"))


def test_an_index_is_scanned_by_its_platforms(services: Services, repository: Repository) -> None:
    one = worlds.add_image(repository, content=b"amd64")
    other = worlds.add_image(repository, content=b"arm64", platform=("linux", "arm64"))
    index = worlds.add_index(repository, [one, other], tags={"v1"})
    worlds.add_scan(one, ("CVE-2026-1", "HIGH", "openssl"))
    target = locate(services, "team/app:v1")
    with pytest.raises(UsageError):
        scanned(services, target, read=False)
    assert index.last_pull is None
    scans = scanned(services, target)
    assert [(scan.platform, scan.report.status) for scan in scans] == [
        ("linux/amd64", "COMPLETE"),
        ("linux/arm64", NOT_SCANNED),
    ]
    verdict = judged(scans, ScanPolicy(worst=Severity.CRITICAL))
    assert verdict.unknown == (("linux/arm64", NOT_SCANNED),)
    assert verdict.failed


def test_an_archived_image_is_not_known_to_be_clean(
    services: Services, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"v1"}, status="ARCHIVED")
    worlds.add_scan(image, status="IMAGE_ARCHIVED")
    found = report(services, locate(services, "team/app:v1"))
    assert not found.known
    told = meaning(found, Ways("Start one", "ecrtui restore brings it back", "Ask again"))
    assert told.fix == "ecrtui restore brings it back."


def test_counts_are_asked_once_and_within_a_rate(
    services: Services,
    sandbox: Sandbox,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = asked_of(sandbox, monkeypatch)
    images = [worlds.add_image(repository, content=bytes([number])) for number in range(6)]
    for image in images[:5]:
        worlds.add_scan(image, ("CVE-2026-1", "HIGH", "openssl"), ("CVE-2026-2", "LOW", "tar"))
    digests = [image.digest for image in images]
    ask = partial(counts, services, here(), "team/app", rate=1000.0)
    first = dict(ask(digests[:4]))
    assert first.keys() == set(digests[:4])
    assert all(one.counts == {"HIGH": 1, "LOW": 1} for one in first.values())
    assert not any(one.findings for one in first.values())
    assert asked["DescribeImageScanFindings"] == 4
    second = dict(ask(digests))
    assert second[digests[5]].status == NOT_SCANNED
    assert asked["DescribeImageScanFindings"] == 6
    assert all(image.last_pull is None for image in images)


def test_a_pace_is_never_outrun() -> None:
    now, slept = 100.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    pace = Pace(4.0, lambda: now, sleep)
    for _ in range(41):
        pace.step()
    assert now - 100.0 == pytest.approx(10.0)
    now += 60.0
    pace.step()
    assert len(slept) == 40  # what nobody used is not saved up


def test_who_may_not_read_one_asks_for_no_other(
    services: Services,
    sandbox: Sandbox,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = asked_of(sandbox, monkeypatch)
    digests = [worlds.add_image(repository, content=bytes([n])).digest for n in range(3)]
    sandbox.faults.add("deny", operation="DescribeImageScanFindings")
    with pytest.raises(NotAllowed):
        list(counts(services, here(), "team/app", digests, rate=1000.0))
    assert asked["DescribeImageScanFindings"] == 1


def test_throttling_is_told(services: Services, sandbox: Sandbox, repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}))
    sandbox.faults.add("throttle", operation="DescribeImageScanFindings", times=2)
    assert report(services, locate(services, "team/app:v1")).known
    sandbox.faults.add("throttle", operation="DescribeImageScanFindings")
    with pytest.raises(Throttled):
        report(services, locate(services, "team/app:v1"))


def test_ecr_public_scans_nothing(services: Services, tmp_path: Path) -> None:
    public = services.public("main")
    with pytest.raises(UsageError, match="ECR Public"):
        report(services, Target(public, "app", ImageId("sha256:" + "0" * 64)))


def test_hostile_texts_are_kept_as_they_are(services: Services, repository: Repository) -> None:
    for number, text in enumerate(worlds.HOSTILE):
        image = worlds.add_image(repository, tags={f"v{number}"}, content=text.encode())
        worlds.add_scan(image, (text, text, text), enhanced=True)
        (one,) = report(services, locate(services, f"team/app:v{number}")).findings
        assert (one.name, one.package) == (text, text)
        assert one.severity is Severity.UNDEFINED


@pytest.mark.parametrize("fixable", [False, True])
def test_a_gate_is_careful(services: Services, repository: Repository, *, fixable: bool) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(
        image, ("CVE-2026-1", "HIGH", "a"), ("CVE-2026-2", "MEDIUM", "b"), enhanced=True
    )
    scans = scanned(services, locate(services, "team/app:v1"))

    def fails(worst: Severity, *ignored: str) -> bool:
        policy = ScanPolicy(worst=worst, ignored=frozenset(ignored), fixable=fixable)
        return judged(scans, policy).failed

    assert not fails(Severity.CRITICAL)
    assert fails(Severity.HIGH)
    assert not fails(Severity.HIGH, "CVE-2026-1")
    assert fails(Severity.MEDIUM, "CVE-2026-1")
    assert judged([], ScanPolicy(worst=Severity.CRITICAL)).failed


def test_a_scan_that_knows_of_no_fixes_does_not_open_a_gate_for_what_has_none(
    services: Services, repository: Repository
) -> None:
    """Basic scanning tells no fixes: that none is told does not mean that there is none."""
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), ("CVE-2026-1", "HIGH", "a"))
    scans = scanned(services, locate(services, "team/app:v1"))
    assert judged(scans, ScanPolicy(worst=Severity.HIGH, fixable=True)).failed
    assert not judged(scans, ScanPolicy(worst=Severity.CRITICAL, fixable=True)).failed


def test_nothing_is_asked_that_changes_anything(tmp_path: Path, repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), ("CVE-2026-1", "HIGH", "a"))
    services = services_in(tmp_path, read_only=True)
    assert scanned(services, locate(services, "team/app:v1"))[0].report.known


def test_inspector_tells_epss_and_what_it_knows_besides(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    workloads.enhance(sandbox.world, repository, image, "CVE-2026-1")
    (scan,) = scanned(services, locate(services, "team/app:v1"))
    (found,) = scan.report.findings
    assert found.epss == 0.25
    more = details(services, here(), found.arn)
    assert (more.arn, more.epss) == (found.arn, 0.25)
    with pytest.raises(NotFound):
        details(services, here(), f"{found.arn[:-32]}{'0' * 32}")
    sandbox.faults.add("deny", service="inspector2")
    (scan,) = scanned(services, locate(services, "team/app:v1"))
    assert scan.report.findings[0].epss is None
    assert "EPSS is not known. Not allowed" in scan.report.remarks[0]
