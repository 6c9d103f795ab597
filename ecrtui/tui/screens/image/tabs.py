"""The tabs of an image: what each shows of what is known, and when there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import Image
from ecrtui.model.manifest import ManifestKind
from ecrtui.model.places import Registry
from ecrtui.render.ages import Times
from ecrtui.render.config import config_sections
from ecrtui.render.fields import Field, Section
from ecrtui.render.json_lines import json_lines
from ecrtui.render.layers import LayersView, history_lines, layer_lines
from ecrtui.render.lines import TextLine, note, problem_lines, section_lines, title
from ecrtui.render.local import here_section
from ecrtui.render.overview import overview_sections
from ecrtui.render.platforms import platform_lines
from ecrtui.render.referrers import referrer_lines
from ecrtui.render.settings import image_fields
from ecrtui.tui.screens.image.findings import why_no_findings
from ecrtui.tui.screens.image.here import Here
from ecrtui.tui.screens.image.uses import UsesView


class View(NamedTuple):
    """What a tab draws from."""

    details: ImageDetails
    times: Times
    columns: int
    rows: Mapping[str, Image]
    """Rows of the index's children by digest, as far as they are known."""
    findings: list[TextLine]
    scan: Field | None
    """What the overview says of them; None while nothing is known."""
    uses: UsesView
    contents: list[TextLine]
    """An artifact, or a file of an image, opened; empty while it is not."""
    unmasked: bool
    inside: LayersView
    """Its layers, with what is known of what is in them."""
    here: Here
    """What the local engine has of it, and what its registry did with it."""


class Tab(NamedTuple):
    """One tab: its id is the command that opens it."""

    id: str
    title: str
    lines: Callable[[View], list[TextLine]]
    missing: Callable[[ImageDetails], str] = lambda _: ""
    """Why an image does not have it; '' when it has."""
    sign: str = ""
    """The key that is shown for it; '' for the digit of its place."""


def _overview(view: View) -> list[TextLine]:
    sections = overview_sections(view.details, view.times, view.uses.field, view.scan)
    if view.here.known is not None:
        sections.insert(-1, here_section(view.here.known, view.times))
    copies = tuple(image_fields(view.here.parts, view.times))
    if copies:
        sections.insert(-1, Section("By the registry's rules", copies))
    return section_lines(sections, view.columns)


def _platforms(view: View) -> list[TextLine]:
    manifest = view.details.manifest
    if manifest is None:
        return _unread(view)
    return platform_lines(manifest, view.details.chosen, view.rows, view.times)


def _config(view: View) -> list[TextLine]:
    if view.details.config is None:
        return _unread(view)
    sections = config_sections(view.details.config)
    return section_lines(sections, view.columns, unmasked=view.unmasked)


def _layers(view: View) -> list[TextLine]:
    if view.details.image_manifest is None:
        return _unread(view)
    return layer_lines(view.inside)


def _files(_: View) -> list[TextLine]:
    return []  # they are a tree, not lines


def _history(view: View) -> list[TextLine]:
    if view.details.config is None:
        return _unread(view)
    details, unmasked = view.details, view.unmasked
    return history_lines(
        details.config, details.layers, view.times, view.columns, unmasked=unmasked
    )


def _referrers(view: View) -> list[TextLine]:
    return referrer_lines(view.details, view.times, view.columns)


def _findings(view: View) -> list[TextLine]:
    return view.findings or [note("Reading the findings ...")]


def _uses(view: View) -> list[TextLine]:
    return view.uses.lines


def _why_no_uses(details: ImageDetails) -> str:
    return "" if isinstance(details.home, Registry) else "Only images of ECR are looked for."


def _why_no_findings(details: ImageDetails) -> str:
    return _no_image(details) or why_no_findings(details)


def _contents(view: View) -> list[TextLine]:
    return view.contents or [note("Reading it ...")]


def _json(view: View) -> list[TextLine]:
    details = view.details
    parts: list[tuple[str, Any]] = []
    if details.raw_manifest:
        parts.append(("Manifest", _document(details.raw_manifest)))
    if details.raw_config:
        parts.append(("Config", _document(details.raw_config)))
    if details.image is not None:
        parts.append(("DescribeImages", msgspec.to_builtins(details.image)))
    lines: list[TextLine] = []
    for name, value in parts:
        lines += [*([TextLine()] if lines else []), title(name), *json_lines(value)]
    return lines


def _document(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body.decode("utf-8", "replace")


def _unread(view: View) -> list[TextLine]:
    """Why a part that belongs here is not known."""
    problem = view.details.manifest_problem or view.details.contents_problem
    if isinstance(problem, EcrtuiError):
        return problem_lines(problem, view.columns)
    return [note("Reading ...")]


def _no_index(details: ImageDetails) -> str:
    index = details.manifest is None or details.manifest.kind is ManifestKind.INDEX
    return "" if index else "It is one image for one platform, not an index."


def _no_image(details: ImageDetails) -> str:
    artifact = is_artifact(details)
    return "It is an artifact, not an image that runs: it has no such part." if artifact else ""


def _no_artifact(details: ImageDetails) -> str:
    return "" if is_artifact(details) else "Open a file first: Enter on one in the Files tab."


def is_artifact(details: ImageDetails) -> bool:
    """Whether it is a signature, an SBOM, a chart: something to open and read."""
    return details.manifest is not None and details.manifest.kind is ManifestKind.ARTIFACT


TABS = (
    Tab("overview", "Overview", _overview),
    Tab("platforms", "Platforms", _platforms, _no_index),
    Tab("config", "Config", _config, _no_image),
    Tab("layers", "Layers", _layers, _no_image),
    Tab("files", "Files", _files, _no_image),
    Tab("history", "History", _history, _no_image),
    Tab("referrers", "Referrers", _referrers),
    Tab("contents", "Contents", _contents, _no_artifact),
    Tab("json", "JSON", _json),
    Tab("findings", "Findings", _findings, _why_no_findings, "0"),
    Tab("uses", "Used by", _uses, _why_no_uses, "w"),
)
"""In the order of their keys."""
SHOWN = (
    "overview",
    "platforms",
    "config",
    "layers",
    "files",
    "history",
    "referrers",
    "findings",
    "uses",
)
"""The first ones in their order on the screen; the others follow."""


def in_order() -> list[Tab]:
    """The tabs as one goes along them."""
    return sorted(TABS, key=lambda tab: SHOWN.index(tab.id) if tab.id in SHOWN else len(SHOWN))


def sign_of(tab: Tab) -> str:
    """The key that the screen shows for a tab: its digit, or a letter where it has none."""
    return tab.sign or str(TABS.index(tab) + 1)


def tab_of(name: str) -> Tab:
    """The tab of an id."""
    return next(tab for tab in TABS if tab.id == name)
