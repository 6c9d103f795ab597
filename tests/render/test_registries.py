"""Registries by a title: none hides behind another's."""

from __future__ import annotations

from itertools import product

from ecrtui.model.places import Registry
from ecrtui.render.registries import registry_title


def test_a_title_means_one_registry() -> None:
    """Two profiles with one label, and two accounts that one profile reaches."""
    shared = [
        registry_title(Registry(profile, "eu-west-1", account), "prod", shared=True, others=True)
        for profile, account in product(("one", "two"), ("111111111111", "222222222222"))
    ]
    assert len(set(shared)) == 4
    plain = registry_title(Registry("one", "eu-west-1"), "prod", shared=False, others=False)
    assert plain == "prod · eu-west-1"
    assert registry_title(Registry("", "eu-west-1"), "", shared=False, others=False).startswith(
        "default ·"
    )
