"""The order of versions, against the tools whose order it is and what their authors wrote."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.packages.versions import order
from tests.sandbox.programs import need, run

_ECOSYSTEMS = ("deb", "rpm", "apk", "python", "npm", "ruby", "maven", "go")


def versions(characters: str, part: str = "[0-9]") -> st.SearchStrategy[str]:
    """Short versions of few characters, so that many of them are nearly the same."""
    return st.from_regex(f"{part}[{characters}]{{0,6}}", fullmatch=True)


def epochal(plain: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("{}{}".format, st.sampled_from(["", "", "", "0:", "1:", "12:"]), plain)


_DEB = epochal(versions(r"0-29ab.+~\-").filter(lambda text: not text.endswith("-")))
_RPM = epochal(st.builds("{}-{}".format, versions("0-29ab.+~^_"), versions("0-2a.~^")))


@settings(deadline=None, max_examples=200)
@given(_DEB, _DEB)
def test_debs_as_dpkg_has_them(before: str, after: str) -> None:
    need("dpkg")
    lower, higher = order("deb", before, after) == -1, order("deb", before, after) == 1
    run("dpkg", "--compare-versions", before, "lt", after, ok=lower)
    run("dpkg", "--compare-versions", before, "gt", after, ok=higher)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(_RPM, _RPM), min_size=20))
def test_rpms_as_rpm_has_them(pairs: list[tuple[str, str]]) -> None:
    need("rpm")
    script = "".join(
        f'a, b = rpm.ver("{a}"), rpm.ver("{b}") print(a < b and -1 or b < a and 1 or 0, "") '
        for a, b in pairs
    )
    told = run("rpm", "--eval", f"%{{lua: {script}}}").stdout.split()
    assert [order("rpm", a, b) for a, b in pairs] == [int(each) for each in told]


@pytest.mark.parametrize(
    ("ecosystem", "ascending"),
    [
        # deb-version(7), "Sorting algorithm".
        ("deb", "1~~ 1~~a 1~ 1 1a 1+ 1.0-1 1:0.1"),
        # semver.org, 11.4.
        (
            "npm",
            "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 "
            "1.0.0-rc.1 1.0.0 2.0.0 2.1.0 2.1.1 10.0.0",
        ),
        # packaging.python.org, "Version specifiers", summary of permitted suffixes and ordering.
        (
            "python",
            "1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 "
            "1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 "
            "1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1 1!0.1",
        ),
        # Gem::Version's own documentation.
        (
            "ruby",
            "0.9 1.0.a.2 1.0.b1 1.0.b10 1.0 1.0.1 1.9 1.10 2.0.0.pre1 2.0.0.rc1 2.0.0 2.0.0.1",
        ),
        # maven.apache.org, "POM Reference", version order specification.
        (
            "maven",
            "1-alpha-1 1-alpha-2 1-beta-1 1-milestone-1 1-rc-1 1-SNAPSHOT 1 1-sp 1-foo2 1-foo10 "
            "1-1 1.1 1.1.1 1.10 2",
        ),
        ("maven", "1.foo 1-foo 1-1 1.1"),
        # go.dev/ref/mod, "Pseudo-versions".
        (
            "go",
            "v0.0.0-20191109021931-daa7c04131f5 v0.0.0-20200101000000-000000000000 v1.2.2 "
            "v1.2.3-0.20191109021931-daa7c04131f5 v1.2.3-pre "
            "v1.2.3-pre.0.20191109021931-daa7c04131f5 v1.2.3 v1.10.0 v2.0.0+incompatible",
        ),
        # go.dev/doc/toolchain, "Go versions".
        ("go", "1.19.8 1.20 1.20.14 1.21rc1 1.21rc2 1.21.0 1.21.1 1.22rc1 1.22.0"),
        # apk-package(5), version; zeros and what stands after letters are in apk-tools' version.c.
        (
            "apk",
            "1.0_alpha 1.0_alpha1 1.0_beta 1.0_pre 1.0_rc 1.0_rc1 1.0_rc1-r1 1.0 1.0-r0 1.0-r1 "
            "1.0-r10 1.0~0a 1.0~ff 1.0~ff-r3 1.0_cvs 1.0_svn 1.0_git 1.0_git20260101 1.0_hg 1.0_p "
            "1.0_p1_alpha2 1.0_p1 1.0_p2 1.0a 1.0b_rc1 1.0b 1.0.0 1.01 1.010 1.02 1.1 1.2 1.10 "
            "2 10",
        ),
    ],
)
def test_versions_in_the_order_their_authors_wrote_down(ecosystem: str, ascending: str) -> None:
    for earlier, later in combinations(ascending.split(), 2):
        assert (order(ecosystem, earlier, later), order(ecosystem, later, earlier)) == (-1, 1), (
            earlier,
            later,
        )


@pytest.mark.parametrize(
    ("ecosystem", "one", "other"),
    [
        ("deb", "0:1.0-0", "1.0"),
        ("rpm", "0:1.0-1", "1.00-1"),
        ("apk", "006-r1", "6-r1"),
        ("python", "1.0", "1.0.0"),
        ("npm", "1.0.0+linux", "1.0.0+windows"),
        ("ruby", "1.0", "1.0.0"),
        ("maven", "1.ga", "1.0.0"),
        ("maven", "1-cr1", "1-rc1"),
    ],
)
def test_versions_that_mean_the_same(ecosystem: str, one: str, other: str) -> None:
    assert order(ecosystem, one, other) == order(ecosystem, other, one) == 0


@pytest.mark.parametrize(
    ("ecosystem", "version"),
    [
        ("deb", "not a version"),
        ("rpm", "x:1-1"),
        ("python", "2004d-local!"),
        ("npm", "latest"),
        ("npm", "٣.1.0"),
        ("ruby", "1..2"),
        ("go", "(devel)"),
        ("cargo", "1.0"),
        *[("apk", version) for version in ("1.0bc", "1.", "1_foo", "1-1", "1~", "1-r", "1a.1", "")],
        *[(ecosystem, "1." + "9" * 300) for ecosystem in _ECOSYSTEMS],
    ],
)
def test_what_is_no_version_has_no_order(ecosystem: str, version: str) -> None:
    assert order(ecosystem, version, "1.0") is None
    assert order(ecosystem, "1.0", version) is None


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(_ECOSYSTEMS), st.data())
def test_nothing_makes_it_fail(ecosystem: str, data: st.DataObject) -> None:
    some = (
        st.text(max_size=300)
        | versions(r"0-9a-zA-Z.+~^:_!=\- ")
        | st.text("019.-~:a", max_size=300)
    )
    before, after = data.draw(some), data.draw(some)
    there, back = order(ecosystem, before, after), order(ecosystem, after, before)
    assert there is None if back is None else there == -back
