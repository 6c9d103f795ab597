"""Calls that CloudTrail writes down, whether they are answered or refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.trail import Made, note


def logged(operation: str) -> Callable[[Callable[[Call], Document]], Callable[[Call], Document]]:
    """Have an operation's calls written down."""

    def wrap(function: Callable[[Call], Document]) -> Callable[[Call], Document]:
        @wraps(function)
        def run(call: Call) -> Document:
            outcome: Document | Refusal = {}
            try:
                outcome = function(call)
            except Refusal as refusal:
                outcome = refusal
                raise
            finally:
                request = {"registryId": call.registry.account, **call.params}
                made = Made(call.key, operation, request, outcome, call.now, call.region)
                note(call.world.trail, made)
            return outcome

        return run

    return wrap
