"""The panel below stale rows: what went wrong, how to mend it, which key tries again."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from ecrtui.errors import EcrtuiError
from ecrtui.render.text import safe
from ecrtui.tui.states import problem_lines

_MOST_DETAIL = 2
"""Lines of what the other side said: the rows above are what one came for."""


class ProblemPanel(Widget):
    """Hidden while all is well."""

    DEFAULT_CSS = """
    ProblemPanel { display: none; height: auto; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._failure: EcrtuiError | None = None
        self._key = ""

    def show(self, failure: EcrtuiError | None, key: str) -> None:
        """Show a problem; None hides the panel."""
        self._key = key
        if failure is not self._failure:
            self._failure = failure
            self.display = failure is not None
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Title and key on the first line, then detail and hint."""
        if self._failure is None:
            return Content("")
        title, *rest = problem_lines(self._failure, max(20, self.size.width or 70), _MOST_DETAIL)
        styles = {"": "", "dim": "$text-muted", "bad": "$text-error"}
        again = f"   {self._key} tries again"
        lines = [Content.assemble((safe(title.text), styles["bad"]), (again, styles["dim"]))]
        lines += [Content.styled(safe(cell.text), styles[cell.style]) for cell in rest]
        return Content("\n").join(lines)
