"""A plan as lines: what is taken, where it goes, what that costs, what to beware of."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.footprint import Footprint
from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.columns import Cell
from ecrtui.render.lines import TextLine, broken
from ecrtui.render.sizes import size
from ecrtui.render.text import fitted, safe, width

_LABEL_LEAST = 10
_LABEL_MOST = 20


def plan_lines(plan: Plan) -> Iterator[str]:
    """One fact a line, the label first; then warnings; what changes of a text at the end, for it
    may be long and nobody may miss the others."""
    facts = [*_facts(plan), *_cautions(plan)]
    label = _label_width(facts)
    for name, text, _ in _facts(plan):
        yield f"{safe(name):<{label}}  {safe(text)}"
    for name, text, _ in _cautions(plan):
        yield f"{safe(name):<{label}}  {safe(text)}" if name else safe(text)
    yield from (f"{mark} {safe(text)}".rstrip() for mark, text in plan.diff)


def plan_text(plan: Plan, columns: int) -> list[TextLine]:
    """The same with styles, in lines of so many columns; `y` on a line copies what it says."""
    facts = [*_facts(plan), *_cautions(plan)]
    label = _label_width(facts)
    lines: list[TextLine] = []
    for name, text, _ in _facts(plan):
        lines += broken(_head(name, label, "dim"), safe(text), columns, copy=text)
    for name, text, style in _cautions(plan):
        # What nobody may miss is not only coloured: it has its own word, and room around it.
        lines += [TextLine()] if lines else []
        lines += broken(_head(name, label, style), safe(text), columns, style=style, copy=text)
    return lines + _diff(plan, columns)


def _head(name: str, label: int, style: str) -> tuple[Cell, ...]:
    return (Cell(fitted(safe(name), label) + "  ", style),) if name else ()


def _facts(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Label, text and style of each."""
    goes = "to" if plan.source or not plan.digest else "image"  # which stays where it is
    goes = "what" if (plan.careful or plan.diff) and not plan.source else goes
    goes = "in" if plan.kind in _MANY and not plan.digest else goes
    ends = ("from", plan.source_placed), (goes, plan.target_placed), ("digest", plan.digest)
    for label, text in ends:
        if text:
            yield label, text, ""
    for label, text in plan.facts:
        yield label, text, ""
    if plan.to_move or plan.there:
        there = f", {size(plan.there)} are there" if plan.there else ""
        yield "to move", f"{size(plan.to_move)}{there}", ""
    if plan.free is not None:
        yield "freed", freed(plan.free), ""


_MANY = ("prune", "delete", "archive")
"""What is done to images of a repository."""


def _cautions(plan: Plan) -> Iterator[tuple[str, str, str]]:
    for warning in plan.warnings:
        yield "beware", warning, "warn"
    if plan.done_already:
        yield "", plan.done_already, "good"


_DIFF = {"-": "bad", "+": "good"}


def _diff(plan: Plan, columns: int) -> list[TextLine]:
    """Lines that go and come, with a blank line around them."""
    lines = [TextLine()] if plan.diff else []
    for mark, text in plan.diff:
        style = _DIFF.get(mark, "dim")
        lines += broken((Cell(f"{mark} ", style),), safe(text), columns, style=style, copy=text)
    return lines


def _label_width(facts: list[tuple[str, str, str]]) -> int:
    widest = max((width(safe(name)) for name, _, _ in facts), default=0)
    return max(_LABEL_LEAST, min(widest, _LABEL_MOST))


def outcome_line(outcome: Outcome) -> str:
    """`team/app:v1 is at oci:dir, 12 MB moved, 40 MB did not have to be`."""
    told = [outcome_sentence(outcome)]
    if outcome.moved:
        told.append(f"{size(outcome.moved)} moved")
    if outcome.there:
        told.append(f"{size(outcome.there)} did not have to be")
    return safe(", ".join(told))


def outcome_sentence(outcome: Outcome) -> str:
    """What is so now, and what it saved."""
    if outcome.freed is None:
        return outcome.sentence
    return f"{outcome.sentence}, {freed(outcome.freed)} freed"


def freed(free: Footprint) -> str:
    """`4.2 GB`, or `at most 4.2 GB (12 manifests unread)`: what those share is not known."""
    if not free.unread:
        return size(free.bytes)
    sure = f", {size(free.bytes)} surely" if free.bytes else ""
    return f"at most {size(free.most)}{sure} ({free.unread} manifests unread)"
