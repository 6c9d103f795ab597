"""The tabs in the upper edge of a comparison's frame."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.tui.widgets.spans import Span


def tab_spans(tabs: Sequence[tuple[str, int, str, str]], at_hand: str, columns: int) -> list[Span]:
    """Tabs of `(id, number, title, amount)`; in few columns those farthest from the one at hand
    lose their titles, and keep how much is in them."""
    titles = {name: title for name, _, title, _ in tabs}

    def texts() -> list[tuple[str, str]]:
        told = ((number, titles[name], amount) for name, number, _, amount in tabs)
        return [
            (f" {number}", "".join(f" {part}" for part in (title, amount) if part) + " ")
            for number, title, amount in told
        ]

    here = next(place for place, (name, _, _, _) in enumerate(tabs) if name == at_hand)
    for place in sorted(range(len(tabs)), key=lambda place: -abs(place - here)):
        if sum(len(number) + len(text) for number, text in texts()) > columns:
            titles[tabs[place][0]] = ""
    spans = []
    for (name, _, _, _), (number, text) in zip(tabs, texts(), strict=True):
        action = f"screen.do('{name}')"
        spans.append(Span(number, "accent" if name == at_hand else "dim", action))
        spans.append(Span(text, "title" if name == at_hand else "dim", action))
    return spans
