"""What a plan's ends are called."""

from __future__ import annotations

from ecrtui.model.plan import Plan
from ecrtui.render.plans import plan_lines


def test_an_image_that_stays_where_it_is_goes_nowhere() -> None:
    plan = Plan(kind="restore", source="", target="app:v1", target_at="p · r", digest="sha256:9f31")
    assert [*plan_lines(plan)] == ["image       app:v1 (p · r)", "digest      sha256:9f31"]


def test_what_moves_goes_from_somewhere_to_somewhere() -> None:
    plan = Plan(kind="copy", source="app:v1", source_at="p · r", target="app:v1", target_at="p · s")
    assert [*plan_lines(plan)] == ["from        app:v1 (p · r)", "to          app:v1 (p · s)"]
