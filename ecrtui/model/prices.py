"""What ECR's storage costs, per region: list prices with the date they were looked up.

From copies of AWS's price list (offer AmazonECR) and bills that people published from March to
October 2026. Standard storage cost the same in each region that was found. The archive costs as
much as standard storage for the first 150 TB of a month, so below them it saves nothing. Pulls that
leave a region cost besides (data transfer); a list of images does not tell how often.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

LOOKED_UP = "2026-10"
"""The month of the last look."""
GB = 1024**3
"""Bytes of a billed gigabyte: AWS's price list counts 150 TB as 153,600 GB."""
ARCHIVE_DAYS = 90
"""So many are charged from the day an image is archived (ECR user guide)."""
EVERYWHERE = "default"
"""Where a price of one's own is given for all regions."""

_CONFIRMED = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "il-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-2",
    }
)
_OTHER_MONEY = ("cn-", "eusc-", "us-iso", "eu-iso")
"""Partitions with lists of their own, not in dollars or not public."""


class Basis(str, Enum):
    """How sure a price is."""

    LIST = "list"
    ASSUMED = "assumed"
    """No list of this region was found: the price of the others."""
    SETTINGS = "settings"


class OwnPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of a region's prices; None is the list's."""

    standard: float | None = None
    archive: float | None = None
    archive_beyond: float | None = None
    retrieval: float | None = None
    currency: str = ""


class Price(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Of a region: each per gigabyte, storage per month."""

    standard: float = 0.10
    archive: float = 0.10
    archive_tier: int = 153_600
    """Gigabytes that the archive's first price is for."""
    archive_beyond: float = 0.07
    retrieval: float = 0.03
    """To restore from the archive."""
    free: int = 0
    """Gigabytes of a month that cost nothing: ECR Public's 50."""
    currency: str = "USD"
    basis: Basis = Basis.LIST

    def monthly(self, standard: int, archived: int) -> float:
        """A month of so many bytes in one region of one account."""
        paid = max(0.0, standard / GB - self.free)
        first = min(archived / GB, float(self.archive_tier))
        beyond = archived / GB - first
        return paid * self.standard + first * self.archive + beyond * self.archive_beyond

    def archive_saves(self, size: int, archived: int) -> float:
        """A month less when `size` bytes of standard storage are archived, beside `archived`."""
        moved = self.monthly(0, archived + size) - self.monthly(0, archived)
        return size / GB * self.standard - moved


def price_of(region: str, own: Mapping[str, OwnPrice], *, public: bool = False) -> Price | None:
    """A region's price, by settings first; None where no list is known and nothing is said."""
    if public:
        listed: Price | None = Price(free=50)
    elif region.startswith(_OTHER_MONEY):
        listed = None
    else:
        listed = Price(basis=Basis.LIST if region in _CONFIRMED else Basis.ASSUMED)
    said = own.get(region) or own.get(EVERYWHERE)
    if said is None:
        return listed
    told = {name: value for name, value in msgspec.structs.asdict(said).items() if value}
    zeros = {name: 0.0 for name, value in msgspec.structs.asdict(said).items() if value == 0}
    base = listed or Price(standard=0.0, archive=0.0, archive_beyond=0.0, retrieval=0.0)
    return msgspec.structs.replace(base, basis=Basis.SETTINGS, **told, **zeros)
