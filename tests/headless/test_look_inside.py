"""`layers`, `files` and `diff` over images with real layers, and what they fetch."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob
from tests import worlds
from tests.headless.program import answer, ecrtui
from tests.oci.layers.test_inside import PROGRAM, jar, pom
from tests.tui.pictures import Step, add_built

STATUS = "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n"


def tar(
    files: dict[str, bytes | str], *, modes: dict[str, int] | None = None, mtime: int = 0
) -> bytes:
    """A layer: bytes are a file, a text is a symlink's target, b'' under `.wh.` a whiteout."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.mode, entry.mtime = (modes or {}).get(path, 0o644), mtime
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                archive.addfile(entry)
            else:
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


BASE = tar(
    {
        "etc/os-release": b'PRETTY_NAME="Some Linux 1"\n',
        "var/lib/dpkg/status": STATUS.format(name="zlib", version="1.2-1").encode(),
        "srv/big": bytes(range(256)) * 4096,
        "srv/cache/one": b"1" * 5000,
    }
)
ONE = tar({"srv/app": b"first", "srv/current": "app", "srv/old": b"the same contents"})
OTHER = tar(
    {
        "srv/app": b"second, longer",
        "srv/current": "other",
        "srv/new": b"the same contents",
        "srv/cache/.wh.one": b"",
        "var/lib/dpkg/status": STATUS.format(name="zlib", version="1.2-2").encode(),
    },
    modes={"srv/app": 0o4755},
)


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """team/app: v1 and v2 share their base."""
    made = worlds.add_repository(sandbox.world, "team/app")
    for tag, top, settings in (
        ("v1", ONE, {"Env": ["MODE=calm", "DB_PASSWORD=first"], "User": "app"}),
        ("v2", OTHER, {"Env": ["MODE=brisk", "DB_PASSWORD=second"], "User": "app"}),
    ):
        steps = (Step("FROM base", BASE), Step(f"COPY {tag} /srv", top))
        add_built(made, tags=[tag], settings=settings, steps=steps)
    return made


def compared(home: Path, *arguments: str) -> Any:
    return answer("diff", "team/app:v1", "team/app:v2", *arguments, home=home)


def test_a_diff_tells_what_changed(repository: Repository, tmp_path: Path) -> None:
    found = compared(tmp_path)
    files = {row["path"]: row for row in found["files"]}
    assert {path: row["change"] for path, row in files.items()} == {
        "/srv/app": "modified",
        "/srv/current": "modified",
        "/srv/old": "removed",
        "/srv/new": "added",
        "/srv/cache/one": "removed",
        "/var/lib/dpkg/status": "modified",
    }
    assert files["/srv/app"]["differs"] == ["content", "size", "mode"]
    assert files["/srv/app"]["to"]["mode"] == "4755"
    assert files["/srv/current"]["differs"] == ["linkname"]
    assert found["renames"] == [{"from": "/srv/old", "to": "/srv/new"}]
    assert found["packages"] == [
        {
            "ecosystem": "deb",
            "name": "zlib",
            "from": "1.2-1",
            "to": "1.2-2",
            "change": "upgrade",
            "source": "files",
        }
    ]
    assert [row["field"] for row in found["config"]] == ["env.MODE", "env.DB_PASSWORD"]
    assert [row["change"] for row in found["layers"]] == ["same", "removed", "added"]
    assert "setuid" in {bite["kind"] for bite in found["bites"]}
    assert found["findings"] is None
    assert set(found) == documented()


def documented() -> set[str]:
    page = (Path(__file__).parents[2] / "docs/json.md").read_text(encoding="utf-8")
    _, _, told = page.partition("\n## diff\n")
    return set(json.loads(told.split("```")[1].removeprefix("json")))


def test_each_layer_is_fetched_once_and_kept(repository: Repository, tmp_path: Path) -> None:
    first = compared(tmp_path)["fetched"]
    images = [image for tag in ("v1", "v2") if (image := repository.images.by_tag(tag))]
    blobs = {digest for image in images for digest in image.layers}
    manifests = [len(image.read_manifest()) for image in images]
    assert first == {
        "bytes": sum(repository.blobs[digest].size for digest in blobs) + sum(manifests),
        "requests": len(blobs) + len(manifests),
    }
    assert compared(tmp_path)["fetched"] == {"bytes": 0, "requests": 0}
    again = compared(tmp_path, "--no-cache")["fetched"]
    assert again == first


def test_a_shared_layer_is_read_only_when_it_matters(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    for tag, content in (("a", b"one"), ("b", b"other")):
        steps = (Step("FROM base", BASE), Step("COPY", tar({"srv/big": content})))
        add_built(repository, tags=[tag], steps=steps)
    found = answer("diff", "team/app:a", "team/app:b", home=tmp_path)
    assert [row["path"] for row in found["files"]] == ["/srv/big"]
    assert found["fetched"]["bytes"] < len(BASE)
    assert found["unsure"] is None


def test_packages_of_java_and_go_are_compared(repository: Repository, tmp_path: Path) -> None:
    for tag, java, go in (("j1", "1.9", b"v1.2.3"), ("j2", "1.10", b"v1.2.4")):
        inner = jar(pom("org.one", "one", java))
        program = PROGRAM.replace(b"v1.2.3", go)
        files: dict[str, bytes | str] = {
            "srv/app.jar": jar(("BOOT-INF/lib/one.jar", inner), pom("org.app", "app", "3")),
            "srv/broken.jar": b"no zip",
            "srv/app": program,
        }
        layer = tar(files, modes={"srv/app": 0o755})
        add_built(repository, tags=[tag], steps=(Step("COPY", layer),))
    done = ecrtui("diff", "team/app:j1", "team/app:j2", "--json", home=tmp_path)
    changes = [tuple(row.values()) for row in json.loads(done.stdout)["packages"]]
    assert changes == [
        ("go", "example.org/one", "v1.2.3", "v1.2.4", "upgrade", "files"),
        ("maven", "org.one:one", "1.9", "1.10", "upgrade", "files"),
    ]
    assert done.stderr.count("/srv/broken.jar was not read: it is no zip archive") == 1


def test_levels_globs_and_exit_codes(repository: Repository, tmp_path: Path) -> None:
    config = compared(tmp_path, "--level", "config")
    assert (config["files"], config["layers"]) == (None, [])
    assert compared(tmp_path, "--level", "layers")["files"] is None
    some = compared(tmp_path, "--path", "/srv/n*")
    assert [row["path"] for row in some["files"]] == ["/srv/new"]
    pair = ("diff", "team/app:v1", "team/app:v2")
    assert ecrtui(*pair, home=tmp_path).returncode == 0
    assert ecrtui(*pair, "--exit-code", home=tmp_path).returncode == 1
    same = ecrtui("diff", "team/app:v1", "team/app:v1", "--exit-code", home=tmp_path)
    assert same.returncode == 0, same.stdout


@pytest.mark.parametrize("form", ["--plain", "--json", "--markdown"])
def test_that_nothing_differs_is_said(repository: Repository, tmp_path: Path, form: str) -> None:
    def said(before: str, after: str, *options: str) -> str:
        done = ecrtui("diff", before, after, form, *options, home=tmp_path)
        return done.stdout if form == "--markdown" else done.stderr

    steps = (Step("FROM base", BASE), Step("COPY v1 /srv", ONE), Step("RUN true", tar({})))
    settings = {"Env": ["MODE=calm", "DB_PASSWORD=first"], "User": "app"}
    add_built(repository, tags=["again"], settings=settings, steps=steps)
    one, again, other = "team/app:v1", "team/app:again", "team/app:v2"
    assert "One image" in said(one, one)
    assert "Nothing differs that a container would see" in said(one, again)
    assert "Nothing differs in config" in said(one, again, "--level", "config")
    changed = said(one, other)
    assert "One image" not in changed
    assert "Nothing differs" not in changed


def test_a_person_is_told_how_many_more_files_match(repository: Repository, tmp_path: Path) -> None:
    many = {f"srv/many/{number:03}": b"1" for number in range(60)}
    steps = (Step("FROM base", BASE), Step("COPY", tar({**many, "srv/other": b"1"})))
    add_built(repository, tags=["many"], steps=steps)
    shown = ("--markdown", "--path", "/srv/many/*")
    told = ecrtui("diff", "team/app:v1", "team/app:many", *shown, home=tmp_path).stdout
    assert "20 more" in told


def test_lines_hide_what_looks_secret_and_markdown_is_escaped(
    repository: Repository, tmp_path: Path
) -> None:
    for arguments in ((), ("--markdown",)):
        done = ecrtui("diff", "team/app:v1", "team/app:v2", *arguments, home=tmp_path)
        assert "zlib" in done.stdout
        assert "calm → brisk" in done.stdout
        assert "first" not in done.stdout.replace("COPY", "")
    add_built(repository, tags=["v3"], steps=(Step("<b>`x`</b>", tar({"srv/<i>`y`": b"1"})),))
    told = ecrtui("diff", "team/app:v1", "team/app:v3", "--markdown", home=tmp_path).stdout
    assert "<b>" not in told
    assert "/srv/<i>'y'`" in told  # inside code, where it means nothing


def test_files_are_what_a_container_sees(repository: Repository, tmp_path: Path) -> None:
    rows = {row["path"]: row for row in answer("files", "team/app:v2", home=tmp_path)}
    assert "/srv/cache/one" not in rows
    assert rows["/srv/app"]["mode"] == "4755"
    assert rows["/srv/app"]["layer"] == 2
    assert rows["/srv/current"]["linkname"] == "other"
    assert rows["/srv/cache"]["type"] == "directory"
    assert rows["/srv/big"]["sha256"] == worlds.digest_of(bytes(range(256)) * 4096)[7:]
    etc = answer("files", "team/app:v2", "--path", "/etc/*", home=tmp_path)
    assert [row["path"] for row in etc] == ["/etc/os-release"]
    none = ecrtui("files", "team/app:v2", "--path", "/nope/*", "--json", home=tmp_path)
    assert (none.returncode, json.loads(none.stdout)) == (0, [])
    assert "no path of the image matches /nope/*" in none.stderr


@pytest.mark.parametrize("command", [["files", "team/app:v2"], ["diff", "team/app", "team/app"]])
def test_a_glob_that_no_path_can_match_is_refused(command: list[str], tmp_path: Path) -> None:
    done = ecrtui(*command, "--path", "etc/*", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "paths begin with /: write '/etc/*' or '*/etc/*'" in done.stderr


def test_layers_and_their_gates(repository: Repository, tmp_path: Path) -> None:
    found = answer("layers", "team/app:v2", home=tmp_path)
    assert [row["index"] for row in found["layers"]] == [1, 2]
    assert [row["uncompressedSize"] for row in found["layers"]] == [len(BASE), len(OTHER)]
    assert found["layers"][0]["wastedBytes"] > 5000
    paths = {row["path"] for row in found["wasted"]}
    assert "/var/lib/dpkg/status" in paths
    assert 0 < found["efficiency"] < 1
    gates = {"--max-wasted=1B": 1, "--max-wasted=1GB": 0, "--min-efficiency=1": 1}
    for gate, code in gates.items():
        assert ecrtui("layers", "team/app:v2", gate, home=tmp_path).returncode == code
    for share in ("95%", "95", "nan"):
        done = ecrtui("layers", "team/app:v2", "--min-efficiency", share, home=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{share} does not lie between 0 and 1" in done.stderr


def test_wrong_bytes_and_what_is_no_image(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    worlds.add_image(repository, tags={"text"}, content=b"this is no tar at all")
    done = ecrtui("files", "team/app:text", home=tmp_path)
    assert done.returncode == 5
    assert done.stdout == ""
    assert "cannot be read" in done.stderr
    worlds.add_image(repository, tags={"sbom"}, artifactType="application/spdx+json")
    done = ecrtui("files", "team/app:sbom", home=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "There are no files in it" in done.stderr
    image = repository.images.by_tag("v1")
    assert image is not None
    blob = repository.blobs[image.layers[-1]]
    repository.blobs[blob.digest] = Blob(blob.digest, blob.size, blob.media_type, bytes(blob.size))
    assert ecrtui("files", "team/app:v1", home=tmp_path).returncode == 5


@pytest.mark.parametrize(
    ("level", "options", "fix"),
    [
        ("config", ["--deep"], "--level files"),
        ("config", ["--path", "/etc/*"], "--level files"),
        ("layers", ["--mtime"], "--level files"),
        ("layers", ["--whole"], "--level files"),
        ("files", ["--show-secrets"], "--level contents"),
    ],
)
def test_an_option_that_says_nothing_is_refused(
    level: str, options: list[str], fix: str, tmp_path: Path
) -> None:
    done = ecrtui("diff", "app:v1", "app:v2", "--level", level, *options, home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--level {level} and {options[0]}" in done.stderr
    assert fix in done.stderr
