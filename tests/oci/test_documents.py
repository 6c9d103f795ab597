"""Documents explained: every format by an example, anything else without a crash."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.artifacts import ArtifactKind
from ecrtui.model.document import Document
from ecrtui.oci.documents import explain, unread
from tests.oci.wild import json_values

DIGEST = "sha256:" + "5" * 64
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "name": "some image",
    "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: a", "Tool: b"]},
    "packages": [{"name": f"package{n}", "versionInfo": f"{n}.0"} for n in range(30)],
}
SPDX_3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {"type": "CreationInfo", "created": "2026-01-02T00:00:00Z"},
        {"type": "software_Package", "name": "zlib", "software_packageVersion": "1.3"},
        {"type": "software_File", "name": "x"},
    ],
}
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "component": {"name": "thing"},
        "timestamp": "2026-01-03T00:00:00Z",
        "tools": {"components": [{"name": "maker"}]},
    },
    "components": [{"name": "left-pad", "version": "1"}, {"name": "no-version"}],
}
SLSA_1 = {
    "buildDefinition": {
        "buildType": "https://build.example/type",
        "resolvedDependencies": [{"uri": "git+https://x", "digest": {"sha1": "abc"}}],
    },
    "runDetails": {
        "builder": {"id": "https://build.example/runner"},
        "metadata": {"startedOn": "2026-01-04T00:00:00Z"},
    },
}
SLSA_0_2 = {
    "builder": {"id": "old runner"},
    "buildType": "old type",
    "invocation": {"configSource": {"uri": "git://y", "entryPoint": "Makefile"}},
    "materials": [{"uri": "one"}, {"uri": "two", "digest": {"sha256": "d"}}],
}
SIMPLE = {
    "critical": {
        "identity": {"docker-reference": "registry.example/app"},
        "image": {"docker-manifest-digest": DIGEST},
        "type": "cosign container image signature",
    },
    "optional": {"branch": "main"},
}
CHART = {
    "apiVersion": "v2",
    "name": "web",
    "version": "1.2.3",
    "appVersion": "9",
    "dependencies": [{"name": "redis", "version": "^18"}],
}


def statement(predicate: object, kind: str = "https://example.com/p") -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": kind,
        "subject": [{"name": "app", "digest": {"sha256": "5" * 64}}],
        "predicate": predicate,
    }


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def dsse(value: object) -> dict[str, Any]:
    payload = base64.b64encode(json.dumps(value).encode()).decode()
    signatures = [{"keyid": "key one", "sig": "AA=="}]
    return {"payloadType": "application/vnd.in-toto+json", "payload": payload} | {
        "signatures": signatures
    }


def bundle(value: object) -> dict[str, Any]:
    kind = "application/vnd.dev.sigstore.bundle.v0.3+json"
    return {"mediaType": kind, "dsseEnvelope": dsse(value)}


JWS = {
    "payload": encoded({"targetArtifact": {"digest": DIGEST, "mediaType": "an/image"}}),
    "protected": encoded({"alg": "PS384", "io.cncf.notary.signingTime": "2026-01-05T00:00:00Z"}),
    "header": {"x5c": ["a", "b"], "io.cncf.notary.signingAgent": "signer/1"},
    "signature": "AAAA",
}


def told(value: object, media_type: str = "application/json") -> tuple[Document, dict[str, str]]:
    found = explain(media_type, json.dumps(value).encode())
    return found, dict(found.fields)


@pytest.mark.parametrize(
    ("value", "title", "kind", "fields"),
    [
        (
            SPDX,
            "SPDX 2.3 SBOM",
            ArtifactKind.SBOM,
            {
                "Of": "some image",
                "Packages": "30",
                "Made": "2026-01-01T00:00:00Z",
                "Made by": "Tool: a, Tool: b",
            },
        ),
        (
            SPDX_3,
            "SPDX 3 SBOM",
            ArtifactKind.SBOM,
            {"Packages": "1", "They are": "zlib 1.3", "Made": "2026-01-02T00:00:00Z"},
        ),
        (
            CYCLONEDX,
            "CycloneDX 1.6 SBOM",
            ArtifactKind.SBOM,
            {"Of": "thing", "They are": "left-pad 1, no-version", "Made by": "maker"},
        ),
        (
            statement(SLSA_1),
            "SLSA provenance",
            ArtifactKind.PROVENANCE,
            {
                "Builder": "https://build.example/runner",
                "Material": "git+https://x sha1:abc",
                "Started": "2026-01-04T00:00:00Z",
                "About": "app sha256:" + "5" * 64,
            },
        ),
        (
            statement(SLSA_0_2),
            "SLSA provenance",
            ArtifactKind.PROVENANCE,
            {"Builder": "old runner", "Source": "git://y", "Materials": "2"},
        ),
        (statement(SPDX), "SPDX 2.3 SBOM", ArtifactKind.SBOM, {"Packages": "30"}),
        (
            statement({"x": 1}),
            "in-toto statement",
            ArtifactKind.ATTESTATION,
            {"Predicate": "https://example.com/p"},
        ),
        (
            statement({}, "https://cosign.sigstore.dev/attestation/vuln/v1"),
            "scan report statement",
            ArtifactKind.SCAN,
            {},
        ),
        (
            dsse(statement(SLSA_1)),
            "SLSA provenance",
            ArtifactKind.PROVENANCE,
            {"Signatures": "key one"},
        ),
        (
            bundle(statement(CYCLONEDX)),
            "CycloneDX 1.6 SBOM, in a Sigstore bundle",
            ArtifactKind.SBOM,
            {"Signatures": "key one", "Packages": "2"},
        ),
        (
            SIMPLE,
            "cosign signature",
            ArtifactKind.SIGNATURE,
            {"Signs": DIGEST, "Signed as": "registry.example/app", "Claim branch": "main"},
        ),
        (
            JWS,
            "Notary Project signature",
            ArtifactKind.SIGNATURE,
            {"Signs": DIGEST, "Algorithm": "PS384", "Certificates": "2", "Made by": "signer/1"},
        ),
        (CHART, "Helm chart", ArtifactKind.CHART, {"Chart": "web", "Needs": "redis ^18"}),
    ],
)
def test_each_format(value: object, title: str, kind: ArtifactKind, fields: dict[str, str]) -> None:
    found, shown = told(value)
    assert (found.title, found.kind) == (title, kind)
    assert fields.items() <= shown.items()
    json.loads(found.text)


def test_signatures_say_that_nothing_was_verified() -> None:
    for value in (SIMPLE, JWS, dsse(statement(SLSA_1)), bundle(statement({}))):
        assert told(value)[1]["Verified"].startswith("no")


def test_the_first_packages_are_named_and_the_rest_counted() -> None:
    first = told(SPDX)[1]["The first"]
    assert first.startswith("package0 0.0, package1 1.0, ")
    assert first.endswith(" and 18 more")


def test_what_is_unknown_is_shown_as_it_is() -> None:
    assert told({"some": "thing"}, "a/b")[0] == Document(
        "a/b", ArtifactKind.OTHER, (), '{\n  "some": "thing"\n}'
    )
    assert explain("text/plain", b"a few words").text == "a few words"
    binary = explain("application/cose", b"\xd2\x84\x00\xff")
    assert binary == unread("application/cose", 4)
    assert binary.fields == (("Size", "4 bytes of application/cose"),)


def test_wrappings_end() -> None:
    value: object = statement(SLSA_1)
    for _ in range(40):
        value = dsse(value) if len(json.dumps(value)) < 400_000 else value
    found, _ = told(value)
    assert "payload" in found.text


def test_a_long_text_and_long_values_are_cut() -> None:
    found, fields = told({**SPDX, "name": "n" * 3_000_000})
    assert len(fields["Of"]) < 500
    assert len(found.text) < 2_200_000
    assert found.text.endswith("more characters")


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"payload":'])
def test_deep_nesting_is_no_crash(opening: bytes) -> None:
    explain("application/json", opening * 200_000)


FORMATS = (SPDX, SPDX_3, CYCLONEDX, statement(SLSA_1), SIMPLE, JWS, dsse(SIMPLE), CHART)


@given(st.binary(max_size=300))
def test_any_bytes_are_some_document(body: bytes) -> None:
    found = explain("x/y", body)
    assert found.title
    assert found.text or found.fields


@given(st.sampled_from(FORMATS), st.data())
def test_any_member_may_be_anything(value: dict[str, Any], data: st.DataObject) -> None:
    assert told(_spoiled(value, data))[0].title


def _spoiled(value: Any, data: st.DataObject) -> Any:
    """The document with one member, somewhere, replaced by any JSON."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(value)))
        return {**value, name: _spoiled(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [_spoiled(value[0], data), *value[1:]]
    return data.draw(json_values)
