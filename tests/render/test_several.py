"""One plan of several in a line."""

from __future__ import annotations

from ecrtui.model.plan import Plan
from ecrtui.render.several import gist


def test_where_it_goes_is_said_when_that_has_another_name() -> None:
    plan = Plan(kind="copy", source="a:v1", target="b:v1", to_move=12_000_000)
    assert gist(plan) == "a:v1 → b:v1, 12.0 MB"
    assert gist(Plan(kind="pull", source="a:v1", target="host/a:v1")) == "a:v1"


def test_a_digest_is_short() -> None:
    digest = "sha256:" + "9f31c2a7" * 8
    plan = Plan(kind="pull", source=f"a@{digest}", target=f"host/a@{digest}")
    assert gist(plan) == "a@9f31c2a7"


def test_what_is_done_says_so() -> None:
    plan = Plan(kind="pull", source="a:v1", target="host/a:v1", done_already="it is here already")
    assert gist(plan) == "a:v1, it is here already"
