"""Fault knobs: rules that spoil what matches them, in process or from a JSON file.

A rule names where it applies (shell patterns, `*` by default) and what happens there:

    action      what the client sees
    throttle    ThrottlingException, HTTP 400 (429 from the registry API)
    deny        AccessDeniedException in IAM's words, HTTP 400 (403)
    expire      ExpiredTokenException, HTTP 400 (403)
    unknown     UnknownOperationException, HTTP 400 (405)
    status      the HTTP status in `status` (500..599) with an AWS error
    stall       nothing for `seconds`, then the answer; with `after`, that many bytes come first
    cut         the connection ends after `after` bytes of the body
    corrupt     the body has its right length, but the byte at `after` is another
    hang-up     the connection ends without an answer
    cut-upload  the connection ends after `after` bytes of what the client sends (registry API)

Service names are those of the credential scope; the registry API's is `registry`, and its
operations are HTTP methods.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ecrtui.sandbox.control.identity import denied
from ecrtui.sandbox.http import HangUp
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Body, Request, Response

ACTIONS = (
    "throttle",
    "deny",
    "expire",
    "unknown",
    "status",
    "stall",
    "cut",
    "corrupt",
    "hang-up",
    "cut-upload",
)


@dataclass(frozen=True)
class Occasion:
    """What a request is, for rules to match."""

    service: str
    operation: str
    path: str = ""
    account: str = ""
    region: str = ""
    principal: str = ""
    action: str = ""


@dataclass
class Rule:
    """One knob: where it applies and what it does; see the module for the actions.

    `skip` lets so many matching requests pass first, `times` ends the rule after so many hits
    (None: never), `probability` hits only that share, by the seeded generator.
    """

    action: str
    service: str = "*"
    operation: str = "*"
    path: str = "*"
    account: str = "*"
    region: str = "*"
    status: int = 503
    seconds: float = 0.0
    after: int = 0
    skip: int = 0
    times: int | None = None
    probability: float = 1.0

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"no such fault: {self.action!r}; one of {', '.join(ACTIONS)}")

    def matches(self, occasion: Occasion) -> bool:
        """Whether the rule applies to this request at all, its counts aside."""
        return all(
            fnmatchcase(getattr(occasion, name), getattr(self, name))
            for name in ("service", "operation", "path", "account", "region")
        )


Damage = Callable[[Response], Response]


class Faults:
    """The rules in force. Made from a list, or from a file that is read again when it changes.

    The file holds `{"seed": 1, "rules": [{"action": "throttle", "operation": "List*"}]}`.
    """

    def __init__(self, rules: Iterable[Rule] = (), *, seed: int = 1, file: Path | None = None):
        self.rules = list(rules)
        self.stopping = threading.Event()
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._lock = threading.Lock()
        self._file = file
        self._stamp: tuple[int, int] | None = None
        if file is not None:
            self._reread()

    def add(self, action: str, **where: Any) -> Rule:
        """Put a rule in force and return it; the members are Rule's."""
        rule = Rule(action, **where)
        with self._lock:
            self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self.rules.clear()

    def before(self, occasion: Occasion, request: Request | None = None) -> Damage:
        """Do what the rules say before an answer; return what they do to the answer.

        Raises Refusal or HangUp where a rule says so. `request` is one whose body is still to come.
        """
        rule = self._hit(occasion)
        if rule is None:
            return lambda response: response
        if rule.action == "cut-upload" and request is not None:
            request.body = _CutBody(request.body, rule.after)
        if rule.action == "hang-up":
            raise HangUp
        refusal = _refusal(rule, occasion)
        if refusal is not None:
            raise refusal
        if rule.action == "stall" and not rule.after and self.stopping.wait(rule.seconds):
            raise HangUp  # the sandbox ends: there is nothing left to answer with
        return lambda response: self._damaged(rule, response)

    def _hit(self, occasion: Occasion) -> Rule | None:
        with self._lock:
            self._reread()
            for rule in self.rules:
                if rule.matches(occasion) and self._counts(rule):
                    return rule
        return None

    def _counts(self, rule: Rule) -> bool:
        if rule.times == 0 or self._random.random() >= rule.probability:
            return False
        if rule.skip:
            rule.skip -= 1
            return False
        if rule.times is not None:
            rule.times -= 1
        return True

    def _damaged(self, rule: Rule, response: Response) -> Response:
        if rule.action == "cut":
            response.length = response.size
            response.body = _cut(response.pieces(), rule.after)
        elif rule.action == "corrupt":
            response.length = response.size
            response.body = _corrupt(response.pieces(), rule.after)
        elif rule.action == "stall" and rule.after:
            response.length = response.size
            response.body = self._stalled(response.pieces(), rule)
        return response

    def _stalled(self, pieces: Iterable[bytes], rule: Rule) -> Iterator[bytes]:
        head, tail = _split(pieces, rule.after)
        yield from head
        # An empty piece: the listener sends what it has before the wait.
        yield b""
        self.stopping.wait(rule.seconds)
        yield from tail

    def _reread(self) -> None:
        if self._file is None:
            return
        found = self._file.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._stamp = stamp
            self.rules, seed = read_rules(self._file)
            self._random.seed(seed)


def read_rules(file: Path) -> tuple[list[Rule], int]:
    """The rules of a faults file and its seed; ValueError says what is wrong with it."""
    document = json.loads(file.read_text(encoding="utf-8"))
    known = {field.name for field in fields(Rule)}
    rules = []
    for entry in document.get("rules", []):
        if strange := entry.keys() - known:
            raise ValueError(f"{file}: no such member in a rule: {', '.join(sorted(strange))}")
        rules.append(Rule(**entry))
    return rules, document.get("seed", 1)


def _refusal(rule: Rule, occasion: Occasion) -> Refusal | None:
    if rule.action == "throttle":
        return Refusal("ThrottlingException", "Rate exceeded")
    if rule.action == "deny":
        return denied(occasion.principal, occasion.action, "*")
    if rule.action == "expire":
        return Refusal(
            "ExpiredTokenException", "The security token included in the request is expired"
        )
    if rule.action == "unknown":
        return Refusal(
            "UnknownOperationException", f"The sandbox does not imitate {occasion.operation}"
        )
    if rule.action == "status":
        code = "ServiceUnavailable" if rule.status == 503 else "InternalFailure"
        return Refusal(code, "The service failed, as a fault rule asks.", status=rule.status)
    return None


def _split(pieces: Iterable[bytes], at: int) -> tuple[list[bytes], Iterator[bytes]]:
    """The first `at` bytes, and the rest still to come."""
    head: list[bytes] = []
    rest = iter(pieces)
    for piece in rest:
        if len(piece) > at:
            return [*head, piece[:at]], _chain(piece[at:], rest)
        head.append(piece)
        at -= len(piece)
    return head, rest


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _cut(pieces: Iterable[bytes], after: int) -> Iterator[bytes]:
    yield from _split(pieces, after)[0]
    raise HangUp


class _CutBody:
    """A body of which only so much arrives."""

    def __init__(self, body: Body, after: int) -> None:
        self._body = body
        self._left = after

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; hangs up where no more are to come."""
        if not self._left:
            raise HangUp
        piece = self._body.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece


def _corrupt(pieces: Iterable[bytes], at: int) -> Iterator[bytes]:
    head, tail = _split(pieces, at)
    yield from head
    for piece in tail:
        yield bytes([piece[0] ^ 1]) + piece[1:] if piece else piece
        break
    yield from tail
