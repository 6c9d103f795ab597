"""Real clients of a sandbox whose every answer is held against the service model."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.config import Config
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from tests.worlds import REGION

ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=10)


def client(
    service: str, *, profile: str = "main", region: str = REGION, config: Config = ONCE
) -> Any:
    """A boto3 client that fails on an answer with keys or types the model does not have."""
    made = boto3.Session(profile_name=profile, region_name=region).client(service, config=config)
    if service not in ("sts", "iam", "s3", "elasticbeanstalk"):
        made.meta.events.register(f"before-parse.{service}", hold_against_model)
    return made


def hold_against_model(
    operation_model: OperationModel, response_dict: dict[str, Any], **_: Any
) -> None:
    if response_dict["status_code"] != 200:
        return
    if operation_model.output_shape is None:
        assert not response_dict["body"], operation_model.name
        return
    document = json.loads(response_dict["body"])
    payload = operation_model.output_shape.serialization.get("payload")
    document = {payload: document} if payload else document
    report = ParamValidator().validate(document, operation_model.output_shape)
    # Output shapes reuse input lists, whose least and greatest lengths bind requests alone.
    wrong = [
        line
        for line in report.generate_report().splitlines()
        if not line.startswith("Invalid length")
    ]
    assert not wrong, f"{operation_model.name}: {wrong}"


def code(error: Any) -> str:
    """The code of a botocore ClientError."""
    return str(error.response["Error"]["Code"])
