"""The tabs in the upper edge of an image's frame."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.tui.widgets.spans import Span


def tab_spans(tabs: Sequence[tuple[str, str, str]], at_hand: str, columns: int) -> list[Span]:
    """Tabs of `(id, key, title)`: the one at hand bright, the titles of others as there is room.

    Those farthest from it lose theirs first; the key alone still leads there.
    """
    titles = {name: f" {title}" for name, _, title in tabs}
    here = next(place for place, (name, _, _) in enumerate(tabs) if name == at_hand)
    room = columns - 2 - 2 * len(tabs)
    for place in sorted(range(len(tabs)), key=lambda place: -abs(place - here)):
        if sum(map(len, titles.values())) > room:
            titles[tabs[place][0]] = ""
    gap = "  " if sum(map(len, titles.values())) + len(tabs) < room else " "
    spans = [Span(" ")] if gap == "  " else []
    for name, key, _ in tabs:
        action = f"screen.do('{name}')"
        spans.append(Span(key, "accent" if name == at_hand else "dim", action))
        spans.append(Span(f"{titles[name]}{gap}", "title" if name == at_hand else "dim", action))
    return spans
