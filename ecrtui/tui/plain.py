"""Plain ASCII instead of the signs we draw with, where a terminal's font lacks them."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS = {
    **dict.fromkeys("│┃▌▐▊▎▏▕┆", "|"),
    **dict.fromkeys("─━▔▁", "-"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    **dict.fromkeys("▂▃▄▅▆▇█", "#"),
    **dict.fromkeys("▸›", ">"),
    **dict.fromkeys("▾↓", "v"),
    **dict.fromkeys("◆●", "*"),
    "◐": "%",
    "○": "o",
    "↑": "^",
    "→": ">",
    "⚠": "!",
    "·": "-",
    "…": "~",
    # Control characters as `render.text.safe` shows them.
    **dict.fromkeys(map(chr, range(0x2400, 0x2427)), "?"),
}
"""Each is as wide as what stands for it, so that nothing moves."""
_TABLE = str.maketrans(_SIGNS)


class PlainAscii(LineFilter):
    """Changes every line on its way to the terminal; text that is not ours stays as it is."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in ASCII."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(_TABLE), segment.style, segment.control)
            for segment in segments
        ]
