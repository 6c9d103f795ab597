"""Where a secret may stand in a file that is there after a test, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULES = (
    (r"/ecrtui-sandbox-[^/]+/", "a sandbox's own files for AWS's tools, written by the sandbox"),
    (r"/credentials$", "AWS's own file: tests write it, `credentials import` edits it"),
    (r"\.before-ecrtui-[0-9-]+$", "its backup, which the person is told to destroy"),
    (r"/(docker|\.docker|ecrtui-dockerd-[^/]+)/config\.json$", "where docker itself keeps logins"),
    (r"/auth\.json$", "where podman and skopeo keep theirs"),
)
ELSEWHERE = ("ecrtui-dockerd-", "ecrtui-podman-")
"""Folders in which engines keep what is theirs."""


def reason(path: str, more: Sequence[str] = ()) -> str:
    """Why a file may hold a secret; '' when it may not. `more` are a test's own patterns."""
    for pattern in more:
        if re.search(pattern, path):
            return "the test says so"
    return next((why for pattern, why in _RULES if re.search(pattern, path)), "")
