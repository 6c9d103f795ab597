"""Two images' findings compared, whatever they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.findings import compare, ordered
from ecrtui.model.finding import Finding, ScanReport, Severity

findings = st.builds(
    Finding,
    name=st.sampled_from(["CVE-1", "CVE-2", "CVE-3", "GHSA-x"]),
    severity=st.sampled_from(Severity),
    package=st.sampled_from(["a", "b", "[/x]", ""]),
    version=st.sampled_from(["1", "2"]),
    score=st.sampled_from([None, 1.0, 9.8]),
)


def report(rows: list[Finding]) -> ScanReport:
    return ScanReport(digest="", status="COMPLETE", findings=tuple(rows))


def keys(rows: tuple[Finding, ...] | list[Finding]) -> set[tuple[str, str]]:
    return {row.same for row in rows}


@given(st.lists(findings), st.lists(findings))
def test_every_finding_is_fixed_introduced_or_unchanged(
    one: list[Finding], other: list[Finding]
) -> None:
    changes = compare(report(one), report(other))
    assert keys(changes.fixed) == keys(one) - keys(other)
    assert keys(changes.introduced) == keys(other) - keys(one)
    assert changes.unchanged == len(keys(one) & keys(other))
    for rows in (changes.fixed, changes.introduced):
        assert len(keys(rows)) == len(rows)
        assert list(rows) == list(ordered(rows))
    back = compare(report(other), report(one))
    assert (back.fixed, back.introduced) == (changes.introduced, changes.fixed)


@given(st.lists(findings))
def test_nothing_changes_from_an_image_to_itself(rows: list[Finding]) -> None:
    changes = compare(report(rows), report(rows[::-1]))
    assert not changes.fixed
    assert not changes.introduced
    assert changes.unchanged == len(keys(rows))


def test_the_worst_of_a_finding_stands_for_it() -> None:
    low = Finding(name="CVE-1", severity=Severity.LOW, package="a", version="1")
    high = Finding(name="CVE-1", severity=Severity.HIGH, package="a", version="2")
    assert compare(report([low, high]), report([])).fixed == (high,)
