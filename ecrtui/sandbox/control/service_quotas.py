"""Service Quotas: what accounts may have of ECR, by default and where it was changed."""

from __future__ import annotations

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal

service_quotas = Service("service-quotas", action_prefix="servicequotas")

_DEFAULTS: dict[str, list[tuple[str, str, float, bool]]] = {
    "ecr": [
        ("L-CFEB8E8D", "Registered repositories", 100_000, True),
        ("L-03A36CE1", "Images per repository", 100_000, True),
        ("L-0F7B1C2A", "Pull through cache rules per registry", 50, False),
        ("L-1D8C3E4B", "Rules per replication configuration", 10, False),
        (
            "L-2E9D4F5C",
            "Unique destinations across all rules in a replication configuration",
            25,
            False,
        ),
        ("L-3FAE506D", "Filters per rule in a replication configuration", 100, False),
        ("L-40BF617E", "Tags per image", 1_000, False),
        ("L-51C0728F", "Rules per lifecycle policy", 50, False),
        ("L-62D18390", "Maximum layer size", 52_000, False),
    ],
    "ecr-public": [
        ("L-73E294A1", "Registered repositories", 100_000, True),
        ("L-84F3A5B2", "Images per repository", 100_000, True),
    ],
}
"""Codes of the first two are AWS's; all others are made up, and nothing goes by them."""


@service_quotas.operation("ListAWSDefaultServiceQuotas")
def list_aws_default_service_quotas(call: Call) -> Document:
    """The quotas of a service as accounts begin with them."""
    return _page(call, "defaults", [_told(call, *row) for row in _service(call)])


@service_quotas.operation("ListServiceQuotas")
def list_service_quotas(call: Call) -> Document:
    """The quotas that have a value of the account's own in this region."""
    rows = [
        _told(call, code, name, call.world.quotas[key], adjustable)
        for code, name, _, adjustable in _service(call)
        if (key := (call.key.account, call.region, name)) in call.world.quotas
    ]
    return _page(call, "applied", rows)


def _service(call: Call) -> list[tuple[str, str, float, bool]]:
    code = call.params["ServiceCode"]
    if code not in _DEFAULTS:
        raise Refusal("NoSuchResourceException", f"The service {code} does not exist")
    return _DEFAULTS[code]


def _told(call: Call, code: str, name: str, value: float, adjustable: bool) -> Document:
    service = call.params["ServiceCode"]
    return {
        "ServiceCode": service,
        "ServiceName": "Amazon Elastic Container Registry",
        "QuotaArn": f"arn:aws:servicequotas:{call.region}:{call.key.account}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": adjustable,
        "GlobalQuota": False,
    }


def _page(call: Call, about: str, rows: list[Document]) -> Document:
    call.params = {
        **call.params,
        "maxResults": call.params.get("MaxResults", 100),
        "nextToken": call.params.get("NextToken"),
    }
    found, more = page(call, f"{call.params['ServiceCode']}/{about}", rows)
    return {"Quotas": list(found)} | ({"NextToken": more["nextToken"]} if more else {})
