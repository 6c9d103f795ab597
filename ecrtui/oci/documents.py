"""What people attach to images, explained: SBOMs, provenance, signatures, charts.

Recognised by what they say, not by what they are called: the media types in use differ by tool and
year. Pure, and total: any bytes get some Document. Nothing is verified here, and signatures say so.
Sources: SPDX 2.3 and 3.0, CycloneDX 1.6, in-toto Statement 0.1 and 1, SLSA provenance 0.2 and 1,
DSSE 1.0, the Sigstore bundle 0.3, cosign's simple signing, the Notary Project's JWS envelope,
Helm's Chart.yaml.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.document import Document
from ecrtui.oci import charts, provenance, sboms, signatures
from ecrtui.oci.members import base64_of, count, digested, each, field, member, text_of

Json = dict[str, Any]
_LONGEST_TEXT = 2 * 1024 * 1024
"""Characters of text kept; an SBOM of this size has thousands of packages."""
_WRAPPINGS = 4
"""A bundle holds an envelope, that a statement, that an SBOM; deeper is somebody's joke."""
_FEW = 3


def explain(media_type: str, body: bytes) -> Document:
    """The document in some bytes; never raises."""
    found = _explained(media_type, body, _WRAPPINGS)
    left = len(found.text) - _LONGEST_TEXT
    if left <= 0:
        return found
    text = f"{found.text[:_LONGEST_TEXT]}\n... {left} more characters"
    return msgspec.structs.replace(found, text=text)


def unread(media_type: str, size: int) -> Document:
    """A document whose bytes are not to be read, or tell nothing."""
    title = media_type or "bytes of no media type"
    return Document(title, kind_of(media_type), (("Size", f"{size} bytes of {title}"),))


def _explained(media_type: str, body: bytes, wrappings: int) -> Document:
    try:
        value = msgspec.json.decode(body)
        text = msgspec.json.format(body, indent=2).decode()
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _plain(media_type, body)
    if isinstance(value, dict):
        for looks_so, read in _FORMATS:
            if looks_so(value):
                return read(value, text)
        for looks_so, unwrap in _ENVELOPES:
            if wrappings and looks_so(value):
                return unwrap(value, text, wrappings - 1)
    return Document(media_type or "JSON", kind_of(media_type), (), text)


def _plain(media_type: str, body: bytes) -> Document:
    """Text that is no JSON, as itself; other bytes by their number."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return unread(media_type, len(body))
    if not text or "\0" in text:
        return unread(media_type, len(body))
    return Document(media_type or "text", kind_of(media_type), (), text)


def _is_dsse(value: Json) -> bool:
    return "payloadType" in value and "payload" in value


def _dsse(value: Json, text: str, wrappings: int) -> Document:
    """A DSSE envelope: its payload, and who signed."""
    inner = base64_of(value.get("payload"))
    keys = [text_of(one.get("keyid")) or "no key id" for one in each(value.get("signatures"))]
    signed = (*field("Signatures", ", ".join(keys) or "none"), signatures.NOT_VERIFIED)
    if inner is None:
        return Document("DSSE envelope", ArtifactKind.ATTESTATION, signed, text)
    found = _explained(text_of(value.get("payloadType")), inner, wrappings)
    return msgspec.structs.replace(found, fields=(*found.fields, *signed))


def _is_bundle(value: Json) -> bool:
    return "sigstore.bundle" in text_of(value.get("mediaType"))


def _bundle(value: Json, text: str, wrappings: int) -> Document:
    """A Sigstore bundle: the envelope in it, or the digest it signs."""
    envelope = value.get("dsseEnvelope")
    if isinstance(envelope, dict):
        found = _dsse(envelope, text, wrappings)
        return msgspec.structs.replace(found, title=f"{found.title}, in a Sigstore bundle")
    signed = member(value, "messageSignature", "messageDigest", "digest")
    fields = (*field("Signs, in base64", signed), signatures.NOT_VERIFIED)
    return Document("Sigstore bundle", ArtifactKind.SIGNATURE, fields, text)


def _is_statement(value: Json) -> bool:
    return text_of(value.get("_type")).startswith("https://in-toto.io/Statement")


def _statement(value: Json, text: str) -> Document:
    """An in-toto statement: about what, and what its predicate says of it."""
    kind, predicate = text_of(value.get("predicateType")), value.get("predicate")
    subjects = [digested(one.get("name"), one.get("digest")) for one in each(value.get("subject"))]
    about = (
        *field("Predicate", kind),
        *field("About", ", ".join(subjects[:_FEW])),
        *count("Subjects", subjects if len(subjects) > _FEW else None),
    )
    inner = predicate if isinstance(predicate, dict) else {}
    for looks_so, read in _SBOMS:
        if looks_so(inner):
            found = read(inner, text)
            return msgspec.structs.replace(found, fields=(*found.fields, *about))
    built = provenance.fields_of(inner)
    if built:
        return Document("SLSA provenance", ArtifactKind.PROVENANCE, (*about, *built), text)
    known = kind_of(kind)
    if known is ArtifactKind.OTHER:
        return Document("in-toto statement", ArtifactKind.ATTESTATION, about, text)
    return Document(f"{known.value} statement", known, about, text)


_LooksSo = Callable[[Json], bool]
_Read = Callable[[Json, str], Document]
_Unwrap = Callable[[Json, str, int], Document]

_SBOMS: tuple[tuple[_LooksSo, _Read], ...] = (
    (sboms.is_spdx, sboms.spdx),
    (sboms.is_spdx_3, sboms.spdx_3),
    (sboms.is_cyclonedx, sboms.cyclonedx),
)
_FORMATS: tuple[tuple[_LooksSo, _Read], ...] = (
    *_SBOMS,
    (_is_statement, _statement),
    (signatures.is_jws, signatures.jws),
    (signatures.is_simple_signing, signatures.simple_signing),
    (charts.is_chart, charts.chart),
)
_ENVELOPES: tuple[tuple[_LooksSo, _Unwrap], ...] = ((_is_bundle, _bundle), (_is_dsse, _dsse))
