"""Prices by region, one's own, tiers and what is free."""

from __future__ import annotations

import pytest

from ecrtui.model.prices import GB, Basis, OwnPrice, Price, price_of

TIER = 153_600


def test_a_region_has_the_list_an_assumption_or_nothing() -> None:
    known, other = price_of("us-east-1", {}), price_of("xx-nowhere-9", {})
    assert known is not None
    assert other is not None
    assert (known.basis, other.basis) == (Basis.LIST, Basis.ASSUMED)
    assert known.standard == other.standard == 0.10
    assert price_of("cn-north-1", {}) is None


def test_ones_own_price_goes_before_the_list() -> None:
    own = {
        "default": OwnPrice(standard=0.05),
        "cn-north-1": OwnPrice(standard=0.7, currency="CNY"),
        "us-east-1": OwnPrice(archive=0.0),
    }
    usual, china, free = (
        price_of(region, own) for region in ("eu-west-1", "cn-north-1", "us-east-1")
    )
    assert usual is not None
    assert (usual.standard, usual.archive, usual.basis) == (0.05, 0.10, Basis.SETTINGS)
    assert china is not None
    assert (china.standard, china.archive, china.currency) == (0.7, 0.0, "CNY")
    assert free is not None
    assert (free.standard, free.archive) == (0.10, 0.0)


def test_the_archive_saves_nothing_below_its_tier() -> None:
    price = Price()
    assert price.monthly(10 * GB, 5 * GB) == pytest.approx(1.5)
    assert price.archive_saves(100 * GB, 0) == pytest.approx(0)
    assert price.monthly(0, (TIER + 100) * GB) == pytest.approx(TIER * 0.10 + 7)
    assert price.archive_saves(100 * GB, TIER * GB) == pytest.approx(3)
    assert price.archive_saves(100 * GB, (TIER - 50) * GB) == pytest.approx(1.5)


def test_some_of_ecr_public_is_free() -> None:
    price = price_of("us-east-1", {}, public=True)
    assert price is not None
    assert price.monthly(40 * GB, 0) == 0
    assert price.monthly(60 * GB, 0) == pytest.approx(1.0)
