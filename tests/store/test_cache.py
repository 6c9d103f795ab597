"""The cache: what never changes, verified, bounded, and no loss when it is gone."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.store import cache as caches
from ecrtui.store.cache import Cache


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def stored(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def kept(root: Path, data: bytes = b"a manifest") -> Path:
    """A file of a cache, written by another run."""
    Cache(root).put("manifest", digest(data), data)
    return next(path for path in stored(root) if path.read_bytes() == data)


def test_what_is_put_is_got_by_this_run_and_the_next(tmp_path: Path) -> None:
    data = b"a manifest"
    first = Cache(tmp_path)
    first.put("manifest", digest(data), data)
    for cache in (first, Cache(tmp_path)):
        assert cache.get("manifest", digest(data)) == data
        assert cache.get("config", digest(data)) is None
        assert cache.has("manifest", digest(data))
        assert cache.known("manifest") == {digest(data)}
        assert not cache.known("config")
        assert not cache.has("config", digest(data))
    assert Cache(tmp_path).has("manifest", digest(data))
    assert not Cache(None).has("manifest", digest(data))
    assert Cache(tmp_path).usage() == {
        "manifest": (1, len(data)),
        "config": (0, 0),
        "sbom": (0, 0),
        "export": (0, 0),
        "packed": (0, 0),
        "layer": (0, 0),
        "toc": (0, 0),
    }


def test_bytes_under_a_wrong_name_are_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("manifest", digest(b"one"), b"another")
    assert cache.get("manifest", digest(b"one")) is None
    assert stored(tmp_path) == []


def test_a_damaged_file_is_dropped(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.write_bytes(b"a manifesT")
    cache = Cache(tmp_path)
    assert cache.get("manifest", digest(b"a manifest")) is None
    assert not path.exists()
    cache.put("manifest", digest(b"a manifest"), b"a manifest")
    assert path.exists()


@given(st.text(max_size=80))
def test_no_name_leads_out_of_the_cache(name: str) -> None:
    assert Cache(Path("/nowhere")).get("manifest", name) is None


def test_a_name_with_a_path_in_it_is_no_digest(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    for name in ("sha256:../../secret", "../secret", "sha256:" + "../" * 21 + "x"):
        assert Cache(tmp_path / "manifest/..").get("manifest", name) is None


def test_without_a_folder_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for cache in (Cache(None), Cache(tmp_path / "file")):
        cache.put("config", digest(b"x"), b"x")
        assert cache.get("config", digest(b"x")) == b"x"
        assert set(cache.usage().values()) == {(0, 0)}
        assert cache.clear() == 0
        assert cache.get("config", digest(b"x")) is None


def test_a_folder_that_may_not_be_written_still_serves(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        assert Cache(tmp_path).get("manifest", digest(b"a manifest")) == b"a manifest"
    finally:
        path.parent.chmod(0o700)


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, bound=1000)
    paths = []
    for number in range(10):
        paths.append(kept(tmp_path, bytes([number]) * 150))
        os.utime(paths[-1], (number, number))
    assert Cache(tmp_path).get("manifest", digest(b"\0" * 150)) is not None
    cache.sweep()
    left = {path for path in paths if path.exists()}
    assert sum(path.stat().st_size for path in left) <= 750
    assert paths[0] in left
    assert paths[9] in left
    assert paths[1] not in left


def test_writing_keeps_within_the_bound(tmp_path: Path) -> None:
    cache = Cache(tmp_path, bound=2000)
    for number in range(60):
        data = number.to_bytes(2, "big") * 100
        cache.put("manifest", digest(data), data)
        used = sum(path.stat().st_size for path in stored(tmp_path))
        assert used <= 2000 + 2000 // 4 + 200


def test_memory_is_bounded_too() -> None:
    cache = Cache(None)
    megabyte = 1024 * 1024
    first = b"\0" * megabyte
    for number in range(caches._MEMORY_BOUND // megabyte + 2):
        data = bytes([number]) * megabyte
        cache.put("config", digest(data), data)
    assert cache.get("config", digest(first)) is None
    assert cache.get("config", digest(data)) == data


def test_many_threads_share_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path, bound=3000)
    wrong: list[object] = []

    def work(start: int) -> None:
        for number in range(start, start + 40):
            data = number.to_bytes(4, "big") * 20
            cache.put("manifest", digest(data), data)
            if cache.get("manifest", digest(data)) not in (data, None):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(n * 20,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_clear_frees_what_it_says(tmp_path: Path) -> None:
    kept(tmp_path)
    assert Cache(tmp_path).clear() == len(b"a manifest")
    assert stored(tmp_path) == []


LAYER = digest(b"the layer itself")


def stored_layer(root: Path, data: bytes) -> Path:
    """The file of an index, written by another run."""
    Cache(root).put("layer", LAYER, data)
    return root / "layer" / LAYER[7:9] / LAYER[7:]


def test_an_index_is_kept_under_the_digest_of_its_layer(tmp_path: Path) -> None:
    stored_layer(tmp_path, b"an index")
    assert Cache(tmp_path).get("layer", LAYER) == b"an index"
    assert Cache(tmp_path).get("layer", digest(b"an index")) is None
    Cache(tmp_path).put("layer", LAYER, b"another index")
    assert Cache(tmp_path).get("layer", LAYER) == b"another index"
    assert Cache(tmp_path).usage()["layer"][0] == 1


@pytest.mark.parametrize("length", range(len(b"an index") + 32))
def test_an_index_cut_short_or_changed_anywhere_is_dropped(tmp_path: Path, length: int) -> None:
    path = stored_layer(tmp_path, b"an index")
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[length] ^= 1
    for damaged in (whole[:length], bytes(changed), whole + b"x"):
        path.write_bytes(damaged)
        assert Cache(tmp_path).get("layer", LAYER) is None
        assert not path.exists()


def test_what_a_crash_left_beside_an_index_is_no_index(tmp_path: Path) -> None:
    path = stored_layer(tmp_path, b"an index")
    path.rename(path.with_name(".part-abc"))
    assert Cache(tmp_path).get("layer", LAYER) is None
    assert Cache(tmp_path).clear() > 0
    assert stored(tmp_path) == []


def test_indexes_have_a_bound_of_their_own(tmp_path: Path) -> None:
    manifest = kept(tmp_path, b"m" * 100)
    os.utime(manifest, (0, 0))
    cache = Cache(tmp_path, bound=200, layer_bound=1000)
    for number in range(20):
        cache.put("layer", digest(bytes([number])), bytes(200))
    assert 0 < cache.usage()["layer"][1] <= 1000 + 1000 // 4
    assert manifest.exists()


def test_indexes_are_not_held_in_memory() -> None:
    cache = Cache(None)
    cache.put("layer", LAYER, b"an index")
    assert cache.get("layer", LAYER) is None


def test_files_push_no_manifest_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest read again counts as a pull again."""
    monkeypatch.setattr(caches, "_MEMORY_BOUND", 1000)
    cache = Cache(None)
    cache.put("manifest", digest(b"m" * 900), b"m" * 900)
    for number in range(10):
        data = b"%d" % number * 300
        cache.put("file", digest(data), data)
    assert cache.get("manifest", digest(b"m" * 900)) is not None
    assert cache.get("file", digest(b"0" * 300)) is None
    assert cache.get("file", digest(b"9" * 300)) is not None


def test_files_of_images_are_never_on_disk(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("file", digest(b"a secret"), b"a secret")
    assert cache.get("file", digest(b"a secret")) == b"a secret"
    assert stored(tmp_path) == []
    cache.clear()
    assert cache.get("file", digest(b"a secret")) is None
