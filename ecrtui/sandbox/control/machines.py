"""Where containers (ECS, EKS) and machines (EC2, IMDSv2) get keys without anybody signing in."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timezone

from ecrtui.sandbox.accounts import AccessKey, Role
from ecrtui.sandbox.machine import INSTANCE_ID, Machine
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

CONTAINER = "/container/credentials"
INSTANCE = "/latest/"
_ROLES = "meta-data/iam/security-credentials/"
_TTL = "X-aws-ec2-metadata-token-ttl-seconds"
_LONGEST = 21_600
"""Seconds a token of IMDSv2 may live (EC2 user guide)."""


def container(world: World, request: Request) -> Response:
    """The keys of the container's role, for whoever shows its token."""
    machine = world.machine
    if request.method != "GET":
        return _json(405, {"message": "only GET"})
    shown, wanted = request.header("Authorization"), machine.container_token
    if wanted and not hmac.compare_digest(shown.encode(), wanted.encode()):
        return _json(401, {"message": "the token is missing or wrong"})
    if machine.container is None:
        return _json(404, {"message": "no role for this container"})
    role = machine.container
    return _json(200, {"RoleArn": role.arn, **_keys(world, role, "container")})


def instance(world: World, request: Request) -> Response:
    """The metadata service of a machine: tokens, the role's keys, where the machine is."""
    machine, wanted = world.machine, request.path.removeprefix(INSTANCE)
    if wanted == "api/token":
        return _token(machine, request)
    if request.method not in ("GET", "HEAD"):
        return _text(405, "")
    if not machine.knows(request.header("X-aws-ec2-metadata-token")):
        return _text(401, "")
    role = machine.instance
    if role is not None and wanted in (_ROLES, _ROLES.rstrip("/")):
        return _text(200, role.name)
    if role is not None and wanted == _ROLES + role.name:
        keys = _keys(world, role, INSTANCE_ID)
        return _json(200, {"Code": "Success", "Type": "AWS-HMAC", **keys})
    places = {
        "meta-data/placement/region": machine.region,
        "meta-data/placement/availability-zone": machine.region + "a",
        "meta-data/placement/availability-zone/": machine.region + "a",
        "meta-data/instance-id": INSTANCE_ID,
    }
    return _text(200, places[wanted]) if wanted in places else _text(404, "")


def _token(machine: Machine, request: Request) -> Response:
    if request.method != "PUT":
        return _text(405, "")
    if request.header("X-Forwarded-For"):
        return _text(403, "")
    asked = request.header(_TTL)
    seconds = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 0
    if not 1 <= seconds <= _LONGEST:
        return _text(400, "")
    response = _text(200, machine.new_token(seconds))
    response.headers[_TTL] = str(seconds)
    return response


def _keys(world: World, role: Role, session: str) -> dict[str, str]:
    with world.lock:
        key: AccessKey = role.session(session, world.machine.key_seconds)
        world.keys[key.id] = key
    ends = datetime.fromtimestamp(key.expires or 0, tz=timezone.utc)
    return {
        "AccessKeyId": key.id,
        "SecretAccessKey": key.secret,
        "Token": key.token or "",
        "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _json(status: int, document: dict[str, str]) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(document).encode())


def _text(status: int, text: str) -> Response:
    return Response(status, {"Content-Type": "text/plain"}, text.encode())
