"""Two images' difference as far as it is known."""

from __future__ import annotations

import msgspec

from ecrtui.compare.bites import Bite
from ecrtui.compare.config import FieldChange, HistoryChange
from ecrtui.compare.files import Difference
from ecrtui.compare.layers import LayerChange
from ecrtui.model.details import ImageDetails
from ecrtui.model.finding import FindingChanges, ScanReport
from ecrtui.model.package import Package, PackageChange, Skipped


class Unsure(msgspec.Struct, frozen=True):
    """Paths told as added or removed that may replace files of shared layers not read."""

    paths: int
    layers: int
    bytes: int
    """Of those layers, compressed."""


class ComparedFindings(msgspec.Struct, frozen=True):
    """What scanning says of both; `changes` is None where it says nothing of one of them."""

    before: ScanReport | None
    after: ScanReport | None
    changes: FindingChanges | None = None
    problem: Exception | None = None
    """The EcrtuiError that kept them from being read."""


class Comparison(msgspec.Struct, frozen=True):
    """What is known of two images' difference; what is None was not looked at (yet)."""

    before: ImageDetails
    after: ImageDetails
    config: tuple[FieldChange, ...] = ()
    history: tuple[HistoryChange, ...] = ()
    layers: tuple[LayerChange, ...] = ()
    files: Difference | None = None
    packages: tuple[PackageChange, ...] | None = None
    skipped: tuple[Skipped, ...] = ()
    """Package databases that could not be read, in either image."""
    bites: tuple[Bite, ...] = ()
    listed: tuple[tuple[Package, ...], tuple[Package, ...]] | None = None
    """What the SBOMs attached to both images list; None unless both have one that can be read."""
    findings: ComparedFindings | None = None
    """Of ECR's scans; None where nobody scans, or nobody has answered yet."""
    unsure: Unsure | None = None
    """What the shared layers that were not read leave open."""

    @property
    def tables(self) -> int | None:
        """How many of the layers read are known from their tables of contents alone."""
        if self.files is None:
            return None
        layers = (*self.files.a.layers, *self.files.b.layers)
        return len({layer.diff_id for layer in layers if layer.from_toc})

    @property
    def one_image(self) -> bool:
        """Whether both are the same image, to the byte."""
        return self.before.image_manifest == self.after.image_manifest

    @property
    def same(self) -> bool:
        """Whether nothing differs as far as was looked."""
        if self.one_image:
            return True
        unlike = any(row.change != "same" for row in self.layers)
        return not (self.config or self.files or (self.files is None and unlike))
