"""Which of a repository's images an engine has, whatever it calls them."""

from __future__ import annotations

from ecrtui.model.folding import fold
from ecrtui.model.image import Image
from ecrtui.model.local import EngineHas, EngineImage, Here, LocalState, named
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind, Platform

URI = "registry.example/team/app"


def digest(letter: str) -> str:
    return f"sha256:{letter * 64}"


def image_manifest(own: str, config: str) -> Manifest:
    return Manifest(digest(own), "", ManifestKind.IMAGE, 1, Descriptor(digest(config), 1))


def index_manifest(own: str, *children: str) -> Manifest:
    below = (Descriptor(digest(one), 1, platform=Platform("linux", one)) for one in children)
    return Manifest(digest(own), "", ManifestKind.INDEX, 1, manifests=tuple(below))


def states(
    rows: list[Image], engine: list[EngineImage], *manifests: Manifest
) -> dict[str, LocalState]:
    known = {manifest.digest: manifest for manifest in manifests}
    here = Here.of(EngineHas("Engine", tuple(engine)), URI)
    return here.states(fold(rows, known.get), known.get)


def test_an_image_is_here_by_the_digest_it_was_pulled_by() -> None:
    pulled = EngineImage(digest("c"), (f"{URI}:v1",), (f"{URI}@{digest('a')}",))
    rows = [Image(digest("a"), image_tags=("v2",)), Image(digest("b"), image_tags=("v3",))]
    assert states(rows, [pulled]) == {digest("a"): LocalState.HERE}


def test_containerd_calls_an_image_by_its_manifest() -> None:
    rows = [Image(digest("a"), image_tags=("v1",))]
    assert states(rows, [EngineImage(digest("a"))]) == {digest("a"): LocalState.HERE}


def test_a_tag_that_moved_since_the_pull_is_older_here() -> None:
    pulled = EngineImage(digest("c"), (f"{URI}:v1",), (f"{URI}@{digest('a')}",))
    rows = [Image(digest("a")), Image(digest("b"), image_tags=("v1", "latest"))]
    assert states(rows, [pulled]) == {digest("a"): LocalState.HERE, digest("b"): LocalState.OLDER}


def test_what_was_loaded_is_known_by_its_config() -> None:
    loaded = EngineImage(digest("c"), (f"{URI}:v1",))
    rows = [Image(digest("a"), image_tags=("v1",))]
    assert states(rows, [loaded]) == {digest("a"): LocalState.UNSURE}
    same = image_manifest("a", "c")
    assert states(rows, [loaded], same) == {digest("a"): LocalState.HERE}
    other = image_manifest("a", "d")
    assert states(rows, [loaded], other) == {digest("a"): LocalState.OTHER}


def test_one_platform_of_an_index_is_enough() -> None:
    index = index_manifest("a", "1", "2")
    row = Image(digest("a"), image_tags=("v1",), image_manifest_media_type=".image.index.v1+json")
    pulled = EngineImage(digest("c"), (), (f"elsewhere/app@{digest('2')}",))
    both = {digest("a"): LocalState.HERE, digest("2"): LocalState.HERE}
    assert states([row], [pulled], index) == both
    loaded = EngineImage(digest("c"), (f"{URI}:v1",))
    half = image_manifest("1", "d")
    assert states([row], [loaded], index, half) == {digest("a"): LocalState.UNSURE}
    whole = (half, image_manifest("2", "c"))
    assert states([row], [loaded], index, *whole) == {digest("a"): LocalState.HERE}


def test_names_of_another_repository_say_nothing() -> None:
    others = [
        EngineImage(digest("c"), (f"{URI}-tools:v1", "registry.example:v1", "app:v1")),
        EngineImage(digest("d"), (f"other.example/{URI}:v1",)),
    ]
    assert states([Image(digest("a"), image_tags=("v1",))], others) == {}


def test_what_stands_for_no_name_is_none() -> None:
    assert named(["<none>:<none>", "app:v1", "", f"<none>@{digest('a')}"]) == ("app:v1",)
