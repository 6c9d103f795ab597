"""What is going to be done, shown before it is; what was done, told after it."""

from __future__ import annotations

import msgspec

from ecrtui.model.footprint import Footprint
from ecrtui.model.journal import Change
from ecrtui.model.places import Home


class Plan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One deed, worked out without changing anything. What a workflow needs besides, to carry it
    out, stands in a subclass of its own."""

    kind: str
    """`pull`, `copy`, `tag` ...: the command's own name."""
    source: str
    """What is taken, as a person would type it; '' where nothing is."""
    source_at: str = ""
    """The registry it is in, where its name does not tell: `prod · 111122223333 · eu-west-1`."""
    target: str
    """Where it goes, or what is changed."""
    target_at: str = ""
    """The registry that is in."""
    digest: str = ""
    """Of the image that is moved or changed."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and text, in the order of what matters: `("platform", "linux/amd64")`."""
    diff: tuple[tuple[str, str], ...] = ()
    """Lines of a text that changes, each after its mark: `-`, `+`, or a blank for what stays."""
    warnings: tuple[str, ...] = ()
    """What a person should know before they agree: a tag that moves, a repository that is made."""
    to_move: int = 0
    """Bytes that will cross the network."""
    there: int = 0
    """Bytes that are at the target already, or are mounted there."""
    free: Footprint | None = None
    """What the registry stores less afterwards; None where nothing goes from it."""
    changes: bool = False
    """Whether a registry changes: it is asked about, and read-only refuses it."""
    production: bool = False
    """Whether the registry that changes is marked as production."""
    careful: bool = False
    """Whether something is lost for good, or other programs' files change, though no registry does:
    it is asked about, and Cancel is the first answer; read-only allows it."""
    done_already: str = ""
    """Why there is nothing to do; '' when there is something."""

    @property
    def place(self) -> tuple[Home, str] | None:
        """Whose images it changes: where, and the repository; None where it changes none."""
        return None

    @property
    def deed(self) -> str:
        """`pull team/app:v1`: in few words, by what is changed, or else by what is taken."""
        named = self.target if self.changes else self.source
        return f"{self.kind} {named or self.target}"

    @property
    def source_placed(self) -> str:
        """What is taken, and where that is."""
        return _placed(self.source, self.source_at)

    @property
    def target_placed(self) -> str:
        """Where it goes, and where that is."""
        return _placed(self.target, self.target_at)


class CredentialPlan(Plan, frozen=True, kw_only=True):
    """A deed about credentials: it acts in no registry."""


class SettingsPlan(Plan, frozen=True, kw_only=True):
    """A deed about settings: of the repository of its place, or of the registry."""


def _placed(name: str, at: str) -> str:
    return f"{name} ({at})" if name and at else name


class Outcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How one deed ended well; what failed raised an EcrtuiError instead."""

    sentence: str
    """What is so now, for a toast and a line: `team/app:v1 is here, 12 MB in 3 s`."""
    digest: str = ""
    moved: int = 0
    """Bytes that crossed the network."""
    there: int = 0
    """Bytes that did not have to."""
    freed: Footprint | None = None
    """What the registry stores less now; None where nothing went from it."""
    changes: tuple[Change, ...] = ()
    """What the journal keeps."""
