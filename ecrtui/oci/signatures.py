"""Signatures by cosign and the Notary Project: what is signed, never whether it holds."""

from __future__ import annotations

from typing import Any

import msgspec

from ecrtui.model.artifacts import ArtifactKind
from ecrtui.model.document import Document
from ecrtui.oci.members import Fields, base64_of, count, field, member, object_of

Json = dict[str, Any]
NOT_VERIFIED = ("Verified", "no: ecrtui shows what is signed, and checks no key")


def is_simple_signing(value: Json) -> bool:
    """cosign's payload (simple signing, which cosign took from Red Hat's atomic)."""
    return isinstance(member(value, "critical", "image"), dict)


def simple_signing(value: Json, text: str) -> Document:
    """Which digest was signed, under which name, with which claims."""
    optional = value.get("optional")
    claims = optional if isinstance(optional, dict) else {}
    fields: Fields = (
        *field("Signs", member(value, "critical", "image", "docker-manifest-digest")),
        *field("Signed as", member(value, "critical", "identity", "docker-reference")),
        *field("Type", member(value, "critical", "type")),
        *(pair for name in sorted(claims) for pair in field(f"Claim {name}", claims[name])),
        NOT_VERIFIED,
    )
    return Document("cosign signature", ArtifactKind.SIGNATURE, fields, text)


def is_jws(value: Json) -> bool:
    """A JSON Web Signature in its flattened form (RFC 7515 §7.2.2)."""
    return {"payload", "protected", "signature"} <= value.keys()


def jws(value: Json, _text: str) -> Document:
    """A Notary Project envelope: what is signed, how, for how long; its parts decoded."""
    payload = object_of(base64_of(value.get("payload")))
    protected = object_of(base64_of(value.get("protected")))
    target = member(payload, "targetArtifact")
    fields: Fields = (
        *field("Signs", member(target, "digest")),
        *field("Which is", member(target, "mediaType")),
        *field("Algorithm", protected.get("alg")),
        *field("Scheme", protected.get("io.cncf.notary.signingScheme")),
        *field("Signed", protected.get("io.cncf.notary.signingTime")),
        *field("Valid until", protected.get("io.cncf.notary.expiry")),
        *field("Made by", member(value, "header", "io.cncf.notary.signingAgent")),
        *count("Certificates", member(value, "header", "x5c")),
        NOT_VERIFIED,
    )
    shown = msgspec.json.encode({**value, "payload": payload, "protected": protected})
    text = msgspec.json.format(shown, indent=2).decode()
    return Document("Notary Project signature", ArtifactKind.SIGNATURE, fields, text)
