"""What Java archives and Go programs tell of themselves while their layer is read."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.files import LayerIndex
from ecrtui.oci.layers import Caps, archives, pack, unpack
from ecrtui.oci.layers.archives import archive_facts
from ecrtui.oci.layers.programs import GoSearch
from tests.oci.layers.made import files, read, tar
from tests.sandbox.programs import need

POM = "META-INF/maven/{0}/{1}/pom.properties"
BUILD = (Path(__file__).parents[2] / "packages/data/buildinfo.bin").read_bytes()
MODULES = (
    b"go1.19.8\npath\texample.org/app\nmod\texample.org/app\t(devel)\t\n"
    b"dep\texample.org/local\tv0.9.0\n=>\t./local\t(devel)\t\n"
    b"dep\texample.org/one\tv1.2.3\t\n"
    b"dep\texample.org/two\tv0.0.0-20230102030405-abcdefabcdef\n"
    b"=>\texample.org/fork/two\tv2.0.1+incompatible\t"
)


def pom(group: str, artifact: str, version: str) -> tuple[str, bytes]:
    text = f"#Generated\n#Tue Jan 02\nversion={version}\ngroupId={group}\nartifactId={artifact}\n"
    return POM.format(group, artifact), text.encode()


def jar(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, **how: Any) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            with archive.open(info, "w", **how) as file:
                file.write(data)
    return body.getvalue()


ONE = jar(("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n\r\n"), pom("org.one", "one", "1.0"))
FACT = b"version=1.0\ngroupId=org.one\nartifactId=one"
NAME = POM.format("org.one", "one")


def inside(blob: bytes, path: str, **caps: int) -> dict[str, bytes]:
    return index_of(blob, path, **caps).inside.get(f"/{path}", {})


def index_of(blob: bytes, path: str, mode: int = 0o644, **caps: int) -> LayerIndex:
    info = tarfile.TarInfo(path)
    info.mode = mode
    index = read(tar([(info, blob)]), chunk=100_000, caps=Caps(**caps))
    assert unpack(pack(index)) == index
    return index


def test_mavens_own_properties_are_kept_and_the_manifest_then_is_not() -> None:
    assert inside(ONE, "srv/one-1.0.jar") == {NAME: FACT}
    both = jar(pom("org.one", "one", "1.0"), pom("org.two", "two", "2.0"))
    shaded = inside(both, "x.jar")
    assert list(shaded) == [NAME, POM.format("org.two", "two")]


def test_a_manifest_keeps_the_headers_that_tell_a_name_or_a_version() -> None:
    long = "x" * 100
    manifest = (
        f"Manifest-Version: 1.0\r\nImport-Package: a,\r\n b\r\nBundle-SymbolicName: {long}\r\n"
        f" {long}\r\nBundle-Version: 3\r\n\r\nName: a/B.class\r\nImplementation-Version: 9\r\n"
    ).encode()
    found = inside(jar(("META-INF/MANIFEST.MF", manifest)), "b.jar")
    assert found == {
        "META-INF/MANIFEST.MF": f"Bundle-SymbolicName: {long}{long}\nBundle-Version: 3".encode()
    }
    assert inside(jar(("a/B.class", b"")), "b.jar") == {"META-INF/MANIFEST.MF": b""}


@pytest.mark.parametrize("stored", [True, False])
def test_archives_in_archives_are_read_too(stored: bool) -> None:
    inner = jar(("lib/one-1.0.jar", ONE), method=zipfile.ZIP_STORED)
    spring = jar(
        ("BOOT-INF/classes/application.properties", b"x=1"),
        ("BOOT-INF/lib/one-1.0.jar", ONE),
        ("WEB-INF/lib/inner.war", inner),
        method=zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED,
    )
    assert inside(spring, "app.jar") == {
        "META-INF/MANIFEST.MF": b"",
        f"BOOT-INF/lib/one-1.0.jar!/{NAME}": FACT,
        "WEB-INF/lib/inner.war!/META-INF/MANIFEST.MF": b"",
        f"WEB-INF/lib/inner.war!/lib/one-1.0.jar!/{NAME}": FACT,
    }


@pytest.mark.parametrize("form", ["a script before it", "zip64", "a comment", "many entries"])
def test_all_forms_of_zip(form: str) -> None:
    blob = {
        "a script before it": b"#!/bin/sh\nexec java -jar $0\n" + ONE,
        "zip64": jar(pom("org.one", "one", "1.0"), force_zip64=True),
        "a comment": ONE[:-2] + b"\5\0hello",
        "many entries": jar(
            *((f"c/{number}", b"") for number in range(70_000)), pom("org.one", "one", "1.0")
        ),
    }[form]
    assert inside(blob, "x.jar") == {NAME: FACT}


def test_what_cannot_be_read_says_so() -> None:
    for blob, told in ((b"no zip", "no zip archive"), (ONE[:-30], "no zip archive")):
        assert told in inside(blob, "x.jar")["?"].decode()
    outer = jar(("lib/bad.jar", b"no zip"), ("lib/one.jar", ONE), method=zipfile.ZIP_STORED)
    found = inside(outer, "x.jar")
    assert found["?"] == b"lib/bad.jar: it is no zip archive"
    assert found[f"lib/one.jar!/{NAME}"] == FACT
    large = index_of(ONE, "x.jar", archive_bytes=100)
    assert large.inside == {"/x.jar": {"?": b"too large"}}
    full = index_of(ONE, "x.jar", kept_bytes=10)
    assert full.inside == {"/x.jar": {"?": b"too large"}}
    assert read(files("x.jar.txt", "a/xjar", contents=ONE)).inside == {}


def test_of_a_path_that_comes_twice_the_last_counts() -> None:
    twice = tar([(tarfile.TarInfo("x.jar"), ONE), (tarfile.TarInfo("x.jar"), b"no zip")])
    assert set(read(twice).inside["/x.jar"]) == {"?"}


@pytest.mark.parametrize("cap", ["_UNPACKED", "_NESTED", "_ENTRIES", "_FACTS"])
def test_bombs_are_refused(cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = jar(("zeros.jar", bytes(1_000_000)), ("one.jar", ONE), ("two.jar", ONE))
    monkeypatch.setattr(archives, cap, 1)
    assert "too much" in archive_facts(jar(("lib/x.jar", inner)))[1]


@pytest.mark.parametrize("name", ["META-INF/MANIFEST.MF", NAME])
def test_many_entries_of_the_same_bytes_are_refused(name: str) -> None:
    blob = jar((name, b""))
    end = blob.rfind(b"PK\x05\x06")
    start = blob.rfind(b"PK\x01\x02")
    packed = 1 << 20
    entry = blob[start : start + 20] + packed.to_bytes(4, "little") + blob[start + 24 : end]
    table = entry * 300
    place = start + packed
    told = len(table).to_bytes(4, "little") + place.to_bytes(4, "little")
    bomb = blob[:start] + bytes(packed) + table + blob[end : end + 12] + told + b"\0\0"
    assert "too much" in archive_facts(bomb)[1]


def test_deep_nesting_ends() -> None:
    blob = ONE
    for _ in range(10):
        blob = jar(("x.jar", blob))
    facts, problem = archive_facts(blob)
    assert problem == ""
    assert max(name.count("!/") for name in facts) == 3


@given(st.data())
def test_a_damaged_archive_tells_less_and_does_no_harm(data: st.DataObject) -> None:
    whole = jar(("lib/one.jar", ONE), pom("org.x", "x", "1"))
    blob = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(blob)))
    known = set(archive_facts(whole)[0].values())
    for damaged in (bytes(blob), bytes(blob[:cut]), bytes(blob[cut:])):
        facts, problem = archive_facts(damaged)
        assert set(facts.values()) <= {*known, b""}
        assert facts or problem


@given(st.binary(max_size=300))
def test_any_bytes_are_an_archive_or_a_problem(data: bytes) -> None:
    facts, problem = archive_facts(data)
    assert facts or problem


PROGRAM = (b"\x7fELF" + bytes(100_000))[: 6 * 16_384] + BUILD + bytes(50_000)


def test_a_program_tells_its_modules() -> None:
    index = index_of(PROGRAM, "bin/app", 0o755)
    assert index.inside == {"/bin/app": {"go": MODULES}}
    for path, mode, blob in (
        ("bin/app", 0o644, PROGRAM),
        ("bin/app", 0o755, b"#!/bin/sh\n" + PROGRAM),
        ("bin/app", 0o755, PROGRAM[:90_000]),
        ("bin/app", 0o755, PROGRAM[:4] + PROGRAM[90_000:]),
    ):
        assert index_of(blob, path, mode).inside == {}


@given(st.lists(st.integers(1, len(BUILD) + 2_000), min_size=1, max_size=40), st.integers(0, 60))
def test_however_the_bytes_come(sizes: list[int], before: int) -> None:
    # A mark that is none, one cut short, one out of line, then the real one.
    marks = BUILD[:32] + bytes(16) + BUILD[:15] + b"\0" * 17 + b"1" + BUILD[:33] + bytes(14)
    blob = bytes(before * 16) + marks + bytes(-len(marks) % 16) + BUILD
    search, at = GoSearch(), 0
    while at < len(blob):
        for size in sizes:
            search.take(memoryview(blob)[at : at + size])
            at += size
    assert search.facts() == {"go": MODULES}


@given(st.binary(max_size=200), st.integers(0, len(BUILD)))
def test_any_bytes_after_a_mark(data: bytes, cut: int) -> None:
    search = GoSearch()
    search.take(BUILD[:cut] + data)
    for fact in search.facts().values():
        assert fact.startswith((b"go", b"devel"))


@pytest.mark.parametrize("program", ["umoci", "skopeo", "podman"])
def test_real_programs(program: str) -> None:
    body = Path(need(program)).read_bytes()
    index = index_of(body, "bin/it", 0o755)
    version, *lines = index.inside["/bin/it"]["go"].decode().split("\n")
    # As Go itself: the runtime holds its version as a string of its own too.
    assert version.startswith("go1.")
    assert body.count(version.encode()) > 1
    path = lines[0].removeprefix("path\t")
    assert path.endswith(f"/{program}")
    assert body.count(path.encode()) > 1
    for line in lines[1:]:
        assert line.split("\t")[0] in ("mod", "dep", "=>")
