"""A lifecycle policy, its problems, and whom it would take: lines for people, documents for
programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ecrtui.model.foreseen import Difference
from ecrtui.model.lifecycle import Level, Policy, Problem
from ecrtui.model.lifecycle_words import sentences


def rules_document(policy: Policy) -> list[dict[str, Any]]:
    """The rules with their sentences, by priority."""
    return [
        {
            "rulePriority": rule.priority,
            "description": rule.description or None,
            "sentence": sentence,
            "action": rule.action.value,
        }
        for rule, sentence in sentences(policy)
    ]


def problem_line(problem: Problem) -> str:
    """`line 4, column 7: countUnit is missing. Add "countUnit": "days". (rules[0].selection)`"""
    where = f" ({problem.path})" if problem.path else ""
    note = "note: " if problem.level is Level.NOTE else ""
    return (
        f"line {problem.line}, column {problem.column}: {note}{problem.what}. {problem.fix}{where}"
    )


def difference_lines(found: Sequence[Difference]) -> Iterator[str]:
    """`v1 and 3 more: rule 2 by ECR, none here: it came after the list was read`; those that are
    judged alike for the same reason share a line."""
    alike: dict[tuple[str, str, str], list[Difference]] = {}
    for one in found:
        key = _rule(one.preview), _rule(one.simulation), one.why
        alike.setdefault(key, []).append(one)
    for (theirs, ours, why), those in alike.items():
        names = [" ".join(one.tags) or one.digest[:19] for one in those[:_NAMED]]
        more = len(those) - len(names)
        told = ", ".join([*names, *([f"and {more:,} more"] if more else [])])
        yield f"{told}: {theirs} by ECR, {ours} here: {why}"


_NAMED = 3
"""Images that a line names."""


def _rule(priority: int | None) -> str:
    return "none" if priority is None else f"rule {priority}"
