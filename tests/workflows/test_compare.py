"""Two images compared, and what of it is told while it is read."""

from __future__ import annotations

import random

import pytest

from ecrtui.compare.comparison import Comparison
from ecrtui.errors import GivenUp, NotFound
from ecrtui.model.image import ImageId
from ecrtui.oci.platforms import host_platform
from ecrtui.render.contents import shown_lines
from ecrtui.render.finding_changes import remark, why_unknown
from ecrtui.render.summary import summary
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.compare import again, both, compare, compare_images
from ecrtui.workflows.compare_contents import compare_file
from ecrtui.workflows.locate import Target
from ecrtui.workflows.look_inside import LayerProgress
from ecrtui.workflows.progress import Progress
from ecrtui.workflows.services import Services
from tests import worlds
from tests.compare.layers import file, link
from tests.compare.layers import tar as layer_tar
from tests.headless.test_look_inside import BASE, ONE, OTHER, tar
from tests.tui.pictures import Step, add_built
from tests.workflows.at_work import here

APP = "team/app"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """v1 and v2 share their base; the base hides nothing and is hidden by v2."""
    made = worlds.add_repository(sandbox.world, APP)
    for tag, top in (("v1", ONE), ("v2", OTHER)):
        settings = {"Env": [f"VERSION={tag}"], "User": "app"}
        steps = (Step("FROM base", BASE), Step(f"COPY {tag} /srv", top))
        add_built(made, tags=[tag], settings=settings, steps=steps)
    return made


def target(tag: str) -> Target:
    return Target(here(), APP, ImageId(image_tag=tag))


def compared(services: Services, *tags: str) -> list[Comparison]:
    one, other = both(services, target(tags[0]), target(tags[1]))
    return list(compare_images(services, one, other))


def test_targets_and_texts_tell_the_same(services: Services, repository: Repository) -> None:
    by_text = list(compare(services, f"{APP}:v1", f"{APP}:v2"))
    by_target = compared(services, "v1", "v2")
    assert [one.config for one in by_target] == [one.config for one in by_text]
    assert by_target[-1].packages == by_text[-1].packages
    files = by_target[-1].files, by_text[-1].files
    assert files[0]
    assert files[1]
    assert list(files[0].rows()) == list(files[1].rows())


def test_all_layers_to_read_are_told_before_any_is_read(
    services: Services, repository: Repository
) -> None:
    notes: list[LayerProgress] = []
    one, other = both(services, target("v1"), target("v2"))
    found = list(compare_images(services, one, other, note=notes.append))[-1]
    announced = [note for note in notes if not note.bytes]
    unlike = {row.digest for row in found.layers if row.change != "same"}
    assert {note.layer.digest for note in announced[: len(unlike)]} == unlike
    assert notes.index(next(note for note in notes if note.bytes)) >= len(unlike)
    notes.clear()
    list(compare_images(services, one, other, note=notes.append))
    assert notes == []  # all of it was stored


def test_a_reading_that_is_given_up_ends_and_keeps_nothing_half(
    services: Services, repository: Repository
) -> None:
    progress = Progress()
    one, other = both(services, target("v1"), target("v2"))
    values = compare_images(services, one, other, note=progress.note)
    assert next(values).layers
    progress.give_up()
    with pytest.raises(GivenUp):
        list(values)
    assert not any(services.cache.has("layer", layer.digest) for layer in other.layers)


def test_the_other_way_round_is_what_reading_it_so_tells(
    services: Services, repository: Repository
) -> None:
    there, back = compared(services, "v1", "v2")[-1], compared(services, "v2", "v1")[-1]
    turned = again(there, swap=True)
    for name in ("config", "history", "layers", "packages", "bites", "unsure"):
        assert getattr(turned, name) == getattr(back, name), name
    assert turned.files
    assert back.files
    assert list(turned.files.rows()) == list(back.files.rows())
    early = again(compared(services, "v1", "v2")[0], swap=True)
    assert (early.files, early.layers) == (None, back.layers)


def test_a_file_that_one_image_adds_reads_no_large_shared_layer(
    services: Services, repository: Repository
) -> None:
    big = random.Random(1).randbytes(9_000_000)
    tops: dict[str, dict[str, bytes | str]] = {
        "a": {"srv/a": b"1"},
        "b": {"srv/b": b"1", "srv/there": b"2"},
    }
    for tag, more in tops.items():
        steps = (
            Step("FROM big", tar({"srv/big": big, "srv/there": b"1"})),
            Step("COPY", tar(more)),
        )
        add_built(repository, tags=[tag], steps=steps)
    one, other = both(services, target("a"), target("b"))
    found = list(compare_images(services, one, other))[-1]
    assert found.files is not None
    assert found.files.added == ["/srv/b", "/srv/there"]
    assert found.unsure is not None
    assert services.traffic.bytes < 100_000
    sure = list(compare_images(services, one, other, deep=True))[-1]
    assert sure.files is not None
    assert sure.files.added == ["/srv/b"]
    assert sure.unsure is None


def test_contents_that_a_hard_link_has_from_a_layer_not_read_are_not_taken_as_empty(
    services: Services, repository: Repository
) -> None:
    big = layer_tar([file("/srv/big", random.Random(1).randbytes(9_000_000)), file("/srv/it")])
    for tag, top in (("a", file("/srv/a", b"1\n2\n")), ("b", link("/srv/a", "/srv/it"))):
        steps = (Step("FROM big", big), Step("COPY", layer_tar([top])))
        add_built(repository, tags=[tag], steps=steps)
    one, other = both(services, target("a"), target("b"))
    unread = list(compare_images(services, one, other))[-1]
    assert unread.unsure is not None
    found = compare_file(services, unread, "/srv/a")
    assert (found.kind, found.text) == ("unread", None)
    assert any("/srv/it" in line.text for line in shown_lines(found))
    assert compare_file(services, again(unread, swap=True), "/srv/a").kind == "unread"
    sure = list(compare_images(services, one, other, deep=True))[-1]
    found = compare_file(services, sure, "/srv/a")
    assert found.text is not None
    assert (found.text.removed, found.text.added) == (2, 1)


def test_an_index_beside_one_image_is_looked_into_for_its_platform(
    services: Services, repository: Repository
) -> None:
    def built(machine: str) -> Image:
        steps = (Step("COPY", tar({"srv/app": machine.encode()})),)
        return add_built(repository, tags=[machine], steps=steps, platform=("linux", machine))

    worlds.add_index(repository, [built("amd64"), built("arm64")], tags={"index"})
    for sides in (("arm64", "index"), ("index", "arm64")):
        found = both(services, target(sides[0]), target(sides[1]))
        assert [str(one.config.platform) for one in found if one.config] == ["linux/arm64"] * 2


def test_a_platform_that_cannot_be_read_is_told_and_no_other_taken_for_it(
    services: Services, repository: Repository
) -> None:
    def built(tag: str, machine: str) -> Image:
        steps = (Step("COPY", tar({"srv/app": tag.encode()})),)
        return add_built(repository, tags=[tag], steps=steps, platform=("linux", machine))

    own = host_platform().architecture
    other = "arm64" if own != "arm64" else "amd64"
    children = [built("a", own), built("b", other)]
    worlds.add_index(repository, children, tags={"index"})
    built("lone", other)
    del repository.blobs[children[1].layers[0]]
    for sides in (("lone", "index"), ("index", "lone")):
        with pytest.raises(NotFound):
            both(services, target(sides[0]), target(sides[1]))


def test_times_count_when_asked_for(services: Services, repository: Repository) -> None:
    for tag, moment in (("a", 1), ("b", 2)):
        steps = (Step("COPY", tar({"srv/same": b"same"}, mtime=moment)),)
        add_built(repository, tags=[tag], steps=steps)
    found = compared(services, "a", "b")[-1]
    assert found.files is not None
    assert len(found.files) == 0
    timed = again(found, mtime=True)
    assert timed.files is not None
    assert timed.files.modified == {"/srv/same": ("mtime",)}


def scanned(repository: Repository) -> tuple[Image, Image]:
    """Both images with findings: one is fixed, one is new, one is in both."""
    one, other = repository.images.by_tag("v1"), repository.images.by_tag("v2")
    assert one is not None
    assert other is not None
    both_have = ("CVE-2026-1", "LOW", "tar")
    worlds.add_scan(one, both_have, ("CVE-2026-2", "CRITICAL", "ssl"))
    worlds.add_scan(other, both_have, ("CVE-2026-3", "MEDIUM", "ssl"))
    return one, other


def test_findings_are_compared(services: Services, repository: Repository) -> None:
    images = scanned(repository)
    values = compared(services, "v1", "v2")
    assert values[0].findings is None
    told = values[-1].findings
    assert told is not None
    assert told.changes is not None
    assert [one.name for one in told.changes.fixed] == ["CVE-2026-2"]
    assert [one.name for one in told.changes.introduced] == ["CVE-2026-3"]
    assert told.changes.unchanged == 1
    (field,) = (one for one in summary(values[-1]) if one.label == "Findings")
    assert field.text == "fixed C1, new M1, 1 in both"
    back = again(values[-1], swap=True).findings
    assert back is not None
    assert back.changes is not None
    assert back.changes.introduced == told.changes.fixed
    assert not remark(told)
    worlds.add_scan(images[1], ("CVE-2026-3", "MEDIUM", "ssl"), completed_at=1_771_000_000.0)
    services.scans.forget(here(), APP)
    assert "scanned 12 days apart" in remark(compared(services, "v1", "v2")[-1].findings)


def test_findings_of_what_was_not_scanned_are_not_compared(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    _, other = scanned(repository)
    other.scan = None
    told = compared(services, "v1", "v2")[-1].findings
    assert told is not None
    assert told.changes is None
    assert why_unknown(told) == "To is not scanned"
    sandbox.faults.add("deny", operation="DescribeImageScanFindings")
    services.scans.forget(here(), APP)
    told = compared(services, "v1", "v2")[-1].findings
    assert told is not None
    assert "Not allowed" in why_unknown(told)
