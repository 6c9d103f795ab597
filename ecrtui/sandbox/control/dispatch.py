"""From an HTTP request on the control endpoint to an operation, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control import authorizing, machines, verification
from ecrtui.sandbox.control.account import account
from ecrtui.sandbox.control.app_runner import app_runner
from ecrtui.sandbox.control.beanstalk import beanstalk
from ecrtui.sandbox.control.cloudtrail import cloudtrail
from ecrtui.sandbox.control.codebuild import codebuild
from ecrtui.sandbox.control.ecr import ecr
from ecrtui.sandbox.control.ecr_public_changes import ecr_public
from ecrtui.sandbox.control.ecs import ecs
from ecrtui.sandbox.control.eks import eks
from ecrtui.sandbox.control.iam import iam
from ecrtui.sandbox.control.identity import (
    ANYONE,
    Scope,
    authenticate,
    authorize,
    scope_of,
    unsigned,
)
from ecrtui.sandbox.control.inspector import inspector
from ecrtui.sandbox.control.kms import kms
from ecrtui.sandbox.control.lambda_functions import functions
from ecrtui.sandbox.control.protocols import Json, Query, Wire
from ecrtui.sandbox.control.rest import S3, Inspector, Lambda, OAuth, Portal, RestJson, SignIn
from ecrtui.sandbox.control.s3 import s3
from ecrtui.sandbox.control.service import Call, Service
from ecrtui.sandbox.control.service_quotas import service_quotas
from ecrtui.sandbox.control.signin import signin
from ecrtui.sandbox.control.sso import sso
from ecrtui.sandbox.control.sso_oidc import sso_oidc
from ecrtui.sandbox.control.sts import sts
from ecrtui.sandbox.control.validate import parse
from ecrtui.sandbox.faults import Faults, Occasion
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

SERVICES: dict[str, tuple[Service, Wire]] = {
    "ecr": (ecr, Json()),
    "ecr-public": (ecr_public, Json()),
    "ecs": (ecs, Json()),
    "eks": (eks, RestJson()),
    "lambda": (functions, Lambda()),
    "inspector2": (inspector, Inspector()),
    "apprunner": (app_runner, Json()),
    "codebuild": (codebuild, Json()),
    "elasticbeanstalk": (beanstalk, Query()),
    "s3": (s3, S3()),
    "sts": (sts, Query()),
    "account": (account, RestJson()),
    "cloudtrail": (cloudtrail, Json()),
    "iam": (iam, Query()),
    "kms": (kms, Json()),
    "signin": (signin, SignIn()),
    "servicequotas": (service_quotas, Json()),
    "sso": (sso, Portal()),
    "sso-oidc": (sso_oidc, OAuth()),
}
"""By the service name of the credential scope."""


@dataclass(frozen=True)
class Ask:
    """A request as its protocol reads it: which service and operation, with what."""

    service: Service
    scope: Scope
    operation: str
    document: Any

    @property
    def action(self) -> str:
        """IAM's name for it: `ecr:DescribeImages`."""
        return f"{self.service.action_prefix}:{self.operation}"


class Control:
    """Answers every request on the control endpoint from one world, faults first."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults

    def handle(self, request: Request) -> Response:
        """The response to any request; what cannot be understood is refused in JSON's form."""
        wire: Wire = Json()
        try:
            page = _page(request.path)
            if page is not None:
                service_name, answer = page
                occasion = Occasion(service_name, request.method, request.path)
                return self.faults.before(occasion)(answer(self.world, request))
            scope = scope_of(request)
            body = request.whole() if self.world.checks_signatures else b""
            if scope.service not in SERVICES:
                raise _not_imitated(scope.service)
            service, wire = SERVICES[scope.service]
            ask = Ask(service, scope, *wire.read(service, request))
            self.world.changes.asked(scope.service, ask.operation)
            damage = self.faults.before(self._occasion(ask, request))
            return damage(self._run(ask, wire, request, body))
        except Refusal as refusal:
            return wire.refuse(refusal)

    def _occasion(self, ask: Ask, request: Request) -> Occasion:
        key = self.world.keys.get(ask.scope.key_id)
        return Occasion(
            service=ask.scope.service,
            operation=ask.operation,
            path=request.path,
            account=key.account if key else "",
            region=ask.scope.region,
            principal=key.arn if key else "",
            action=ask.action,
        )

    def _run(self, ask: Ask, wire: Wire, request: Request, body: bytes) -> Response:
        key = authenticate(self.world, request, ask.scope, body)
        function = ask.service.operations.get(ask.operation)
        if function is None:
            raise _not_imitated(f"{ask.service.model_name}:{ask.operation}")
        operation = ask.service.model.operation_model(ask.operation)
        if key is ANYONE and operation.auth_type != "none":
            raise unsigned()
        authorize(self.world, key, ask.action, _resource(key, ask.scope, ask.document))
        shape = operation.input_shape
        params = {} if shape is None else parse(shape, ask.document)
        # Answers hold parts of the world: they are written before it may change again.
        with self.world.lock:
            self.world.settle()
            answer = function(Call(self.world, key, ask.scope.region, params))
            return wire.answer(operation, answer)


def _page(path: str) -> tuple[str, Callable[[World, Request], Response]] | None:
    """What answers a path that is no service's, and its name in fault rules."""
    if path == verification.PATH:
        return "verification", verification.answer
    if path in (authorizing.PORTAL, authorizing.CONSOLE):
        return "verification", authorizing.answer
    if path == authorizing.CONFIRMATION:
        return "verification", authorizing.confirmation
    if path == machines.CONTAINER:
        return "container", machines.container
    if path.startswith(machines.INSTANCE):
        return "instance", machines.instance
    return None


def _resource(key: AccessKey, scope: Scope, document: Any) -> str:
    """The ARN IAM names in a denial: the repository's where the call has one."""
    name = document.get("repositoryName") if isinstance(document, dict) else None
    if scope.service != "ecr" or not isinstance(name, str):
        return "*"
    owner = document.get("registryId", key.account)
    return f"arn:aws:ecr:{scope.region}:{owner}:repository/{name}"


def _not_imitated(what: str) -> Refusal:
    return Refusal("UnknownOperationException", f"The sandbox does not imitate {what}")
