"""How many findings of which severity a scan has."""

from __future__ import annotations

from collections import Counter

from ecrtui.sandbox.shelf import Scan


def severity_counts(scan: Scan) -> dict[str, int]:
    """Findings of either kind counted by severity."""
    return dict(Counter(found["severity"] for found in (*scan.findings, *scan.enhanced)))
