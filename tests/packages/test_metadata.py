"""The small formats: apk's list, what Python, npm and RubyGems leave beside each package."""

from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.package import Package
from ecrtui.packages import caps
from ecrtui.packages.inventory import lists_all, packages_of
from tests.sandbox.programs import need

# As apk-package(5) describes it: small p provides, F and R are folders and files.
_APK = """\
C:Q1pSfk13nqkF/nVOe5iGmB/Omi0+Q=
P:musl
V:1.2.5-r10
A:x86_64
S:407278
D:
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755

P:busybox
V:1.37.0_git20260101-r3
A:x86_64
T:Size optimized toolbox: P:nothing
"""

_GEMSPEC = """\
# -*- encoding: utf-8 -*-
# stub: nokogiri 1.18.2 x86_64-linux-gnu lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.18.2"
"""
_OLD_GEMSPEC = """\
Gem::Specification.new do |s|
  s.name = %q{rake}
  s.version = Gem::Version.new("0.9.2.2")
"""


def one(path: str, data: str | bytes) -> Package:
    found = packages_of({path: data if isinstance(data, bytes) else data.encode()})
    assert found.problems == ()
    (package,) = found.packages
    assert package.path == path
    return package


def problem(path: str, data: bytes) -> str:
    found = packages_of({path: data})
    assert found.packages == ()
    (skipped,) = found.problems
    assert skipped.path == path
    return skipped.reason


@pytest.mark.parametrize("path", ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"])
def test_alpines_list(path: str) -> None:
    assert packages_of({path: _APK.encode()}).packages == (
        Package("apk", "musl", "1.2.5-r10", "x86_64", path),
        Package("apk", "busybox", "1.37.0_git20260101-r3", "x86_64", path),
    )
    assert problem(path, b"P:musl\nA:x86_64\n") == "a package without a name or a version"


def test_what_pip_installed_is_what_python_says_is_installed() -> None:
    files, expected = {}, set()
    for distribution in metadata.distributions():
        folder = Path(str(distribution.locate_file("")))
        for path in folder.glob("*.dist-info/METADATA"):
            if path.parent.name.startswith(f"{distribution.metadata['Name'].replace('-', '_')}-"):
                files[str(path)] = path.read_bytes()
                expected.add((distribution.metadata["Name"].lower(), distribution.version))
    found = packages_of(files)
    assert found.problems == ()
    assert len(expected) > 20
    ours = {(each.name, each.version) for each in found.packages}
    assert ours == {
        (name.replace("_", "-").replace(".", "-"), version) for name, version in expected
    }


def test_pythons_older_metadata_and_names_that_are_the_same() -> None:
    path = "/usr/lib/python3/dist-packages/Zope.Interface.egg-info/PKG-INFO"
    text = "Name: Zope._Interface\r\nName: second\r\nVersion: 5.4\r\n\r\nName: other\r\n"
    package = one(path, text)
    assert (package.ecosystem, package.name, package.version) == ("python", "zope-interface", "5.4")
    assert problem(path, b"Name: nothing\r\n\r\nVersion: 1\r\n") == "it has no name or no version"


@pytest.mark.parametrize(
    ("path", "installed"),
    [
        ("/app/node_modules/a/package.json", True),
        ("/node_modules/@scope/a/package.json", True),
        ("/app/node_modules/b/node_modules/a/package.json", True),
        ("/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", True),
        ("/app/node_modules/b/test/fixtures/a/package.json", False),
        ("/app/node_modules/b/dist/esm/package.json", False),
        ("/app/node_modules/@scope/package.json", False),
        ("/app/node_modules/package.json", False),
        ("/app/package.json", False),
    ],
)
def test_npm_packages_are_where_npm_folders_has_them(path: str, installed: bool) -> None:
    found = packages_of({path: b'{"name": "a", "version": "1.0.0"}'})
    assert found.packages == ((Package("npm", "a", "1.0.0", path=path),) if installed else ())
    assert found.problems == ()


def test_npms_odd_files() -> None:
    path = "/app/node_modules/a/node_modules/alias/package.json"
    assert one(path, b'\xef\xbb\xbf{"name": "real", "version": "1.0.0"}').name == "real"
    assert packages_of({path: b'{"type": "module"}'}).problems == ()
    assert problem(path, b"[" * 100_000) == "it is not the JSON of a package"
    assert problem(path, b'{"a":' * 100_000) == "it is not the JSON of a package"
    assert problem(path, b'{"name": 1, "version": "1"}') == "it is not the JSON of a package"


@pytest.mark.parametrize(
    ("text", "name", "version", "platform"),
    [(_GEMSPEC, "nokogiri", "1.18.2", "x86_64-linux-gnu"), (_OLD_GEMSPEC, "rake", "0.9.2.2", "")],
)
def test_gems(text: str, name: str, version: str, platform: str) -> None:
    for folder in ("", "default/"):
        path = f"/usr/local/bundle/specifications/{folder}{name}-{version}.gemspec"
        assert one(path, text) == Package("ruby", name, version, platform, path)
    assert problem(path, b"s.name = 'x'\n") == "it has no name or no version"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('NAME="Alpine Linux"\nPRETTY_NAME="Alpine Linux v3.23"\n', "Alpine Linux v3.23"),
        ("NAME='Some $HOME'\n", "Some $HOME"),
        ('PRETTY_NAME="The \\"best\\" \\$1"\n', 'The "best" $1'),
        ("PRETTY_NAME=Plain\nPRETTY_NAME=Later\n", "Later"),
        ("ID=nameless\n", ""),
    ],
)
def test_the_distributions_name(text: str, expected: str, tmp_path: Path) -> None:
    assert packages_of({"/usr/lib/os-release": text.encode()}).distribution == expected
    (tmp_path / "os-release").write_text(text)
    script = '. "$1"; printf %s "${PRETTY_NAME:-$NAME}"'
    shell = [need("sh"), "-c", script, "sh", str(tmp_path / "os-release")]
    assert subprocess.run(shell, capture_output=True, text=True, env={}).stdout == expected


def test_os_release_in_etc_comes_first() -> None:
    files = {"/usr/lib/os-release": b"NAME=usr", "/etc/os-release": b"NAME=etc"}
    assert packages_of(files).distribution == "etc"


def test_what_nobody_keeps_is_a_problem_only_if_it_is_a_database() -> None:
    found = packages_of({"/etc/passwd": b"root"}, ["/var/lib/rpm/rpmdb.sqlite", "/big/status"])
    assert [(each.path, each.reason) for each in found.problems] == [
        ("/var/lib/rpm/rpmdb.sqlite", "too large")
    ]


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("/var/lib/dpkg/status", True),
        ("/lib/apk/db/installed", True),
        ("/var/lib/rpm/rpmdb.sqlite", True),
        ("/usr/lib/sysimage/rpm/Packages.db", True),
        ("/var/lib/rpm/Packages", True),
        ("/var/lib/dpkg/status.d/base", False),
        ("/x/a.dist-info/METADATA", False),
        ("/x/node_modules/a/package.json", False),
        ("/etc/os-release", False),
    ],
)
def test_which_files_list_a_whole_systems_packages(path: str, whole: bool) -> None:
    assert lists_all(path) is whole


def test_long_names_and_endless_lists_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/lib/apk/db/installed"
    assert problem(path, b"P:" + b"x" * 2000 + b"\nV:1\n").startswith("a name or version of more")
    monkeypatch.setattr("ecrtui.packages.inventory.PACKAGES", 2)
    found = packages_of({path: b"P:a\nV:1\n\n" * 5})
    assert len(found.packages) == 2
    assert [each.reason for each in found.problems] == ["more than 2 packages"]


_PATHS = (
    "/x/specifications/a.gemspec",
    "/x/node_modules/a/package.json",
    "/x/a.dist-info/METADATA",
    "/etc/os-release",
)


@given(st.binary() | st.sampled_from([_GEMSPEC, _OLD_GEMSPEC, _APK]).map(str.encode))
def test_nothing_makes_them_fail_otherwise(data: bytes) -> None:
    packages_of(dict.fromkeys(_PATHS, data))


@pytest.mark.parametrize("unit", [b"\n", b" ", b"s.name", b"s.name = \n", b"# stub: ", b"x", b'"'])
@pytest.mark.timeout(20)
def test_no_text_takes_time_in_its_square(unit: bytes) -> None:
    packages_of(dict.fromkeys(_PATHS, unit * (caps.HEAD // len(unit))))
