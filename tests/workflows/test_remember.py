"""What is remembered of a person survives a restart, another copy, damage and a read-only home."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.config.settings import Settings
from ecrtui.model.places import Registry
from ecrtui.workflows import remember
from ecrtui.workflows.remember import Order, Place
from tests.workflows.at_work import services_in

API = Place(Registry("work", "eu-west-1", "111122223333"), "team/api", label="team/api")
WEB = Place(Registry("work", "eu-west-1"), "team/web", "sha256:1", "team/web:v1")


def test_bookmarks_come_and_go(tmp_path: Path) -> None:
    first, second = services_in(tmp_path), services_in(tmp_path)
    assert remember.toggle_bookmark(first, API)
    assert remember.toggle_bookmark(second, WEB)
    assert remember.bookmarks(first) == [API, WEB]
    assert not remember.toggle_bookmark(first, API)
    assert remember.bookmarks(second) == [WEB]


def test_the_label_is_not_the_place(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    remember.toggle_bookmark(services, API)
    renamed = Place(API.registry, API.repository, label="another name")
    assert not remember.toggle_bookmark(services, renamed)
    assert remember.bookmarks(services) == []


def test_the_last_place_orders_and_the_theme(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    assert remember.last_place(services) is None
    remember.save_last_place(services, WEB)
    remember.save_order(services, "images", Order("size", reverse=True))
    remember.save_order(services, "repositories", Order("name"))
    remember.save_theme(services, "night")
    again = services_in(tmp_path)
    assert remember.last_place(again) == WEB
    assert remember.order_of(again, "images") == Order("size", reverse=True)
    assert remember.order_of(again, "repositories") == Order("name")
    assert remember.order_of(again, "elsewhere") == Order()
    assert remember.theme(again) == "night"
    assert remember.theme(services_in(tmp_path, Settings(theme="day"))) == "day"


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    services = services_in(tmp_path / "file")
    assert remember.toggle_bookmark(services, API)
    remember.save_order(services, "images", Order("size"))
    remember.save_last_place(services, WEB)
    assert remember.bookmarks(services) == [API]
    assert remember.order_of(services, "images") == Order("size")
    assert remember.last_place(services) == WEB


@pytest.mark.parametrize("damage", [b"", b"[1, 2]", b"\xff", b'{"images": {"column": 5}}'])
def test_damage_is_forgotten_and_not_a_reason_to_fail(tmp_path: Path, damage: bytes) -> None:
    services = services_in(tmp_path)
    remember.toggle_bookmark(services, API)
    for name in ("bookmarks", "orders", "last-place", "theme"):
        (tmp_path / "state" / f"{name}.json").write_bytes(damage)
    assert remember.bookmarks(services) == []
    assert remember.order_of(services, "images") == Order()
    assert remember.last_place(services) is None
    assert remember.theme(services) == ""
    assert remember.toggle_bookmark(services, API)
