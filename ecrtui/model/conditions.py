"""Conditions of policies, with three answers: yes, no, and not known here (IAM user guide,
condition operators). Only what is about who asks can be known; all else is None."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

Answer = bool | None
Facts = Mapping[str, tuple[str, bool]]
"""A key in lower case: its value, and whether it is exactly that (else it may be another)."""


def both(*answers: Answer) -> Answer:
    """Whether all are so: one no decides."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def of_any(answers: Iterable[Answer]) -> Answer:
    """Whether one is so: one yes decides."""
    unsure = False
    for answer in answers:
        if answer:
            return True
        unsure = unsure or answer is None
    return None if unsure else False


def holds(conditions: Mapping[str, Mapping[str, tuple[str, ...]]], facts: Facts) -> Answer:
    """Whether every condition holds: operators and keys are joined by and, values by or."""
    return both(
        *(
            _one(operator, key, values, facts)
            for operator, keys in conditions.items()
            for key, values in keys.items()
        )
    )


def _one(operator: str, key: str, values: tuple[str, ...], facts: Facts) -> Answer:
    name = operator.lower().removesuffix("ifexists")
    negated = "not" in name
    compare = _OPERATORS.get(name.replace("not", ""))
    if compare is None or key.lower() not in facts or any("${" in value for value in values):
        return None
    fact, exact = facts[key.lower()]
    fits = any(compare(value, fact) for value in values)
    if not fits and not exact:
        return None
    return fits != negated


def _equal(value: str, fact: str) -> bool:
    return value == fact


def _equal_whatever_case(value: str, fact: str) -> bool:
    return value.lower() == fact.lower()


def _like(value: str, fact: str) -> bool:
    return re.fullmatch(_as_pattern(value), fact, re.DOTALL) is not None


def _arn_like(value: str, fact: str) -> bool:
    """Each of the six parts of an ARN by itself: a `*` does not reach across colons."""
    wanted, found = value.split(":", 5), fact.split(":", 5)
    return len(wanted) == len(found) and all(map(_like, wanted, found))


def _as_pattern(value: str) -> str:
    kinds = {"*": ".*", "?": "."}
    return "".join(kinds.get(character) or re.escape(character) for character in value)


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "bool": _equal_whatever_case,
    "stringequals": _equal,
    "stringequalsignorecase": _equal_whatever_case,
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
}
