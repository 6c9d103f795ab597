"""One page of a thousand DescribeImages rows, from the body to what the program goes on with."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

import botocore.session
from botocore.parsers import JSONParser

from bench.figures import Figure, against, interleaved, require
from bench.scale import Scale
from ecrtui.aws.calls import values
from ecrtui.aws.wire import PlainJSONParser
from ecrtui.model.image import Image

_ROWS = 1_000


def run(scale: Scale) -> list[Figure]:
    """Our parser and the model's rows beside botocore's own parser, which makes dicts."""
    model = botocore.session.Session().get_service_model("ecr")
    shape = model.operation_model("DescribeImages").output_shape
    response = {"body": _page(), "headers": {}, "status_code": 200}
    ours, theirs = PlainJSONParser(), JSONParser()

    def rows() -> Any:
        return values(ours.parse(response, shape)["imageDetails"], Image)

    def plain() -> Any:
        return theirs.parse(response, shape)["imageDetails"]

    for mine, its in zip(rows(), plain(), strict=True):
        same = mine.image_digest == its["imageDigest"] and list(mine.image_tags) == its["imageTags"]
        require(same and mine.image_pushed_at == its["imagePushedAt"].timestamp(), "rows differ")
    took = interleaved({"ours": _timed(rows), "botocore": _timed(plain)}, scale.rounds * 3)
    what = f"a page of {_ROWS:,} images decoded into rows"
    return [against(what, took["ours"], "botocore's parser", took["botocore"], most=0.1)]


def _timed(decode: Callable[[], Any]) -> Callable[[], float]:
    def timed() -> float:
        started = perf_counter()
        require(len(decode()) == _ROWS, "rows are lost")
        return perf_counter() - started

    return timed


def _page() -> bytes:
    return json.dumps({"imageDetails": [_row(number) for number in range(_ROWS)]}).encode()


def _row(number: int) -> dict[str, Any]:
    return {
        "registryId": "111122223333",
        "repositoryName": "bench/decode",
        "imageDigest": f"sha256:{number:064x}",
        "imageTags": [f"v1.{number}"],
        "imageSizeInBytes": 50_000_000 + number,
        "imagePushedAt": 1_700_000_000.0 + number,
        "lastRecordedPullTime": 1_700_500_000.0 + number,
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactMediaType": "application/vnd.oci.image.config.v1+json",
        "imageStatus": "ACTIVE",
    }
