"""`ecrtui push`: see `headless/copying.py`."""

from ecrtui.headless.copying import run

__all__ = ["run"]
