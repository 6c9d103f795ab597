"""`ecrtui cache show|clear`: what is stored of manifests and configs."""

from __future__ import annotations

import argparse

from ecrtui.headless import narration
from ecrtui.headless.output import TABLE, Output
from ecrtui.render.sizes import size
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the cache's size, or empty it; with --dry-run only what emptying would free."""
    used = services.cache.usage()
    total = sum(stored for _, stored in used.values())
    if options.action == "clear":
        freed = total if options.dry_run else services.cache.clear()
        narration.say(f"{'would free' if options.dry_run else 'freed'} {size(freed)}")
        return 0
    if output.is_json:
        kinds = {
            kind: {"entries": count, "bytes": stored} for kind, (count, stored) in used.items()
        }
        folder = str(services.locations.cache)
        output.document({"folder": folder, "bytes": total, "kinds": kinds})
        return 0
    for kind, (count, stored) in used.items():
        exact = [kind, str(count), str(stored)]
        aligned = [f"{kind:<10} {count:>8}  {size(stored):>8}"]
        output.lines([aligned if output.format == TABLE else exact])
    return 0
