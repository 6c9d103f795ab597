"""Packages of SBOMs: package URLs, both formats, whatever they are wrapped in."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import Corrupt
from ecrtui.model.package import Package
from ecrtui.packages import caps, sbom
from ecrtui.packages.difference import listed_difference
from ecrtui.packages.purl import package
from ecrtui.packages.sbom import packages

ZLIB, REQUESTS = "pkg:deb/debian/zlib1g@1%3A1.2-1?arch=amd64", "pkg:pypi/Requests@2.31.0"
BOTH = (Package("deb", "zlib1g", "1:1.2-1", "amd64"), Package("python", "requests", "2.31.0"))
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {"name": "no url", "versionInfo": None},
        *(
            {
                "name": "n",
                "externalRefs": [
                    {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:b"},
                    {"referenceType": "purl", "referenceLocator": url},
                ],
            }
            for url in (ZLIB, REQUESTS, ZLIB)
        ),
    ],
}
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "components": [
        {"type": "operating-system", "name": "debian"},
        {"type": "library", "purl": ZLIB, "components": [{"purl": REQUESTS}]},
    ],
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (ZLIB, BOTH[0]),
        (
            "pkg:rpm/rhel/bash@5.1-6?arch=x86_64&epoch=2",
            Package("rpm", "bash", "2:5.1-6", "x86_64"),
        ),
        ("pkg:rpm/rhel/bash@5.1-6?epoch=0#sub", Package("rpm", "bash", "5.1-6")),
        ("pkg:apk/alpine/musl@1.2.4-r2", Package("apk", "musl", "1.2.4-r2")),
        ("pkg:maven/org.one/one@1.0", Package("maven", "org.one:one", "1.0")),
        ("pkg:golang/github.com/a/b@v1.2.3", Package("go", "github.com/a/b", "v1.2.3")),
        ("pkg:golang/stdlib@v1.22.1", Package("go", "stdlib", "1.22.1")),
        ("pkg:golang/stdlib@go1.22.1", Package("go", "stdlib", "1.22.1")),
        ("pkg:npm/%40scope/name@1", Package("npm", "@scope/name", "1")),
        ("pkg:npm/@scope/name@1", Package("npm", "@scope/name", "1")),
        ("pkg:gem/rails@7.0", Package("ruby", "rails", "7.0")),
        ("pkg:PyPI/Foo__Bar.baz@1", Package("python", "foo-bar-baz", "1")),
        ("pkg://cargo/serde@1.0", Package("cargo", "serde", "1.0")),
        *((url, None) for url in ("", "pkg:", "pkg:deb/debian/x", "pkg:/a@1", "http://a/b@1")),
        *((url, None) for url in ("pkg:deb/@1", "pkg:oci/app@sha256", "pkg:a b/c@1", "pkg:x/y@")),
    ],
)
def test_package_urls(url: str, expected: Package | None) -> None:
    assert package(url) == expected


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def statement(predicate: object) -> dict[str, Any]:
    return {"_type": "https://in-toto.io/Statement/v1", "predicate": predicate}


def envelope(value: object) -> dict[str, Any]:
    payload = base64.b64encode(encoded(value)).decode()
    return {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": []}


@pytest.mark.parametrize("document", [SPDX, CYCLONEDX])
def test_both_formats_as_they_are_and_wrapped(document: dict[str, Any]) -> None:
    bundle = {"mediaType": "sigstore.bundle", "dsseEnvelope": envelope(statement(document))}
    for value in (document, statement(document), envelope(statement(document)), bundle):
        assert packages(encoded(value)) == BOTH


def test_what_is_no_sbom() -> None:
    for value in (
        *({}, statement({"buildType": "x"}), statement("text"), statement(None)),
        *({"payload": 5}, {"payload": "no base64!"}, {"spdxVersion": "SPDX-3.0"}),
    ):
        assert packages(encoded(value)) is None
    deep: object = SPDX
    for _ in range(10):
        deep = statement(deep)
    assert packages(encoded(deep)) is None
    for damaged in (b"", b"[]", b"{", encoded(SPDX)[:-5], b'{"packages": 5}', b"[" * 100_000):
        with pytest.raises(Corrupt):
            packages(damaged)


def test_endless_lists_and_names_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    long = {"bomFormat": "CycloneDX", "components": [{"purl": f"pkg:npm/{'x' * 2000}@1"}]}
    assert packages(encoded(long)) == ()
    monkeypatch.setattr(sbom, "PACKAGES", 1)
    assert caps.PACKAGES > 1
    with pytest.raises(Corrupt, match="more than"):
        packages(encoded(SPDX))


@given(st.text(max_size=60), st.sampled_from(["pkg:", "pkg:npm/", "pkg:deb/a/", ""]))
def test_any_text_is_a_package_or_none(text: str, start: str) -> None:
    found = package(start + text)
    assert found is None or (found.name and found.version)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_sbom_or_none_or_corrupt(data: bytes) -> None:
    for body in (data, b'{"predicate":' + data + b"}", b'{"components":' + data + b"}"):
        try:
            packages(body)
        except Corrupt:
            continue


def test_of_what_files_tell_an_sbom_is_not_asked() -> None:
    def listed(version: str) -> list[Package]:
        names = [("deb", "zlib1g"), ("maven", "org.one:one"), ("maven", "org.two:two")]
        return [Package(*name, version) for name in (*names, ("cargo", "serde"))]

    known = [Package("deb", "zlib1g", "9"), Package("maven", "one", "9")]
    changes = listed_difference(listed("1.0"), listed("1.1"), known)
    assert [(one.ecosystem, one.name, one.change, one.source) for one in changes] == [
        ("cargo", "serde", "changed", "sbom"),
        ("maven", "org.two:two", "upgrade", "sbom"),
    ]
