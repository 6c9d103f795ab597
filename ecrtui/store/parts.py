"""A file while it is written: without a name where the system has such, so that nothing is left of
it whatever happens to us, a kill and a power cut too; elsewhere under a name of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

_PART = ".part-"
_MODE = 0o666
"""What the umask leaves of it."""
_FLAGS = os.O_WRONLY | os.O_CLOEXEC
_NAMELESS = getattr(os, "O_TMPFILE", 0)
"""Linux, on most file systems: open(2)."""


class Part:
    """A new file beside the path that it will have, open for writing by its handle."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self._name = ""
        self.handle = self._nameless()
        if self.handle < 0:
            self._name = self._own_name()
            self.handle = os.open(self._name, _FLAGS | os.O_CREAT | os.O_EXCL, _MODE)

    def take_name(self, *, replace: bool) -> None:
        """Give it its path, at once; raises FileExistsError unless `replace`, and OSError."""
        if not replace:
            self._link(self._path)
            return
        if not self._name:
            name = self._own_name()
            self._link(Path(name))
            self._name = name
        os.replace(self._name, self._path)
        self._name = ""

    def close(self) -> None:
        """Let go of it; without its path nothing of it stays."""
        with contextlib.suppress(OSError):
            os.close(self.handle)
        self.remove()

    def remove(self) -> None:
        """Take away the name that it has meanwhile, also while another thread writes to it."""
        if self._name:
            with contextlib.suppress(OSError):
                os.unlink(self._name)

    def _nameless(self) -> int:
        if not _NAMELESS:
            return -1
        try:
            return os.open(self._path.parent, _FLAGS | _NAMELESS, _MODE)
        except (FileNotFoundError, PermissionError):
            raise
        except OSError:  # this file system has none
            return -1

    def _own_name(self) -> str:
        return str(self._path.parent / f"{_PART}{secrets.token_hex(6)}")

    def _link(self, path: Path) -> None:
        """One more name; no other file's place is taken."""
        if self._name:
            self._link_named(path)
            return
        # With a descriptor, which an absolute path does not use, Python calls linkat(2), and
        # that follows the link in /proc.
        os.link(f"/proc/self/fd/{self.handle}", path, src_dir_fd=self.handle, follow_symlinks=True)

    def _link_named(self, path: Path) -> None:
        try:
            os.link(self._name, path)
        except FileExistsError:
            raise
        except (OSError, AttributeError):  # no links here: the next best is to look first
            if os.path.lexists(path):
                raise FileExistsError(str(path)) from None
            os.replace(self._name, path)
            self._name = ""
