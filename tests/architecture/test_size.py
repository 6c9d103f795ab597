"""Small enough: the installed program, its files, its functions."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "ecrtui"
MOST_MEGABYTES = 105
MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 40
BLOCK = 4096
"""What a file system gives a file at least."""


def needed(name: str, found: dict[str, metadata.Distribution]) -> None:
    """A distribution and all that it needs here, without extras and development groups."""
    if name in found:
        return
    found[name] = metadata.distribution(name)
    for requirement in found[name].requires or []:
        if "extra ==" in requirement:
            continue
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert match is not None, requirement
        try:
            needed(match[0].lower().replace("_", "-"), found)
        except metadata.PackageNotFoundError:
            # A marker keeps it out on this system; pip check would say so otherwise.
            assert ";" in requirement, requirement


def on_disk(distribution: metadata.Distribution) -> int:
    """Bytes of all files of a distribution, in whole blocks as a disk keeps them."""
    paths = [Path(str(file.locate())) for file in distribution.files or []]
    return sum(-(-path.stat().st_size // BLOCK) * BLOCK for path in paths if path.exists())


def is_installed(path: Path) -> bool:
    """Whether pip leaves such a file: bytecode is that of one Python, however many ran here."""
    tag = str(sys.implementation.cache_tag)
    return path.is_file() and (path.suffix != ".pyc" or path.stem.endswith(tag))


def test_the_installed_program_stays_small() -> None:
    found: dict[str, metadata.Distribution] = {}
    needed("ecrtui", found)
    assert {"boto3", "botocore", "textual", "keyring", "docker"} <= found.keys()
    # ecrtui itself is installed by reference here, so its files are counted where they are.
    own = sum(path.stat().st_size for path in PACKAGE.rglob("*") if is_installed(path))
    total = own + sum(on_disk(each) for name, each in found.items() if name != "ecrtui")
    assert 50 < total / 1e6 < MOST_MEGABYTES


def too_long(path: Path) -> Iterator[str]:
    """The file and each of its functions that have grown too long."""
    name = path.relative_to(PACKAGE)
    text = path.read_text(encoding="utf-8")
    if len(text.splitlines()) > MOST_LINES:
        yield f"{name}: {len(text.splitlines())} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > MOST_LINES_OF_A_FUNCTION:
                yield f"{name}, {node.name}: {length} lines"


def test_files_and_functions_are_small() -> None:
    sources = sorted(PACKAGE.rglob("*.py"))
    assert len(sources) > 100
    assert [each for path in sources for each in too_long(path)] == []
