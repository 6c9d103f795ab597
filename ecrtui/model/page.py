"""A page of a list that is still arriving."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items of a list, in the service's order, and whether these are the last."""

    items: tuple[T, ...]
    last: bool
