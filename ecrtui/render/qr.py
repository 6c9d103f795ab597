"""A QR code as text, two of its lines in one of the terminal's."""

from __future__ import annotations

_QUIET = 2
"""Modules of light around it. The standard (ISO 18004 §6.3.8) wants four; cameras do with two."""
_BLOCKS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def qr_lines(text: str) -> list[str]:
    """The code of a text; what is light is drawn, so it is to be shown light on dark.

    Any text of up to 2,953 bytes has one, larger with its length; a longer one has none.
    """
    import segno  # for who signs in alone

    try:
        code = segno.make_qr(text, error="l", boost_error=False)
    except (segno.DataOverflowError, UnicodeError):
        return []
    rows = [[not dark for dark in row] for row in code.matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_BLOCKS[pair] for pair in zip(*two, strict=True)) for two in pairs]
