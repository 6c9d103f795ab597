"""The summary of a comparison: each change told in few words, secrets never."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.compare.comparison import Comparison, Unsure
from ecrtui.model.manifest import ImageConfig
from ecrtui.model.package import PackageChange, Skipped
from ecrtui.render.comparison import markdown
from ecrtui.render.secrets import MASK
from ecrtui.render.sizes import size
from ecrtui.render.summary import bites, called, summary, summary_text
from ecrtui.render.text import safe
from tests.compare.layers import directory, file, index
from tests.render.comparisons import AMD64, comparison, details

replace = msgspec.structs.replace
PLAIN = ImageConfig(AMD64)


def lines(found: Comparison, waiting: str = "") -> dict[str, str]:
    return {field.label: field.text for field in summary(found, waiting)}


def config(**fields: object) -> ImageConfig:
    return replace(PLAIN, **fields)


def told(before: ImageConfig, after: ImageConfig) -> str:
    return lines(comparison(before, after))["Config"]


def test_each_change_of_the_config_is_a_phrase() -> None:
    assert told(PLAIN, PLAIN) == "the same"
    assert told(config(user="app"), config(user="root")) == "user app → root"
    assert told(config(env=("A=1",)), config(env=("A=2", "B=3"))) == "env A 1 → 2; env +B=3"
    assert told(config(env=("A=1",)), PLAIN) == "env -A"
    assert told(PLAIN, config(exposed_ports=("80/tcp",))) == "ports +80/tcp"
    assert told(PLAIN, config(user="app")) == "user none → app"
    assert told(config(env=("A=1",)), config(env=("A=",))) == "env A 1 → empty"
    words = config(cmd=("serve", "-v")), config(cmd=("serve", "--workers=4", "-v"))
    assert told(*words) == "cmd + --workers=4"
    assert told(config(cmd=("one",)), config(cmd=("other",))) == "cmd one → other"
    assert told(config(labels={"a": "1"}), config(labels={"a": "2", "b": "1"})) == "2 labels"
    many = config(env=tuple(f"V{number}=1" for number in range(9)))
    assert told(PLAIN, many).endswith("; 3 more")


def test_a_summary_tells_no_secret() -> None:
    before = config(env=("DB_PASSWORD=swordfish",), cmd=("run", "--token=swordfish", "x"))
    after = config(env=("DB_PASSWORD=marlin",), cmd=("run", "--token", "marlin", "x"))
    found = comparison(before, after)
    for text in (summary_text(found), "\n".join(markdown(found))):
        assert "swordfish" not in text
        assert "marlin" not in text
        assert MASK in text


def test_layers_files_and_the_largest() -> None:
    base = index([directory("/srv"), file("/srv/same", b"1" * 10)])
    one = index([file("/srv/app", b"1" * 100), file("/srv/old", b"2" * 5_000)])
    other = index(
        [file("/srv/app", b"1" * 1_700), file("/srv/new", b"2" * 5_000), file("/srv/x", b"")]
    )
    found = lines(comparison(PLAIN, PLAIN, [base, one], [base, other]))
    assert found["Layers"] == "1 same, 1 replaced"
    assert found["Base"] == "the same (lowest layer)"
    assert found["Files"] == ("+2 ~1 -1, +6.6 kB -5.0 kB, 1 renamed, largest: /srv/app +1.6 kB"), (
        "what only moved is no news"
    )


def test_bases_commits_and_times() -> None:
    prefix = "org.opencontainers.image"
    sides = [
        config(
            created=f"2026-01-0{day}T10:00:00Z",
            labels={f"{prefix}.base.name": f"debian:12.{day}", f"{prefix}.revision": digit * 40},
        )
        for day, digit in ((1, "a"), (2, "b"))
    ]
    found = lines(comparison(sides[0], sides[1]))
    assert found["Base"] == "debian:12.1 → debian:12.2 ⚠"
    assert found["Built"] == "2026-01-01 10:00 → 2026-01-02 10:00 UTC, commit aaaaaaa → bbbbbbb"
    assert lines(comparison(sides[0], sides[0]))["Base"] == "the same (debian:12.1)"


def test_downgrades_come_first_and_the_rest_is_counted() -> None:
    def change(name: str, what: str) -> PackageChange:
        return PackageChange("deb", name, "1", "2", what)

    packages = (change("a", "added"), change("u", "upgrade"), change("d", "downgrade"))
    found = replace(comparison(PLAIN, PLAIN), packages=packages)
    assert lines(found)["Packages"] == "↓ d 1 → 2  ↑ u 1 → 2  + a 1 → 2"
    many = tuple(change(f"u{number}", "upgrade") for number in range(20))
    skipped = (Skipped("/var/lib/rpm/rpmdb.sqlite", "damaged"),)
    text = lines(replace(found, packages=many, skipped=skipped))["Packages"]
    assert "and 14 more" in text
    assert "1 databases were not read" in text


def test_what_bites_stands_in_the_text_and_too_many_are_counted() -> None:
    layer = index([file(f"/bin/tool{number:02}", mode=0o4755) for number in range(30)])
    found = comparison(config(user="app"), config(user="root"), [], [layer])
    shown = bites(found)
    assert shown[0].text == "⚠ root: runs as root, no longer as app"
    assert shown[-1].text == f"⚠ {len(found.bites) - len(shown) + 1} more"
    text = summary_text(replace(found, unsure=Unsure(3, 2, 1_000)))
    assert "⚠ root: runs as root" in text
    assert "Unsure: 3 paths" in text


def test_what_is_not_known_yet_says_so_or_is_left_out() -> None:
    early = replace(comparison(PLAIN, PLAIN), files=None, packages=None)
    assert not {"Files", "Packages"} & lines(early).keys()
    found = lines(early, "1 of 2 MB")
    assert (found["Files"], found["Packages"]) == ("1 of 2 MB", "1 of 2 MB")


def test_nothing_differs() -> None:
    layer = index([file("/a")])
    found = comparison(PLAIN, PLAIN, [layer], [layer])
    assert lines(found)["Result"] == "Nothing differs that a container would see"
    assert lines(found)["Files"] == "the same"
    one = replace(found, after=found.before)
    assert lines(one)["Result"].startswith("One image")


def test_an_image_is_called_by_its_tag_where_it_has_one() -> None:
    assert called(details(PLAIN)) == "team/app:v1"
    assert called(details(PLAIN, reference="team/app@sha256:00", tags=("v7",))) == "team/app:v7"
    assert called(details(PLAIN, reference="team/app@sha256:00")).startswith("team/app@sha256:0123")


def test_where_two_places_are_one_is_told_which() -> None:
    found = comparison(PLAIN, PLAIN)
    assert "eu-west-1" not in lines(found)["From"]
    apart = replace(found, before=details(PLAIN, region="us-east-1", pushed=1.0))
    assert lines(apart)["From"] == "team/app:v1, default us-east-1, pushed 1970-01-01 00:00 UTC"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_makes_a_summary(one: str, other: str) -> None:
    before = config(env=(one,), cmd=(one, "x"), labels={one: other}, user=one, created=one)
    after = config(env=(other,), cmd=("x", other), labels={other: one}, user=other)
    found = comparison(before, after)
    text = summary_text(found)
    assert safe(text.replace("\n", "")) == text.replace("\n", "")
    assert all("\n" not in line for line in markdown(found))


def test_a_plain_and_a_compressed_image_are_of_no_comparable_size() -> None:
    layer = index([file("/a")])
    found = comparison(PLAIN, PLAIN, [layer], [layer])
    packed = tuple(replace(one, digest="sha256:" + "e" * 64) for one in found.after.layers)
    mixed = replace(found, after=replace(found.after, layers=packed))
    told = size(layer.uncompressed_size)
    assert "compressed" not in lines(found)["Size"]
    assert lines(mixed)["Size"] == f"{told} not compressed → {told}"
