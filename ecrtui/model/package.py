"""Packages as an image's own books list them."""

from __future__ import annotations

import msgspec


class Package(msgspec.Struct, frozen=True):
    """One installed package. Names and versions are foreign text."""

    ecosystem: str
    """`deb`, `rpm`, `apk`, `python`, `npm`, `ruby`, `maven` or `go`; of an SBOM also any other type
    of package URL."""
    name: str
    """As its ecosystem compares it: Python's names are normalised, Maven's are `group:artifact`."""
    version: str
    """Whole, as the ecosystem's own tool prints it, with epoch and release: `1:2.3-4`."""
    architecture: str = ""
    """`amd64`, `x86_64`, `noarch` ...; a gem's platform; '' where it is not told."""
    path: str = ""
    """The file that lists it, absolute in the image; in an archive `/app.jar!/lib/one.jar`."""


class Skipped(msgspec.Struct, frozen=True):
    """A package database that was not read, or not to its end."""

    path: str
    reason: str
    """A few words; may quote foreign text."""


class Inventory(msgspec.Struct, frozen=True):
    """All packages of a file system."""

    packages: tuple[Package, ...]
    """In the order of their paths, each file's in its own."""
    problems: tuple[Skipped, ...] = ()
    """The first few hundred."""
    distribution: str = ""
    """As os-release calls it, `Debian GNU/Linux 12 (bookworm)`; '' without one."""


class PackageChange(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """One package that differs, by ecosystem and name."""

    ecosystem: str
    name: str
    before: str | None
    """The version; None when added."""
    after: str | None
    """None when removed."""
    change: str
    """`added`, `removed`, `upgrade`, `downgrade`, or `changed` where the versions have no order."""
    source: str = "files"
    """`files`, or `sbom` for what only the SBOMs attached to both images tell."""
