"""A sandbox running: the control endpoint, a port for each registry, one world under them."""

from __future__ import annotations

import json
from types import TracebackType

from ecrtui.sandbox.control import machines, verification
from ecrtui.sandbox.control.dispatch import Control
from ecrtui.sandbox.environment import Environment
from ecrtui.sandbox.faults import Faults, Occasion
from ecrtui.sandbox.http import Handle, Listener
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import Place, World

# The registry API's names for the refusals that fault rules bring about.
_OCI_ERRORS = {
    "ThrottlingException": (429, "TOOMANYREQUESTS"),
    "AccessDeniedException": (403, "DENIED"),
    "ExpiredTokenException": (403, "DENIED"),
    "UnknownOperationException": (405, "UNSUPPORTED"),
}


class Sandbox:
    """Serves a world on loopback from `start` (or `with`) until `stop`; usable in a test.

    `endpoint` is the control plane's URL, `env` the environment for clients, `faults` the knobs;
    `latency` seconds pass before every answer.
    """

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
        latency: float = 0.0,
    ) -> None:
        self.world = world
        self.faults = faults or Faults()
        self._host = host
        self._port = port
        self._latency = latency
        self._listeners: dict[int, Listener] = {}

    def start(self) -> Sandbox:
        """Open the control endpoint; registries' ports open when first named."""
        control = Control(self.world, self.faults)
        self._control = Listener(self._host, self._port, self._late(control.handle))
        self.world.open_port = self._open
        self.world.place_at = self._place
        self.world.portal.address = f"{self.endpoint}{verification.PATH}"
        self._environment = Environment(self.world, self.endpoint)
        return self

    def stop(self) -> None:
        """Close every port, end every connection, remove the configuration."""
        self.world.open_port = None
        self.world.place_at = lambda _host: None
        self.faults.stopping.set()
        with self.world.lock:
            listeners = [self._control, *self._listeners.values()]
        for listener in listeners:
            listener.stop()
        self._environment.close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """The URL of the control plane, for every service."""
        return f"http://{self._control.netloc}"

    @property
    def env(self) -> dict[str, str]:
        """Environment variables with which SDKs and the aws CLI use this sandbox."""
        return self._environment.variables

    @property
    def container_env(self) -> dict[str, str]:
        """What a container's environment has beside: where `world.machine`'s keys are had."""
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.endpoint}{machines.CONTAINER}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self.world.machine.container_token,
        }

    @property
    def instance_env(self) -> dict[str, str]:
        """What leads SDKs to the metadata service of `world.machine`."""
        return {
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{self.endpoint}/",
            "AWS_EC2_METADATA_DISABLED": "false",
        }

    def announcement(self) -> str:
        """The one JSON line that says where everything is."""
        registries = [
            {"account": registry.account, "region": registry.region, "host": registry.host}
            for registry in list(self.world.registries.values())
        ]
        return json.dumps(
            {
                "endpoint": self.endpoint,
                "registries": registries,
                "clock": self.world.clock.iso,
                "env": self.env,
            }
        )

    def _open(self, place: Place) -> str:
        with self.world.lock:
            listener = self._listeners.get(id(place))
            if listener is None:
                handle = self._late(_Data(self.world, self.faults, place).handle)
                listener = self._listeners[id(place)] = Listener(self._host, 0, handle)
            return listener.netloc

    def _place(self, host: str) -> Place | None:
        """The place whose port was opened at a host."""
        with self.world.lock:
            places: list[Place] = [*self.world.registries.values(), self.world.public]
            for place in places:
                listener = self._listeners.get(id(place))
                if listener is not None and listener.netloc == host:
                    return place
        return None

    def _late(self, handle: Handle) -> Handle:
        def late(request: Request) -> Response:
            self.faults.stopping.wait(self._latency)
            return handle(request)

        return late if self._latency else handle


class _Data:
    """The registry API of one place, faults first."""

    def __init__(self, world: World, faults: Faults, place: Place) -> None:
        self._world = world
        self._faults = faults
        self._place = place

    def handle(self, request: Request) -> Response:
        occasion = Occasion(
            service="registry",
            operation=request.method,
            path=request.path,
            account=self._place.account,
            region=self._place.region,
            principal="the registry's client",
            action=f"registry:{request.method}",
        )
        self._world.changes.sent(request.method)
        # Loaded with the first request: half of all sandboxes never see one.
        from ecrtui.sandbox.distribution.api import handle_registry

        try:
            damage = self._faults.before(occasion, request)
            with self._world.lock:
                self._world.settle()
            return damage(handle_registry(self._world, self._place, request))
        except Refusal as refusal:
            return _oci_error(refusal)


def _oci_error(refusal: Refusal) -> Response:
    status, code = _OCI_ERRORS.get(refusal.code, (refusal.status, "UNKNOWN"))
    body = json.dumps({"errors": [{"code": code, "message": refusal.message}]}).encode()
    return Response(status, {"Content-Type": "application/json"}, body)
