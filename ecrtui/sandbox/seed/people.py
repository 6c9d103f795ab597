"""Who people are in the demo, and how they get in.

Two accounts are entered by keys that lie in a file, as one would rather not have it. The third is
reached by signing in: its portal confirms a code by itself, since nobody has to have a browser. One
role asks for an MFA code, from a device whose name tells which are right.
"""

from __future__ import annotations

from datetime import timedelta

from ecrtui.sandbox.seed import places, policies
from ecrtui.sandbox.seed.story import NOW
from ecrtui.sandbox.workloads.state import EXECUTION_ROLE
from ecrtui.sandbox.world import World

START_URL = "https://my-sso-portal.awsapps.com/start"
DEVICE = "any-code-but-000000"
_CONFIRMS_AFTER = 6.0
"""Seconds: time to see the code, the address and the picture of it."""


def add_people(world: World) -> None:
    """Accounts, users with their keys, roles, and the portal."""
    world.checks_signatures = True
    world.add_account(places.PROD, "shop-prod", places.OPTED_IN).alias = "example-shop-prod"
    development = world.add_account(places.DEV, "shop-dev")
    development.alias, development.guarded = "example-shop-dev", policies.GUARDED
    world.add_account(places.DATA, "shop-data")
    admin = world.add_key(places.PROD, "admin")
    viewer = world.add_key(places.PROD, "viewer", policies.VIEWER)
    developer = world.add_key(places.DEV, "admin")
    for key, days in ((admin, 611), (viewer, 34), (developer, 247)):
        key.created_at = (NOW - timedelta(days=days)).timestamp()
    world.add_role(places.PROD, "on-call", policies.ON_CALL)
    world.add_role(places.PROD, "break-glass", mfa=True)
    for account in (places.PROD, places.DEV):
        terms = ("ecs-tasks.amazonaws.com",)
        world.add_role(account, EXECUTION_ROLE, policies.EXECUTION, trusts=terms)
    world.add_mfa(admin, DEVICE).any_code = True
    world.console.key = admin
    _open_portal(world)


def _open_portal(world: World) -> None:
    portal = world.portal
    portal.confirms_after = _CONFIRMS_AFTER
    portal.open(START_URL, "robin@shop.example.com", session="shop", region=places.MAIN)
    analyst = (*policies.ON_CALL, "ecr-public:Describe*")
    portal.offer(START_URL, places.DATA, "Analyst", analyst)
    portal.offer(START_URL, places.DATA, "Administrator")
    portal.offer(START_URL, places.PROD, "Auditor", policies.VIEWER)
    portal.offer(START_URL, places.DEV, "Developer")
