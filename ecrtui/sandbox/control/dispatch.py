"""From an HTTP request on the control endpoint to an operation, and back."""

from __future__ import annotations

from typing import Any

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.control.account import account
from ecrtui.sandbox.control.ecr import ecr
from ecrtui.sandbox.control.ecr_public import ecr_public
from ecrtui.sandbox.control.identity import Scope, authenticate, authorize, scope_of
from ecrtui.sandbox.control.protocols import Json, Query, RestJson, Wire
from ecrtui.sandbox.control.service import Call, Service
from ecrtui.sandbox.control.sts import sts
from ecrtui.sandbox.control.validate import parse
from ecrtui.sandbox.faults import Faults, Occasion
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

SERVICES: dict[str, tuple[Service, Wire]] = {
    "ecr": (ecr, Json()),
    "ecr-public": (ecr_public, Json()),
    "sts": (sts, Query()),
    "account": (account, RestJson()),
}
"""By the service name of the credential scope."""


class Control:
    """Answers every request on the control endpoint from one world, faults first."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults

    def handle(self, request: Request) -> Response:
        """The response to any request; what cannot be understood is refused in JSON's form."""
        wire: Wire = Json()
        try:
            scope = scope_of(request)
            if scope.service not in SERVICES:
                raise _not_imitated(scope.service)
            service, wire = SERVICES[scope.service]
            return self._serve(service, wire, scope, request)
        except Refusal as refusal:
            return wire.refuse(refusal)

    def _serve(self, service: Service, wire: Wire, scope: Scope, request: Request) -> Response:
        name, document = wire.read(service, request)
        action = f"{service.action_prefix}:{name}"
        key = self.world.keys.get(scope.key_id)
        occasion = Occasion(
            service=scope.service,
            operation=name,
            path=request.path,
            account=key.account if key else "",
            region=scope.region,
            principal=key.arn if key else "",
            action=action,
        )
        damage = self.faults.before(occasion)
        response = self._run(service, wire, scope, request, name, document)
        return damage(response)

    def _run(
        self,
        service: Service,
        wire: Wire,
        scope: Scope,
        request: Request,
        name: str,
        document: Any,
    ) -> Response:
        key = authenticate(self.world, request, scope)
        function = service.operations.get(name)
        if function is None:
            raise _not_imitated(f"{service.model_name}:{name}")
        authorize(key, f"{service.action_prefix}:{name}", _resource(key, scope, document))
        operation = service.model.operation_model(name)
        params = parse(operation.input_shape, document) if operation.input_shape else {}
        with self.world.lock:
            self.world.settle()
            answer = function(Call(self.world, key, scope.region, params))
        return wire.answer(operation, answer)


def _resource(key: AccessKey, scope: Scope, document: Any) -> str:
    """The ARN IAM names in a denial: the repository's where the call has one."""
    name = document.get("repositoryName") if isinstance(document, dict) else None
    if scope.service != "ecr" or not isinstance(name, str):
        return "*"
    owner = document.get("registryId", key.account)
    return f"arn:aws:ecr:{scope.region}:{owner}:repository/{name}"


def _not_imitated(what: str) -> Refusal:
    return Refusal("UnknownOperationException", f"The sandbox does not imitate {what}")
