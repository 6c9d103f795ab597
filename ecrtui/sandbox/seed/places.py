"""Accounts, regions and who has what where."""

from __future__ import annotations

PROD, DEV, DATA = "111122223333", "444455556666", "777788889999"
MAIN, REPLICA = "eu-west-1", "us-east-1"
OPTED_IN = ("eu-south-1", "me-central-1")
REPLICATED = (
    "shop/api",
    "shop/auth",
    "shop/catalog",
    "shop/checkout",
    "shop/gateway",
    "shop/orders",
    "shop/payments",
    "shop/search",
    "shop/users",
    "shop/web",
    "platform/envoy",
    "platform/otel-collector",
)
# Registries with a few repositories or none at all.
SMALL: list[tuple[str, str, tuple[str, ...]]] = [
    (PROD, "eu-central-1", ("data/airflow", "data/dbt", "data/etl", "data/spark")),
    (PROD, "eu-south-1", ("shop/web", "shop/gateway")),
    (PROD, "ap-southeast-2", ()),
    (DEV, "us-east-1", ("platform/runner", "platform/buildkit")),
    (DEV, "eu-central-1", ()),
    (DATA, "eu-west-1", ("data/dbt", "data/etl", "data/feature-store", "data/kafka-connect")),
]
_TEAMS = {"shop": "storefront", "platform": "foundation", "data": "insight"}


def resource_tags(name: str) -> dict[str, str]:
    """The AWS resource tags of a repository, by who owns it."""
    team = _TEAMS.get(name.partition("/")[0], "storefront")
    return {"team": team, "env": "prod", "cost-center": f"CC-{1000 + len(team) * 37}"}
