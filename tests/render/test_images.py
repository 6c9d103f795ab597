"""What a person calls an image."""

from __future__ import annotations

import pytest

from ecrtui.render.images import telling_tag


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ((), ""),
        (("latest",), "latest"),
        (("latest", "v2.15.0"), "v2.15.0"),
        (("stable", "v2.14", "v2.14.1"), "v2.14.1"),
        (("prod", "main"), "prod"),
    ],
)
def test_the_tag_that_says_most(tags: tuple[str, ...], wanted: str) -> None:
    assert telling_tag(tags) == wanted
