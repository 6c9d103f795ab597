"""The Findings tab: sorted, filtered, by package, one looked at closely, every status told."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.asked import asked_of
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
REPO = "team/app"
ROWS = (
    ("CVE-2026-3", "LOW", "zlib"),
    ("CVE-2026-1", "CRITICAL", "openssl"),
    ("CVE-2026-2", "HIGH", "openssl"),
    ("CVE-2026-4", "UNTRIAGED", "bash"),
)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, REPO)


async def at_findings(person: Person, name: str = f"{REPO}:v1", key: str = "f") -> None:
    await person.goto(name)
    await person.at(kinds.IMAGE, REPO)
    await person.press(key)
    await person.rest()


def names(person: Person) -> list[str]:
    """The findings in the order of their lines."""
    words = (line.split() for line in person.lines)
    return [word for line in words for word in line if word.startswith("CVE-")]


@pytest.mark.parametrize("size", [(80, 24), (140, 36)])
async def test_the_worst_come_first_by_letter_and_word(
    repository: Repository, size: tuple[int, int]
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, *ROWS, enhanced=True)
    async with opened(*HERE, size=size) as person:
        await at_findings(person)
        await person.sees("C critical")
        assert names(person) == ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-4"]
        for text in ("H high", "L low", "U untriaged", "enhanced", "1.0-2", "8.8", "yes"):
            assert text in person.text
        assert image.last_pull is not None  # of opening it, and not of this
        line = next(n for n, line in enumerate(person.lines) if "C critical" in line)
        low = next(n for n, line in enumerate(person.lines) if "L low" in line)
        assert person.style_of("C critical", line=line) != person.style_of("L low", line=low)


async def test_sorted_folded_and_turned_round(repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), *ROWS)
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.sees("C critical")
        await person.press("S")
        assert names(person)[0] == "CVE-2026-4"
        await person.press("S", "s")
        await person.sees("by package")
        assert "▾ openssl 1.0-1" in person.text
        await person.press("g", "j", "j", "enter")
        await person.sees("▸ openssl")
        assert names(person) == ["CVE-2026-3", "CVE-2026-4"]
        await person.press("l")
        await person.sees("▾ openssl")
        await person.press("z")
        assert not names(person)
        await person.press("z")
        assert len(names(person)) == 4
        await person.press("space")
        await person.sees("▸")


async def test_a_filter_looks_at_all_that_is_known(repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), *ROWS, enhanced=True)
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.sees("C critical")
        await person.press("slash", *"upgrade", "enter")
        await person.sees("No finding has upgrade")
        await person.press("escape", "slash", *"/usr/lib/zlib", "enter")
        await person.sees("1 of 4 findings")
        assert names(person) == ["CVE-2026-3"]
        await person.press("escape")
        assert len(names(person)) == 4


async def test_one_finding_closely_and_its_address_copied(repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), *ROWS, enhanced=True)
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.sees("C critical")
        await person.press("g", "j", "j", "enter")
        await person.sees("What CVE-2026-1 does.")
        for text in ("In this image", "CVSS:3.1/AV:N", "one is known", "/usr/lib/openssl", "NVD"):
            assert text in person.text
        await person.press("y")
        await person.until(
            lambda: person.app.clipboard == "https://tracker.example.com/CVE-2026-1", "the copy"
        )
        await person.press("escape")
        await person.sees("C critical")
        assert person.place.spot.kind == kinds.IMAGE


async def test_an_index_has_a_fold_for_each_platform(repository: Repository) -> None:
    one = worlds.add_image(repository, content=b"amd64")
    other = worlds.add_image(repository, content=b"arm64", platform=("linux", "arm64"))
    worlds.add_index(repository, [one, other], tags={"v1"})
    worlds.add_scan(one, ("CVE-2026-1", "HIGH", "a"))
    worlds.add_scan(other, ("CVE-2026-2", "LOW", "b"))
    async with opened(*HERE, "--platform", "linux/amd64") as person:
        await at_findings(person)
        await person.sees("▸ linux/arm64")
        assert names(person) == ["CVE-2026-1"]
        await person.press("G", "enter")
        await person.sees("▾ linux/arm64")
        assert names(person) == ["CVE-2026-1", "CVE-2026-2"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("", "F starts a basic scan"),
        ("IN_PROGRESS", "r looks again in a minute"),
        ("FAILED", "F starts a basic scan"),
        ("UNSUPPORTED_IMAGE", "does not know its operating system"),
        ("SCAN_ELIGIBILITY_EXPIRED", "lengthen the re-scan"),
        ("FINDINGS_UNAVAILABLE", "see whether Inspector is on"),
        ("LIMIT_EXCEEDED", "Service Quotas"),
        ("IMAGE_ARCHIVED", "a brings it back"),
        ("IMAGE_SIZE_EXCEEDED", "larger than what is scanned"),
    ],
)
async def test_a_status_says_what_to_do(repository: Repository, status: str, told: str) -> None:
    archived = status == "IMAGE_ARCHIVED"
    image = worlds.add_image(repository, tags={"v1"}, status="ARCHIVED" if archived else "ACTIVE")
    if status:
        worlds.add_scan(image, status=status)
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.sees(told)
        assert not status or "The words for" in person.text


async def test_denied_says_so_and_r_tries_again(sandbox: Sandbox, repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), *ROWS)
    sandbox.faults.add("deny", operation="DescribeImageScanFindings")
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.sees("Not allowed: DescribeImageScanFindings")
        sandbox.faults.clear()
        await person.press("r")
        await person.sees("C critical")


async def test_they_are_asked_for_once(
    sandbox: Sandbox, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), *ROWS)
    asked = asked_of(sandbox, monkeypatch)
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.sees("C critical")
        before = asked["DescribeImageScanFindings"]
        assert before <= 2  # of the tab, and of the overview before
        await person.press("1", "0", "7", "f")
        await person.rest()
        assert asked["DescribeImageScanFindings"] == before


async def test_the_overview_tells_how_bad_it_is(repository: Repository) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}), *ROWS)
    worlds.add_image(repository, tags={"v2"}, content=b"2")
    async with opened(*HERE) as person:
        await person.goto(f"{REPO}:v1")
        await person.sees("1 critical, 1 high, 1 low, 1 untriaged")
        line = next(n for n, text in enumerate(person.lines) if "1 critical" in text)
        await person.click("1 critical", line=line, times=2)
        await person.sees("C critical")
        await person.goto(f"{REPO}:v2")
        await person.sees("unknown: not scanned")


async def test_read_only_starts_no_scan(repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    async with opened(*HERE, "--read-only") as person:
        await at_findings(person)
        await person.sees("cannot be started: read-only")
        assert "start-scan" not in {command.id for command in person.place.commands}


async def test_a_scan_is_followed_and_shown(sandbox: Sandbox, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.press("F")
        await person.sees("24 hours")
        await person.press("right", "enter")
        await person.sees("Nothing was found")
        await person.press("F")
        await person.sees("It was scanned within a day")


async def test_enhanced_scanning_says_why_not(sandbox: Sandbox, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.settings.scanning = {"scanType": "ENHANCED", "rules": []}
    async with opened(*HERE) as person:
        await at_findings(person)
        await person.press("F")
        await person.sees("Enhanced scanning scans by itself")


async def test_hostile_texts_are_shown(repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, *((text, text, text) for text in worlds.HOSTILE), enhanced=True)
    async with opened(*HERE, size=(140, 50)) as person:
        await at_findings(person)
        await person.sees("not markup")
        await person.press("g", "j", "j", "enter")
        await person.sees("In this image")
        await person.press("escape", "s")
        await person.sees("by package")
