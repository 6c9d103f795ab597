"""Labelled lines: what the detail tabs and `inspect --plain` are made of."""

from __future__ import annotations

import msgspec


class Field(msgspec.Struct, frozen=True):
    """One labelled line. Text is foreign: whoever draws it makes it safe first."""

    label: str
    text: str
    style: str = ""
    """A style's name as in render.columns: dim, warn, bad, good, accent; '' is plain."""
    tab: str = ""
    """The id of the tab that tells more, '' when there is none."""
    hidden: str = ""
    """The text behind a mask, shown only when asked for; '' when nothing is masked."""


class Section(msgspec.Struct, frozen=True):
    """Fields under a heading; an empty section says why in `empty`."""

    title: str
    fields: tuple[Field, ...] = ()
    empty: str = ""
