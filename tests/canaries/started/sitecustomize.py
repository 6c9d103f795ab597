"""Every Python that a test starts tells of a secret in what it starts itself (`spawning.py`)."""

import os
import sys

if os.environ.get("ECRTUI_CANARY_FINDINGS"):
    import canary_spawning  # type: ignore[import-not-found]

    sys.addaudithook(canary_spawning.Watching(os.environ["ECRTUI_CANARY_FINDINGS"]))
