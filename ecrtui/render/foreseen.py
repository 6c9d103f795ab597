"""Whom a lifecycle policy takes, as lines: what it comes to, then image by image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecrtui.model.foreseen import Foreseen, Taken, Victim
from ecrtui.model.lifecycle import Action, Checked, Kept, Level
from ecrtui.model.lifecycle_words import counted, sentences
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.lifecycle import difference_lines, problem_line
from ecrtui.render.lines import INDENT, TextLine, broken, note, title
from ecrtui.render.sizes import size
from ecrtui.render.standing import use_cell
from ecrtui.render.text import fitted, safe
from ecrtui.render.usage import summary, unknown_text

LEADS = "image:"
"""What a line leads to, before the image's digest."""
_DOES = {
    Action.EXPIRE: ("Deletes", "deletes", "bad"),
    Action.ARCHIVE: ("Archives", "archives", "warn"),
}


def policy_lines(kept: Kept | None, found: Checked, times: Times, columns: int) -> list[TextLine]:
    """The policy in words: one sentence for each rule; what is wrong with it; when it was run."""
    if kept is None:
        return [note("There is no lifecycle policy: nothing is ever removed by itself.")]
    lines = [title("What it does")]
    for rule, sentence in sentences(found.policy) if found.policy is not None else ():
        head = (Cell(f"{INDENT}{rule.priority:>3}  ", "dim"),)
        lines += broken(head, safe(sentence), columns, copy=sentence)
        if rule.description:
            indent = (Cell(" " * (len(INDENT) + 5)),)
            lines += broken(indent, safe(rule.description), columns, style="dim")
    for problem in found.problems:
        style = "bad" if problem.level is Level.ERROR else "warn"
        lines += broken((Cell(INDENT),), safe(problem_line(problem)), columns, style=style)
    evaluated = times.long(kept.evaluated_at) or "never yet, or ECR does not tell"
    return [*lines, TextLine((Cell(f"{INDENT}last carried out  ", "dim"), Cell(evaluated)))]


def foreseen_lines(found: Foreseen, times: Times, columns: int) -> list[TextLine]:
    """Whom it takes now, what that frees, and how sure that is."""
    lines = [title("Whom it takes now")]
    for text, style in _summary(found):
        lines += broken((Cell(INDENT),), safe(text), columns, style=style, copy=text)
    for action in (Action.EXPIRE, Action.ARCHIVE):
        taken = found.acted(action)
        if taken:
            lines += [TextLine(), title(f"{_DOES[action][0]} {counted(len(taken), 'image')}")]
            lines += [_victim(one, times, columns) for one in _ordered(taken)]
    if found.differences:
        lines += [TextLine(), title("Where ECR and the simulation differ")]
        for text in difference_lines(found.differences):
            lines += broken((Cell(INDENT),), safe(text), columns, style="dim", copy=text)
    return lines


def taken_lines(taken: Sequence[Taken], times: Times, *, ended: bool) -> list[TextLine]:
    """What policies took before, the newest first, as far as CloudTrail tells."""
    lines = [title("What a policy took before, by CloudTrail")]
    for one in taken:
        _, does, style = _DOES[one.action]
        name = safe(" ".join(one.tags) or one.digest.partition(":")[2][:12])
        head = f"{INDENT}{times.short(one.at):>5}  rule {one.priority or '?':<3} "
        cells = (Cell(head, "dim"), Cell(f"{does:<9} ", style), Cell(name))
        lines.append(TextLine(cells, one.digest))
    if not ended:
        return [*lines, note("Reading the last 90 days ...", "busy")]
    return lines if taken else [*lines, note("It tells of nothing within 90 days.")]


def _summary(found: Foreseen) -> Iterator[tuple[str, str]]:
    total = counted(found.images, "image")
    if not found.victims:
        yield f"None of {total}.", "good"
    for action in (Action.EXPIRE, Action.ARCHIVE):
        taken = found.acted(action)
        if taken:
            _, does, style = _DOES[action]
            unsure = sum(one.unsure for one in taken)
            yield f"It {does} {'at most ' if unsure else ''}{len(taken):,} of {total}.", style
            if unsure:
                unread = counted(found.unread, "index", "indexes")
                yield f"{unsure:,} of them may belong to {unread} not read here, and stay.", "warn"
    if found.later:
        yield f"Then {counted(len(found.later), 'image')} more, which those hold until then.", "bad"
    if found.indexes and not found.later:
        told = counted(found.indexes, "index", "indexes")
        yield f"{told} among them: what they list goes later.", ""
    if found.frees.most:
        bound = "at most " if found.frees.bound else ""
        yield f"That frees {bound}{size(found.frees.most)}.", ""
    if found.in_use:
        yield f"In use: {counted(len(found.in_use), 'image')} of them.", "bad"
    if found.maybe_in_use:
        yield f"May be in use: {counted(len(found.maybe_in_use), 'image')} of them.", "warn"
    for one in found.unknown:
        yield f"not looked at: {unknown_text(one)}", "warn"
    if found.previewed:
        yield "Known from ECR's preview.", "dim"
    else:
        yield f"Known from a simulation here: {found.why_local}.", "dim"


def _ordered(taken: tuple[Victim, ...]) -> list[Victim]:
    """What is in use first, what is unsure last, by rule and age as they come."""
    return sorted(taken, key=lambda one: (not one.in_use, one.unsure, one.may_go))


def _victim(one: Victim, times: Times, columns: int) -> TextLine:
    """`v1.2.3  rule 1  31d  12 MB  runs in main/api (3)`; Enter leads to the image."""
    verdict = one.verdict
    digest = verdict.digest.partition(":")[2][:12]
    name = safe(" ".join(verdict.tags) or digest)
    bytes_of = one.image.image_size_in_bytes if one.image is not None else None
    sure = " ?" if one.unsure else ""
    cells = (
        Cell(f"{INDENT}{fitted(name, max(14, min(32, columns // 3)))}  "),
        Cell(f"rule {verdict.priority:<3} ", "dim"),
        Cell(f"{times.short(verdict.pushed_at):>5}  {size(bytes_of):>7}  "),
        _use(one),
        Cell(sure, "warn"),
    )
    return TextLine(cells, verdict.digest, f"{LEADS}{verdict.digest}")


def _use(one: Victim) -> Cell:
    if one.use is None:
        return Cell("? not looked at", "warn")
    style = "bad" if one.in_use else use_cell(one.use).style
    return Cell(safe(f"{one.use.standing.value} {summary(one.use)}"), style)
