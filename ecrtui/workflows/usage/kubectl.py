"""The cluster of kubectl's current context, asked by kubectl itself, with a time limit.

It is asked only where a person said so: a context may be anybody's cluster.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile

from ecrtui.errors import UsageError
from ecrtui.model.usage import Unknown
from ecrtui.workflows.usage import pods
from ecrtui.workflows.usage.spots import Found

PATIENCE = 30.0
"""Seconds; a cluster of thousands of pods answers within ten."""
KINDS = "pods,deployments,statefulsets,daemonsets,cronjobs"
_WHAT = "Kubernetes"
_LONGEST = 300
_HIDDEN = "ECRTUI_"
"""How the names of variables begin that kubectl does not need."""


def look() -> Found:
    """What the current context's cluster runs and may start; what keeps it from telling."""
    program = shutil.which("kubectl")
    if program is None:
        return _unknown("there is no kubectl here", "ecrtui usage --pods - reads what it prints.")
    context = _context(program)
    try:
        data, said = _run(program, "get", KINDS, "--all-namespaces", "--output", "json")
    except (OSError, subprocess.SubprocessError) as failure:
        return _unknown(f"kubectl did not answer: {_brief(str(failure))}")
    if not data.strip():
        return _unknown(f"kubectl: {_brief(said) or 'no answer'}")
    with contextlib.suppress(UsageError):
        missed = (_of(f"kubectl: {_brief(said)}"),) if said.strip() else ()
        return Found(pods.parse(data), missed, f"{_WHAT} in {context or 'the current context'}")
    return _unknown("kubectl printed what is no list of pods")


def _context(program: str) -> str:
    try:
        return _run(program, "config", "current-context")[0].decode("utf-8", "replace").strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _run(program: str, *arguments: str) -> tuple[bytes, str]:
    """What it printed and what it said; what it prints goes through a file without a name."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)
    }
    with tempfile.TemporaryFile() as printed:
        ended = subprocess.run(  # noqa: S603 - the person's own kubectl, and no words of others
            [program, f"--request-timeout={PATIENCE:.0f}s", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=PATIENCE + 5,
            check=False,
        )
        printed.seek(0)
        return printed.read(pods.LARGEST + 1), ended.stderr.decode("utf-8", "replace")


def _brief(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _of(why: str, hint: str = "") -> Unknown:
    denied = "forbidden" in why.lower()
    return Unknown(what=_WHAT, why=why, hint=hint, denied=denied)


def _unknown(why: str, hint: str = "") -> Found:
    return Found(unknown=(_of(why, hint),))
