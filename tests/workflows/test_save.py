"""A text saved where a person says, and never somewhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.errors import EcrtuiError
from ecrtui.workflows.save import Exists, save


def test_a_text_is_replaced_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "told.md"
    assert save(str(path), "one") == path
    with pytest.raises(Exists):
        save(str(path), "two")
    assert path.read_text(encoding="utf-8") == "one"
    save(str(path), "two", replace=True)
    assert path.read_text(encoding="utf-8") == "two"


@pytest.mark.parametrize("name", ["", "new/", "nowhere/told.md"])
def test_what_names_no_file_in_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EcrtuiError, match="cannot be saved"):
        save(f"{tmp_path}/{name}", "one")
    assert list(tmp_path.iterdir()) == []
