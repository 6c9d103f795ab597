"""All that is known of one file of an image, and its lines."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.compare.texts import Text, text_of
from ecrtui.model.contents import FileContents
from ecrtui.model.files import Entry
from ecrtui.model.manifest import Layer
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section
from ecrtui.render.layers import command
from ecrtui.render.lines import INDENT, TextLine, broken, note, section_lines
from ecrtui.render.permissions import permissions
from ecrtui.render.secrets import MASK, masked_text
from ecrtui.render.sizes import size
from ecrtui.render.syntax import Coloured

_MOST = 50_000
"""Lines shown of one file; who needs more looks at the whole with a tool for it."""
_SHORT = 64
"""Bytes of an extended attribute that are shown."""


def fact_lines(
    entry: Entry, layer: Layer | None, times: Times, columns: int, change: str = ""
) -> list[TextLine]:
    """What is known of a file: `layer` is the one it is from, `change` what happened there."""
    link = "Link of" if entry.kind.label == "hardlink" else "Leads to"
    told = (
        ("Type", entry.kind.label),
        (link, entry.linkname),
        ("Size", f"{size(entry.size)}, {entry.size:,} bytes" if entry.size >= 1000 else ""),
        ("Size", f"{entry.size:,} bytes" if 0 < entry.size < 1000 else ""),
        ("Mode", f"{permissions(entry)}  {entry.mode:04o}"),
        ("Owner", f"{entry.uid}:{entry.gid}"),
        ("Changed", times.long(entry.mtime) if entry.mtime else ""),
        ("SHA-256", entry.sha256),
        ("Device", "{}, {}".format(*entry.device) if any(entry.device) else ""),
        *(("Attribute", f"{name}={_value(value)}") for name, value in entry.xattrs.items()),
        ("Layer", f"{layer.index}: {command(layer.created_by)}" if layer else ""),
        ("Change", change),
    )
    fields = tuple(Field(label, text) for label, text in told if text)
    return section_lines([Section(entry.path, fields)], columns)


def _value(value: bytes) -> str:
    """Text where it is some, else hexadecimal: capabilities are numbers."""
    text = value.decode("utf-8", "replace")
    shown = text if text.isprintable() and "\ufffd" not in text else f"0x{value.hex()}"
    return shown if len(shown) <= _SHORT else f"{shown[:_SHORT]}…"


def contents_lines(
    found: FileContents, columns: int, *, unmasked: bool, colours: Coloured | None = None
) -> Iterator[TextLine]:
    """The lines of a file, numbered; what looks secret is masked until asked for."""
    text = text_of(found.data, cut=found.truncated)
    if not found.data:
        return
    yield TextLine()
    if text is None:
        yield note("It is no text.")
        return
    for number, line in enumerate(_shown(text, unmasked=unmasked), 1):
        head = (Cell(f"{INDENT}{number:>5}  ", "dim"),)
        drawn = broken(head, line.expandtabs(4), columns, copy=line)
        yield from colours.over(drawn, number, line) if colours is not None else drawn
    if found.truncated or text.more or len(text.lines) > _MOST:
        yield note("There is more of it: ecrtui files IMAGE --cat PATH > FILE has all.", "warn")


def _shown(text: Text, *, unmasked: bool) -> list[str]:
    lines = text.lines[:_MOST]
    return lines if unmasked else masked_text(lines)


def hides(lines: list[TextLine]) -> int:
    """How many lines have something masked in them."""
    return sum(1 for line in lines if MASK in line.copy)
