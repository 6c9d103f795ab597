"""Money, bars and sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.cost import Month, Saving, SavingKind
from ecrtui.model.footprint import Footprint
from ecrtui.model.places import Registry
from ecrtui.model.prune import Rules
from ecrtui.render import cost as words
from ecrtui.render.text import width

HOME = Registry("main", "eu-west-1")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, ""),
        (0.0, "0.00 USD"),
        (0.004, "under 0.01 USD"),
        (12.346, "12.35 USD"),
        (1e4, "10,000 USD"),
    ],
)
def test_money(amount: float | None, text: str) -> None:
    assert words.money(amount) == text


@given(st.lists(st.integers(0, 10**13), max_size=30), st.sampled_from((40, 60, 80)), st.booleans())
def test_bars_fit_and_are_in_proportion(sizes: list[int], columns: int, plain: bool) -> None:
    months = [
        Month(month=f"{2020 + n // 12}-{n % 12 + 1:02}", images=n, stored=Footprint(bound=size))
        for n, size in enumerate(sizes)
    ]
    lines = words.month_lines(months, columns, ascii_only=plain)
    assert len(lines) <= words.MONTHS + 1
    assert all(width(line) <= columns for line in lines)
    assert not plain or all(line.isascii() for line in lines)
    shown = [month.stored.most for _, month in words.shown_months(months)]
    bars = [line.count("#" if plain else "█") for line in lines]
    assert all(bool(bar) == bool(size) for bar, size in zip(bars, shown, strict=True))
    order = sorted(range(len(bars)), key=lambda n: shown[n])
    assert [bars[n] for n in order] == sorted(bars)


def _saving(kind: SavingKind, **more: object) -> Saving:
    given = {
        "registry": HOME,
        "repository": "team/app",
        "digests": ("sha256:" + "a" * 64,),
        "freed": Footprint(bound=5_000_000_000),
        "money": 0.4656,
        "currency": "USD",
    }
    return Saving(kind=kind, **(given | more))  # type: ignore[arg-type]


def test_a_sentence_says_what_how_much_and_the_way() -> None:
    saving = _saving(SavingKind.NOT_PULLED, rules=Rules(not_pulled_for=90 * 86400.0))
    assert words.sentence(saving) == (
        "team/app in eu-west-1: 1 image neither pulled nor pushed for 90 days: at most 5.0 GB,"
        " 0.47 USD a month."
    )
    assert words.command(saving) == (
        "ecrtui prune team/app --profile main --region eu-west-1 --not-pulled-for 90d"
    )


def test_remarks_say_what_is_not_sure_and_what_is_charged_anyway() -> None:
    rules = Rules(untagged=True)
    saving = _saving(
        SavingKind.UNTAGGED, rules=rules, known=False, early=2, archive_saves=0.2, policy=False
    )
    told = words.sentence(saving)
    assert "Only if nothing uses them" in told
    assert "until 90 days after archiving" in told
    assert "0.20 USD less" in told
    assert "no lifecycle policy" in told
