"""botocore's own files, decoded fast: the same content, the same search path, the same errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader
from botocore.session import Session

from ecrtui.aws import models

_FILES = ("endpoints", "partitions", "ecr/2015-09-21/service-2", "sts/2011-06-15/service-2")


@pytest.mark.parametrize("name", _FILES)
def test_content_is_what_botocore_reads(name: str) -> None:
    ours = models.loader(Session())
    theirs = Session().get_component("data_loader")
    assert type(theirs.file_loader) is JSONFileLoader
    assert ours.load_data(name) == theirs.load_data(name)


def test_models_of_the_persons_own_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text('{"metadata": {"protocol": "json"}}')
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    model = models.loader(Session()).load_service_model("own", "service-2")
    assert model == {"metadata": {"protocol": "json"}}


def test_what_botocore_takes_and_msgspec_does_not_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text('{"most": Infinity}')
    assert models.ModelFiles().load_file(str(tmp_path / "odd")) == {"most": float("inf")}


def test_no_file_is_none(tmp_path: Path) -> None:
    assert models.ModelFiles().load_file(str(tmp_path / "absent")) is None


def test_a_service_that_is_none_is_told_with_those_there_are() -> None:
    ours, theirs = models.loader(Session()), Session().get_component("data_loader")
    for type_name in ("service-2", "waiters-2", "nothing-1"):
        known = ours.list_available_services(type_name)
        assert list(known) == theirs.list_available_services(type_name)
        assert len(known) == len(list(known))
        assert ("ecr" in known) == ("ecr" in list(known))
    with pytest.raises(UnknownServiceError, match="ecr-public"):
        ours.load_service_model("escr", "service-2")
