"""Packages of Java archives and Go programs, from the facts that a layer's index keeps of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.package import Package, Skipped
from ecrtui.oci.layers.programs import GoSearch
from ecrtui.packages.inventory import packages_of

POM = "META-INF/maven/org.one/one/pom.properties"
MANIFEST = "META-INF/MANIFEST.MF"
BUILD = (Path(__file__).parent / "data/buildinfo.bin").read_bytes()


def found(path: str, **facts: str) -> list[tuple[str, str, str, str]]:
    inside = {path: {name: fact.encode() for name, fact in facts.items()}}
    inventory = packages_of({}, (), inside)
    assert inventory.problems == ()
    return [(one.ecosystem, one.name, one.version, one.path) for one in inventory.packages]


def test_mavens_properties_name_group_artifact_and_version() -> None:
    text = "version=1.0\ngroupId=org.one\nartifactId=one"
    assert found("/srv/x.jar", **{POM: text}) == [("maven", "org.one:one", "1.0", "/srv/x.jar")]
    inner = f"BOOT-INF/lib/one-1.0.jar!/{POM}"
    spaced = "version = 1.0\ngroupId: org.one\nartifactId=one\nversion=2"
    assert found("/app.jar", **{inner: spaced}) == [
        ("maven", "org.one:one", "1.0", "/app.jar!/BOOT-INF/lib/one-1.0.jar")
    ]
    assert found("/x.jar", **{POM: "groupId=org.one\nversion=1"}) == []


@pytest.mark.parametrize(
    ("path", "manifest", "expected"),
    [
        ("/lib/commons-lang3-3.12.0.jar", "", ("commons-lang3", "3.12.0")),
        ("/lib/guava-33.0-jre.jar", "", ("guava", "33.0-jre")),
        ("/lib/log4j-1.2-api-2.17.1.jar", "", ("log4j-1.2-api", "2.17.1")),
        ("/lib/x-1.0-alpha-2.jar", "", ("x", "1.0-alpha-2")),
        ("/lib/x-1.0-20230101.123456-7.jar", "", ("x", "1.0-20230101.123456-7")),
        ("/lib/x-2.0.0.Final.jar", "", ("x", "2.0.0.Final")),
        ("/lib/plain.jar", "", None),
        ("/lib/plain.jar", "Implementation-Version: 4.5", ("plain", "4.5")),
        ("/lib/plain.jar", "Bundle-Version: 4.5\nImplementation-Version: 6", ("plain", "6")),
        ("/lib/x-1.jar", "Implementation-Vendor-Id: org.x", ("org.x:x", "1")),
        ("/lib/x-1.jar", "Implementation-Vendor-Id: The X Company", ("x", "1")),
        ("/lib/x-1.jar", "Bundle-SymbolicName: org.y.x;singleton:=true", ("org.y:x", "1")),
        ("/lib/x-1.jar", "Bundle-SymbolicName: org.other", ("x", "1")),
        ("/war/app-2.0.war", "", ("app", "2.0")),
    ],
)
def test_without_them_the_name_of_the_file_and_the_manifest_tell(
    path: str, manifest: str, expected: tuple[str, str] | None
) -> None:
    wanted = [] if expected is None else [("maven", *expected, path)]
    assert found(path, **{MANIFEST: manifest}) == wanted


@pytest.mark.parametrize("unit", ["-m1", "-1", "-1.a", "-alpha-1", "-a", "1-"])
def test_no_name_takes_endless_time(unit: str) -> None:
    """There is nothing to measure: where names can be read in many ways, this never ends."""
    path = f"/x-1{unit * 100}!.jar"
    assert len(found(path, **{MANIFEST: "Bundle-Version: 1"})) == 1


def test_a_name_no_file_system_holds_tells_no_version() -> None:
    for length, known in ((255, True), (256, False)):
        name = "a" * (length - len("-1.0.jar"))
        wanted = [("maven", name, "1.0", f"/{name}-1.0.jar")] if known else []
        assert found(f"/{name}-1.0.jar", **{MANIFEST: ""}) == wanted


def test_a_program_of_go() -> None:
    search = GoSearch()
    search.take(BUILD)
    inventory = packages_of({}, (), {"/bin/app": search.facts()})
    assert inventory.packages == tuple(
        Package("go", name, version, path="/bin/app")
        for name, version in (
            ("stdlib", "1.19.8"),
            ("example.org/app", "(devel)"),
            ("example.org/local", "(devel)"),
            ("example.org/one", "v1.2.3"),
            ("example.org/fork/two", "v2.0.1+incompatible"),
        )
    )


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ("go1.22.1", "1.22.1"),
        ("go1.23rc2", "1.23rc2"),
        ("go1.21", "1.21"),
        ("go1.24.4 X:nocoverageredesign", "1.24.4"),
        ("devel go1.25-abc", "devel go1.25-abc"),
    ],
)
def test_gos_own_version(told: str, version: str) -> None:
    assert found("/bin/app", go=told) == [("go", "stdlib", version, "/bin/app")]


def test_what_could_not_be_looked_into_is_told() -> None:
    inside = {"/x.jar": {"?": b"it is no zip archive"}}
    inventory = packages_of({}, (), inside)
    assert inventory.problems == (Skipped("/x.jar", "it is no zip archive"),)


@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=80), max_size=4))
def test_any_facts_are_read_or_told(facts: dict[str, bytes]) -> None:
    inventory = packages_of(
        {}, (), {"/x": facts, "/y": {"go": b"go1\n" + b"".join(facts.values())}}
    )
    assert len(inventory.packages) >= 1
