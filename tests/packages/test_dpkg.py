"""dpkg's status, against what dpkg-query makes of the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.packages.inventory import packages_of
from tests.sandbox.programs import lacking, run

_PATH = "/var/lib/dpkg/status"
_GONE = ("not-installed", "config-files")
_STATES = """\
Package: whole
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 1:2.0-3+deb12u1
Description: first line
 Package: no field but a continuation
 .
 Version: 9

Package: whole
Status: install ok installed
Architecture: i386
Multi-Arch: same
Version: 1:2.0-3+deb12u1
Description: the same for another machine

Package: half
Status: install reinstreq half-installed
Architecture: all
Version: 0.9
Description: its installation broke off

Package: conffiles
Status: deinstall ok config-files
Architecture: all
Version: 3.1
Description: removed, not purged

Package: purged
Status: purge ok not-installed
Architecture: all
Description: never there

Package: held
Status: hold ok installed
Architecture: arm64
Version: 5~rc1
Description: held back
"""


def queried(*options: str) -> list[tuple[str, str, str]]:
    """Name, version and architecture of what is there, as dpkg-query tells them."""
    form = "${db:Status-Status} ${Package} ${Version} ${Architecture}\\n"
    lines = run("dpkg-query", *options, "-W", "-f", form).stdout.splitlines()
    rows = (line.split(" ") for line in lines)
    return sorted(
        (name, version, arch) for state, name, version, arch in rows if state not in _GONE
    )


def listed(data: bytes) -> list[tuple[str, str, str]]:
    found = packages_of({_PATH: data})
    assert found.problems == ()
    return sorted((each.name, each.version, each.architecture) for each in found.packages)


def test_a_real_machines_packages() -> None:
    status = Path(_PATH)
    if not status.exists():
        lacking("dpkg has no packages here")
    expected = queried()
    assert len(expected) > 50
    assert listed(status.read_bytes()) == expected


def test_packages_in_every_state(tmp_path: Path) -> None:
    (tmp_path / "status").write_text(_STATES)
    (tmp_path / "updates").mkdir()
    expected = queried(f"--admindir={tmp_path}")
    assert [name for name, *_ in expected] == ["half", "held", "whole", "whole"]
    assert listed(_STATES.encode()) == expected


def test_distroless_images_have_a_file_for_each_package() -> None:
    folder = "/var/lib/dpkg/status.d"
    found = packages_of(
        {
            f"{folder}/base": b"Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
            f"{folder}/base.md5sums": b"0123456789abcdef  usr/share/doc: Version: 1\n",
            f"{folder}/tzdata": b"Package: tzdata\nVersion: 2026a-0+deb12u1\nArchitecture: all\n",
        }
    )
    assert found.problems == ()
    assert [(each.name, each.path) for each in found.packages] == [
        ("base-files", f"{folder}/base"),
        ("tzdata", f"{folder}/tzdata"),
    ]


@pytest.mark.parametrize(
    "lost",
    ["Version: 1:2.0-3+deb12u1\nDescription: the same", "Package: half\n"],
)
def test_a_damaged_paragraph_ends_the_reading(lost: str) -> None:
    found = packages_of({_PATH: _STATES.replace(lost, "").encode()})
    assert [each.reason[:17] for each in found.problems] == ["a package without"]
    assert found.packages[0].name == "whole"
    assert "held" not in {each.name for each in found.packages}


@given(
    st.binary()
    | st.lists(st.sampled_from(_STATES.splitlines())).map(lambda lines: "\n".join(lines).encode())
)
def test_nothing_makes_it_fail_otherwise(data: bytes) -> None:
    packages_of({_PATH: data, "/var/lib/dpkg/status.d/x": data, "/lib/apk/db/installed": data})
