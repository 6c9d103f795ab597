"""One job as lines: in the drawer two of them, on its own screen all that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ecrtui.errors import EcrtuiError, GivenUp
from ecrtui.model.moving import Moment, Part, Stage
from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.ages import clock
from ecrtui.render.columns import Cell
from ecrtui.render.lines import TextLine, broken, note, title
from ecrtui.render.moving import at_work, bar, percent
from ecrtui.render.plans import outcome_sentence, plan_text
from ecrtui.render.progress import duration, part_of, progress
from ecrtui.render.sizes import size
from ecrtui.render.text import fitted, safe, width

_BAR = 20
_STYLES = {
    "waiting": "dim",
    "running": "busy",
    "stopping": "warn",
    "done": "good",
    "failed": "bad",
    "stopped": "warn",
}
_NAME = 22
"""Columns of a part's name."""


class JobView(msgspec.Struct, frozen=True):
    """What is known of a job at one moment."""

    number: int
    plan: Plan
    state: str
    moment: Moment
    seconds: float
    outcome: Outcome | None = None
    problem: EcrtuiError | None = None


def job_lines(view: JobView, columns: int) -> list[TextLine]:
    """Two lines: what goes from where to where and its state; how far it is or how it ended."""
    style = _STYLES[view.state]
    state = f"  {view.state}"
    what = f" {_what(view.plan)}"
    first = fitted(safe(what), columns - width(state))
    second = fitted(safe(_so_far(view)), columns - 3).rstrip()
    return [
        TextLine((Cell(first), Cell(state, style)), what.strip(), str(view.number)),
        TextLine((Cell(f"   {second}", _tone(view)),), second, str(view.number)),
    ]


def _tone(view: JobView) -> str:
    return "dim" if view.outcome is not None or view.state == "waiting" else _STYLES[view.state]


def _what(plan: Plan) -> str:
    """What is pulled has the name in the engine that it has in its registry, which says nothing."""
    same = f"/{plan.target}".endswith(f"/{plan.source}")
    there = plan.target if plan.source_at == plan.target_at else plan.target_placed
    told = (plan.source,) if same and not plan.changes else (plan.source, there)
    return f"{plan.kind}  {' → '.join(filter(None, told))}"


def _so_far(view: JobView) -> str:
    if view.outcome is not None:
        return f"{outcome_sentence(view.outcome)} · {duration(view.seconds)}"
    if view.state == "failed" and view.problem is not None:
        return " · ".join(filter(None, (view.problem.sentence, view.problem.hint)))
    moment = view.moment
    parts = []
    if moment.total:
        parts += [f"{bar(moment, _BAR, ascii_only=False)} {percent(moment)}%"]
        going = view.state == "running"
        rate, left = (moment.rate, moment.left) if going else (0.0, None)
        parts += [progress(moment.bytes, moment.total, rate, left)]
    if view.state == "running":
        parts += [at_work(moment) or f"working, {duration(view.seconds)}"]
    elif view.state == "waiting":
        parts += ["waits until another job has ended"]
    elif view.state == "stopping":
        parts += ["ends at its next step"]
    return "  ".join(filter(None, parts))


def job_text(view: JobView, log: Iterable[tuple[float, str]], columns: int) -> list[TextLine]:
    """All of a job: how it stands, its plan, its parts, its log."""
    lines = [*_standing(view, columns), TextLine(), title("Plan")]
    lines += [_indented(line) for line in plan_text(view.plan, columns - 2)]
    if view.moment.parts:
        lines += [TextLine(), title("Parts"), *_parts(view.moment.parts)]
    lines += [TextLine(), title("Log")]
    said = [_logged(at, text, columns) for at, text in log]
    return lines + [line for one in said for line in one] if said else [*lines, note("Nothing.")]


def _standing(view: JobView, columns: int) -> list[TextLine]:
    took = f" {duration(view.seconds)}" if view.seconds else ""
    head = (Cell(f"  {view.state}{took}  ", _STYLES[view.state]),)
    outcome, problem = view.outcome, view.problem
    if outcome is not None:
        moved = f"{size(outcome.moved)} moved" if outcome.moved else ""
        there = f"{size(outcome.there)} were there" if outcome.there else ""
        digest = outcome.digest
        sentence = outcome_sentence(outcome)
        lines = broken(head, safe(sentence), columns, copy=sentence)
        told = ", ".join(filter(None, (moved, there)))
        return [*lines, *(note(text) for text in (told, digest) if text)]
    if problem is None:
        return broken(head, safe(_so_far(view)), columns)
    lines = broken(head, safe(problem.sentence), columns, copy=problem.sentence)
    # Of reading it says what is kept; of a job the plan made anew says it.
    hint = "" if problem.hint == GivenUp.hint else problem.hint
    return lines + (broken((Cell("  "),), safe(hint), columns) if hint else [])


def _parts(parts: Sequence[Part]) -> list[TextLine]:
    lines = []
    for part in parts:
        name = fitted(safe(part.name), _NAME)
        told = "" if not part.total else f"{_part_size(part):<20}"
        style = {Stage.DONE: "good", Stage.MOVING: "busy"}.get(part.stage, "dim")
        cells = (
            Cell(f"  {name}  "),
            Cell(f"{part.stage.value:<8}  ", style),
            Cell(safe(f"{told} {part.note}".rstrip())),
        )
        lines.append(TextLine(cells, part.key))
    return lines


def _part_size(part: Part) -> str:
    if part.stage is Stage.MOVING:
        return part_of(part.bytes, part.total)
    return size(part.total)


def _logged(at: float, text: str, columns: int) -> list[TextLine]:
    return broken((Cell(f"  {clock(at)}  ", "dim"),), safe(text), columns, copy=text)


def _indented(line: TextLine) -> TextLine:
    return line._replace(cells=(Cell("  "), *line.cells))
