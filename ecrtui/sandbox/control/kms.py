"""KMS: the state of a key that a repository is encrypted by."""

from __future__ import annotations

from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal

kms = Service("kms")


@kms.operation("DescribeKey")
def describe_key(call: Call) -> Document:
    """A key, by its ARN alone: Enabled, unless the world says otherwise of it."""
    arn = call.params["KeyId"]
    parts = arn.split(":")
    if len(parts) != 6 or parts[2] != "kms":
        raise Refusal("NotFoundException", f"Invalid keyId '{arn}'")
    if parts[3] != call.region:
        raise Refusal("NotFoundException", f"Invalid arn {parts[3]}")
    state = call.world.kms_states.get(arn, "Enabled")
    if state == "":
        raise Refusal("NotFoundException", f"Key '{arn}' does not exist")
    return {
        "KeyMetadata": {
            "KeyId": parts[5].removeprefix("key/"),
            "Arn": arn,
            "AWSAccountId": parts[4],
            "Enabled": state == "Enabled",
            "KeyState": state,
            "KeyManager": "AWS" if parts[5].startswith("alias/aws/") else "CUSTOMER",
            "KeyUsage": "ENCRYPT_DECRYPT",
        }
    }
