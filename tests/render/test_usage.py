"""What uses images, in words."""

from __future__ import annotations

from ecrtui.model.usage import Unknown, Usage
from ecrtui.render.usage import looked_text, merged, unknown_text

ACCOUNT = "111122223333"


def lost(what: str, region: str, *, denied: bool = True, hint: str = "ask") -> Unknown:
    why = f"Not allowed: {what} in {region}"
    return Unknown(what=what, account=ACCOUNT, region=region, why=why, denied=denied, hint=hint)


def test_what_one_policy_closes_is_told_once() -> None:
    regions = ("eu-1", "eu-2", "us-1")
    closed = [lost(what, region) for region in regions for what in ("ECS", "Lambda")]
    other = lost("EKS cluster k8s", "eu-1", denied=False, hint="look")
    alone = lost("ECS", "ap-1")
    found = merged([*closed, other, alone])
    assert [unknown_text(one) for one in found] == [
        f"ECS, Lambda in {ACCOUNT} 3 regions: Not allowed: ECS in eu-1",
        f"EKS cluster k8s in {ACCOUNT} eu-1: Not allowed: EKS cluster k8s in eu-1",
        f"ECS in {ACCOUNT} ap-1: Not allowed: ECS in ap-1",
    ]


def test_where_it_was_looked_is_one_line() -> None:
    looked = tuple(f"{what} in {ACCOUNT} {region}" for what in ("ECS", "EKS") for region in "ab")
    assert looked_text(Usage(looked=looked)) == f"ECS, EKS in 2 regions of {ACCOUNT}"
    more = (*looked, "Kubernetes in k8s")
    assert looked_text(Usage(looked=more)).endswith(" and Kubernetes in k8s")
    assert looked_text(Usage()) == "nothing"
