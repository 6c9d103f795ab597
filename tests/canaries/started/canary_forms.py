"""The forms in which a secret of the tests can be found again. Standard library alone: every Python
that a test starts imports it (`sitecustomize.py` beside it).

All such secrets hold MARK, and so does each half of one (`ecrtui/sandbox/made.py`).
"""

from __future__ import annotations

import base64

MARK = b"EcrtuiSecret"
_BETWEEN = bytes(range(33)) + b"\"'\\,+|:>\x7f"
"""What stands between the pieces of a text that was wrapped, quoted, joined or widened."""


def _in_base64(text: bytes) -> list[bytes]:
    """What of a text's base64 is the same whatever stands around it, at each of three places."""
    found = []
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + text + b"\0\0").rstrip(b"=")
        found.append(coded[(before * 8 + 5) // 6 : (before + len(text)) * 8 // 6])
    return found


_ONCE = _in_base64(MARK)
FORMS: dict[bytes, str] = {
    MARK: "plain",
    MARK.hex().encode(): "hex",
    MARK.hex().upper().encode(): "HEX",
    b"".join(b"%%%02X" % one for one in MARK): "percent",
    b"".join(b"%%%02x" % one for one in MARK): "percent, small",
    b"".join(b"u%04x" % one for one in MARK): "JSON's escapes",
    MARK[::-1]: "backwards",
    **dict.fromkeys(_ONCE, "base64"),
    **{twice: "base64 of base64" for once in _ONCE for twice in _in_base64(once)},
}
_LONGEST = max(map(len, FORMS))


def squeezed(data: bytes) -> bytes:
    """The data without what may stand between the pieces of a secret."""
    return data.replace(b"\\n", b"").translate(None, _BETWEEN)


def found(data: bytes | str) -> str:
    """Which form of a secret the data holds, with what stands around it; '' for none."""
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    text = squeezed(raw)
    for form, name in FORMS.items():
        at = text.find(form)
        if at >= 0:
            around = text[max(0, at - 60) : at + len(form) + 20]
            return f"{name}: ...{around.decode('ascii', 'backslashreplace')}..."
    return ""
