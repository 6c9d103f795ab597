"""ecrtui findings: its documents, its gate, and the images that have a CVE."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import workloads, worlds
from tests.headless.program import answer, ecrtui
from tests.headless.test_docs import documented_keys
from tests.sandbox.layers import one_file


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def test_the_document_has_every_member(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "openssl"), enhanced=True)
    document = answer("findings", "team/app:v1", home=tmp_path)
    assert document["reference"] == "team/app:v1"
    assert document["policy"] is None
    (scan,) = document["scans"]
    assert scan["imageDigest"] == image.digest
    assert (scan["platform"], scan["status"], scan["known"]) == (None, "ACTIVE", True)
    assert scan["counts"] == {"HIGH": 1}
    assert scan["completedAt"].endswith("Z")
    (found,) = scan["findings"]
    assert (found["name"], found["severity"], found["package"]) == ("CVE-2026-1", "HIGH", "openssl")
    assert (found["score"], found["exploit"]) == (8.8, True)
    assert found["layer"] == image.layers[-1]


def test_the_formats_agree(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "LOW", "a"), ("CVE-2026-2", "CRITICAL", "b|c"))
    lines = ecrtui("findings", "team/app:v1", "--jsonl", home=tmp_path).stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["CVE-2026-2", "CVE-2026-1"]
    plain = ecrtui("findings", "team/app:v1", home=tmp_path)
    assert [line.split("\t")[1] for line in plain.stdout.splitlines()] == [
        "FINDING",
        "CVE-2026-2",
        "CVE-2026-1",
    ]
    assert "1 critical, 1 low" in plain.stderr
    markdown = ecrtui("findings", "team/app:v1", "--markdown", home=tmp_path).stdout
    assert "### Findings of `team/app:v1`" in markdown
    assert "b\\|c" in markdown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fail-on", "critical"], 0),
        (["--fail-on", "high"], 1),
        (["--fail-on", "high", "--ignore", "cve-2026-1"], 0),
        (["--fail-on", "high", "--only-fixed"], 1),
        (["--fail-on", "any", "--ignore", "CVE-2026-1"], 1),
    ],
)
def test_the_gate(repository: Repository, tmp_path: Path, arguments: list[str], code: int) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "a"), ("CVE-2026-2", "UNDEFINED", "b"))
    done = ecrtui("findings", "team/app:v1", *arguments, "--json", home=tmp_path)
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["policy"]["failed"] == bool(code)
    assert ("the policy fails" in done.stderr) == bool(code)


@pytest.mark.parametrize("status", ["", "FAILED", "PENDING", "UNSUPPORTED_IMAGE", "IMAGE_ARCHIVED"])
def test_a_gate_does_not_open_for_what_was_not_scanned(
    repository: Repository, tmp_path: Path, status: str
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    if status:
        worlds.add_scan(image, status=status)
    assert ecrtui("findings", "team/app:v1", home=tmp_path).returncode == 0
    done = ecrtui("findings", "team/app:v1", "--fail-on", "critical", home=tmp_path)
    assert done.returncode == 1
    assert "nothing is known" in done.stderr


def test_all_platforms_of_an_index_are_judged(repository: Repository, tmp_path: Path) -> None:
    one = worlds.add_image(repository, content=b"amd64")
    other = worlds.add_image(repository, content=b"arm64", platform=("linux", "arm64"))
    worlds.add_index(repository, [one, other], tags={"v1"})
    worlds.add_scan(one)
    worlds.add_scan(other, ("CVE-2026-1", "HIGH", "a"))
    done = ecrtui("findings", "team/app:v1", "--fail-on", "high", "--json", home=tmp_path)
    assert done.returncode == 1
    assert [scan["platform"] for scan in json.loads(done.stdout)["scans"]] == [
        "linux/amd64",
        "linux/arm64",
    ]
    alone = ["findings", "team/app:v1", "--fail-on", "high", "--platform", "linux/amd64"]
    assert ecrtui(*alone, home=tmp_path).returncode == 0


def test_a_scan_is_started_and_followed(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    asked = ("findings", "team/app:v1", "--scan")
    refused = ecrtui(*asked, "--yes", "--read-only", home=tmp_path)
    assert refused.returncode == 3
    assert ecrtui(*asked, home=tmp_path).returncode == 2  # nobody can be asked
    assert ecrtui(*asked, "--dry-run", home=tmp_path).returncode == 0
    assert image.scan is None
    done = ecrtui(*asked, "--yes", "--fail-on", "critical", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nothing found" in done.stderr
    again = ecrtui(*asked, "--yes", home=tmp_path)
    assert again.returncode == 0  # what that scan found serves
    assert "within a day" in again.stderr
    assert "nothing found" in again.stderr


def test_each_platform_of_an_index_is_scanned(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    """What a build pushes is often an index, if only for its attestation."""
    one = worlds.add_image(repository, content=b"amd64")
    other = worlds.add_image(repository, content=b"arm64", platform=("linux", "arm64"))
    worlds.add_index(repository, [one, other], tags={"v1"})
    asked = ("findings", "team/app:v1", "--scan", "--yes", "--fail-on", "critical")
    alone = ecrtui(*asked, "--platform", "linux/arm64", home=tmp_path)
    assert alone.returncode == 0, alone.stderr
    assert one.scan is None
    assert other.scan is not None
    done = ecrtui(*asked, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert one.scan is not None


def test_denied_is_no_answer(sandbox: Sandbox, repository: Repository, tmp_path: Path) -> None:
    worlds.add_scan(worlds.add_image(repository, tags={"v1"}))
    sandbox.faults.add("deny", operation="DescribeImageScanFindings")
    done = ecrtui("findings", "team/app:v1", "--fail-on", "critical", home=tmp_path)
    assert done.returncode == 3
    assert not done.stdout


def test_one_must_be_named(sandbox: Sandbox, tmp_path: Path) -> None:
    assert ecrtui("findings", home=tmp_path).returncode == 2
    assert ecrtui("findings", "--cve", "nonsense", home=tmp_path).returncode == 2


def test_hostile_texts_are_shown_and_not_obeyed(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, *((text, text, text) for text in worlds.HOSTILE))
    for shape in ("--plain", "--markdown"):
        done = ecrtui("findings", "team/app:v1", shape, home=tmp_path)
        assert "\x1b" not in done.stdout + done.stderr
    names = {
        found["name"]
        for found in answer("findings", "team/app:v1", home=tmp_path)["scans"][0]["findings"]
    }
    assert names == set(worlds.HOSTILE)


def test_diff_tells_what_is_fixed_and_what_is_new(repository: Repository, tmp_path: Path) -> None:
    for number, found in enumerate((("CVE-2026-1", "HIGH", "a"), ("CVE-2026-2", "LOW", "b")), 1):
        image = worlds.add_image(
            repository, tags={f"v{number}"}, content=one_file(f"content {number}")
        )
        worlds.add_scan(image, found)
    document = answer("diff", "team/app:v1", "team/app:v2", home=tmp_path)
    assert [one["name"] for one in document["findings"]["fixed"]] == ["CVE-2026-1"]
    assert [one["name"] for one in document["findings"]["introduced"]] == ["CVE-2026-2"]
    assert document["findings"]["unchanged"] == 0
    assert document["findingsUnknown"] is None
    markdown = ecrtui("diff", "team/app:v1", "team/app:v2", "--markdown", home=tmp_path).stdout
    assert "| Findings | fixed H1, new L1 |" in markdown
    assert "**Findings**" in markdown
    plain = ecrtui("diff", "team/app:v1", "team/app:v2", "--plain", home=tmp_path).stdout
    assert "finding\t+\tCVE-2026-2\tL low, b 1.0-1" in plain
    cheap = answer("diff", "team/app:v1", "team/app:v2", "--level", "config", home=tmp_path)
    assert cheap["findings"] is None


def test_who_has_a_cve_and_where_it_runs(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    image = worlds.add_image(repository, tags={"v1"}, content=b"1")
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "ssl"), ("CVE-2026-1", "LOW", "tar"))
    worlds.add_image(repository, tags={"v2"}, content=b"2")
    workloads.add_service(
        sandbox.world, workloads.uri(repository, "v1"), digest=image.digest, name="site"
    )
    here = ("--region", worlds.REGION)
    (row,) = answer("findings", "--cve", "cve-2026-1", *here, home=tmp_path)
    assert set(row) == documented_keys("findings --cve")
    assert (row["imageDigest"], row["imageTags"]) == (image.digest, ["v1"])
    assert (row["severity"], row["source"]) == ("HIGH", "ECR")
    assert (row["use"], row["running"]) == ("running", 1)
    assert [use["name"] for use in row["uses"] if use["running"]] == ["site"]
    assert [found["package"] for found in row["findings"]] == ["ssl", "tar"]
    done = ecrtui("findings", "--cve", "CVE-2026-1", *here, home=tmp_path)
    assert "main/site" in done.stdout
    assert "ECR's scans of 2 images, 1 of them unknown (Inspector is not on)" in done.stderr
    gate = ("findings", "--cve", "CVE-2026-1", "--fail-on", "high", *here)
    assert ecrtui(*gate, home=tmp_path).returncode == 1
    nobody = ecrtui("findings", "--cve", "CVE-2026-7", *here, home=tmp_path)
    assert nobody.returncode == 0
    assert "no image at hand has CVE-2026-7, as far as is known" in nobody.stderr


def test_only_one_cve_of_an_image(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "ssl"), ("CVE-2026-2", "LOW", "tar"))
    document = answer("findings", "team/app:v1", "--cve", "cve-2026-2", home=tmp_path)
    assert [found["name"] for found in document["scans"][0]["findings"]] == ["CVE-2026-2"]
    gate = ("findings", "team/app:v1", "--fail-on", "high", "--cve")
    assert ecrtui(*gate, "CVE-2026-2", home=tmp_path).returncode == 0
    assert ecrtui(*gate, "CVE-2026-1", home=tmp_path).returncode == 1


def test_a_scan_that_is_going_on_is_waited_for(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    scan = worlds.add_scan(image, ("CVE-2026-1", "HIGH", "ssl"), status="IN_PROGRESS")

    def ends() -> None:
        scan.status = "COMPLETE"

    gate = ("findings", "team/app:v1", "--fail-on", "high")
    assert "nothing is known" in ecrtui(*gate, home=tmp_path).stderr
    timer = threading.Timer(1.0, ends)
    timer.start()
    done = ecrtui(*gate, "--wait", "60", home=tmp_path)
    timer.join()
    assert done.returncode == 1
    assert "1 high" in done.stderr
