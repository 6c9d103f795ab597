"""What stderr says: errors, hints and progress, one voice for all commands.

Foreign text is in it, so control characters are shown and not obeyed.
"""

from __future__ import annotations

import sys

from ecrtui.errors import EcrtuiError


def say(text: str) -> None:
    """One line on stderr, under the program's name; a closed stderr is no reason to fail."""
    from ecrtui.render.text import safe

    try:
        sys.stderr.write(f"ecrtui: {safe(text)}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def tell(error: EcrtuiError, where: str = "") -> None:
    """An error with the hint that names its fix; `where` says which place it is about."""
    say(f"{where}: {error.sentence}" if where else error.sentence)
    if error.hint:
        say(error.hint)
