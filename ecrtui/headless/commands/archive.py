"""`ecrtui archive`: see `restore.py`."""

from ecrtui.headless.commands.restore import run

__all__ = ["run"]
