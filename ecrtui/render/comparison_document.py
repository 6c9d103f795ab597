"""The difference of two images as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.files import Difference, FileChange
from ecrtui.compare.layers import LayerChange
from ecrtui.model.details import ImageDetails
from ecrtui.model.finding import Finding
from ecrtui.render.comparison import matching
from ecrtui.render.entries import entry_document, shown_path
from ecrtui.render.finding_changes import why_unknown


def comparison_document(
    found: Comparison,
    fetched: Mapping[str, int],
    *,
    glob: str = "",
    contents: Mapping[str, Any] | None = None,
    contents_left: int | None = None,
) -> dict[str, Any]:
    """As docs/json.md says; null is what was not looked at. `fetched` is `{bytes, requests}`.

    `contents` is what there is to be said of the contents of some files, by path.
    """
    return {
        "from": _side(found.before),
        "to": _side(found.after),
        "config": [
            {"field": row.field, "from": row.before, "to": row.after} for row in found.config
        ],
        "layers": [_layer(row) for row in found.layers],
        **_of_files(found, glob, contents or {}),
        "contentsLeft": contents_left,
        "packages": None if found.packages is None else msgspec.to_builtins(found.packages),
        "findings": _findings(found),
        "findingsUnknown": _why_no_findings(found),
        "bites": [
            {"kind": one.kind, "subject": shown_path(one.subject), "text": one.text}
            for one in found.bites
        ],
        "unsure": None if found.unsure is None else msgspec.to_builtins(found.unsure),
        "fromTablesOfContents": found.tables,
        "fetched": dict(fetched),
    }


def lone_document(
    details: ImageDetails, fetched: Mapping[str, int], *, added: bool
) -> dict[str, Any]:
    """For a platform that only one of two indexes has: the other side and all else is null."""
    side = _side(details)
    nothing = dict.fromkeys(_PARTS)
    ends = {"from": None, "to": side} if added else {"from": side, "to": None}
    return {**ends, **nothing, "fetched": dict(fetched)}


_PARTS = (
    *("config", "layers", "files", "renames", "summary", "contentsLeft", "packages", "findings"),
    "findingsUnknown",
    *("bites", "unsure", "fromTablesOfContents"),
)


def _findings(found: Comparison) -> dict[str, Any] | None:
    changes = found.findings.changes if found.findings is not None else None
    if changes is None:
        return None
    return {
        "fixed": [_finding(one) for one in changes.fixed],
        "introduced": [_finding(one) for one in changes.introduced],
        "unchanged": changes.unchanged,
    }


def _why_no_findings(found: Comparison) -> str | None:
    told = found.findings
    return why_unknown(told) or None if told is not None and told.changes is None else None


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "name": one.name,
        "severity": one.severity.value,
        "package": one.package or None,
        "version": one.version or None,
        "fixedIn": one.fixed_in or None,
    }


def _layer(row: LayerChange) -> dict[str, Any]:
    return {
        "change": row.change,
        "recompressed": row.recompressed,
        "digest": row.digest,
        "diffId": row.diff_id or None,
        "size": row.size,
        "createdBy": row.created_by or None,
    }


def _of_files(found: Comparison, glob: str, contents: Mapping[str, Any]) -> dict[str, Any]:
    files = found.files
    if files is None:
        return {"files": None, "renames": None, "summary": None}
    return {
        "files": [_file(files, row, contents.get(row.path)) for row in matching(files, glob)],
        "renames": [
            {"from": shown_path(one.before), "to": shown_path(one.after)} for one in files.renames
        ],
        "summary": msgspec.to_builtins(files.summary),
    }


def _side(details: ImageDetails) -> dict[str, Any]:
    manifest = details.image_manifest
    return {
        "reference": details.reference,
        "digest": manifest.digest if manifest else details.digest,
        "platform": str(details.config.platform) if details.config else None,
        "size": manifest.layer_bytes if manifest else None,
    }


def _file(files: Difference, row: FileChange, contents: Any) -> dict[str, Any]:
    before = after = None
    if row.before is not None:
        before = entry_document(row.before, files.a.layer(row.path) + 1)
    if row.after is not None:
        after = entry_document(row.after, files.b.layer(row.path) + 1)
    either = row.after or row.before
    return {
        "path": shown_path(row.path),
        "change": row.change,
        "type": either.kind.label if either else None,
        "from": before,
        "to": after,
        "differs": row.differs,
        "contents": contents,
    }
