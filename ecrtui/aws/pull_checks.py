"""What tells whether an image can be pulled: layers, a key's state, a principal's policies."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.aws.calls import Calls, required

_LAYERS = 100
"""layerDigests in one BatchCheckLayerAvailability (service model)."""
ALLOWED = "allowed"


def missing_layers(calls: Calls, repository: str, digests: Sequence[str]) -> list[str]:
    """Which of these layers the repository does not have."""
    missing: list[str] = []
    for start in range(0, len(digests), _LAYERS):
        answer = calls.call(
            "BatchCheckLayerAvailability",
            repositoryName=repository,
            layerDigests=list(digests[start : start + _LAYERS]),
        )
        missing += [
            str(row["layerDigest"])
            for row in answer.get("layers", ())
            if row.get("layerAvailability") != "AVAILABLE"
        ]
        missing += [str(row.get("layerDigest", "")) for row in answer.get("failures", ())]
    return missing


def key_state(calls: Calls, arn: str) -> str:
    """A KMS key's state: Enabled, Disabled, PendingDeletion ...; raises NotFound."""
    return str(required(calls.call("DescribeKey", KeyId=arn), "KeyMetadata", "KeyState"))


def decisions(calls: Calls, arn: str, actions: Sequence[str], resource: str) -> dict[str, str]:
    """What a role's or a user's own policies say of actions on a resource, as IAM simulates it:
    `allowed`, `implicitDeny`, `explicitDeny`. Raises NotFound for one that is not there."""
    answer = calls.call(
        "SimulatePrincipalPolicy",
        PolicySourceArn=arn,
        ActionNames=list(actions),
        ResourceArns=[resource],
    )
    rows = answer.get("EvaluationResults", ())
    return {str(row["EvalActionName"]): str(row["EvalDecision"]) for row in rows}
