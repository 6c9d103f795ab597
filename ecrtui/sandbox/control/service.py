"""A service: botocore's model of it, and the operations the sandbox imitates."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.registry import PublicRegistry, Registry, Repository
from ecrtui.sandbox.workloads.state import Workloads
from ecrtui.sandbox.world import World

if TYPE_CHECKING:
    from botocore.model import ServiceModel

Document = dict[str, Any]
AnyShape = Any
"""A botocore shape of any kind: which members it has depends on its type_name."""


@dataclass
class Call:
    """One signed, valid request for an operation: who calls, where, with which parameters."""

    world: World
    key: AccessKey
    region: str
    params: Document

    @property
    def registry(self) -> Registry:
        """The registry meant: `registryId`'s, or the caller's own, in the request's region."""
        account = self.params.get("registryId", self.key.account)
        if account not in self.world.accounts:
            # Assumed: ECR says no more of a stranger's registry than that a thing is not there.
            return Registry(account, self.region, lambda _place: "")
        return self.world.registry(account, self.region)

    @property
    def repository(self) -> Repository:
        """The repository `repositoryName` names; refuses when there is none."""
        return self.registry.get(self.params["repositoryName"])

    @property
    def public(self) -> PublicRegistry:
        """The caller's (or `registryId`'s) part of ECR Public; every account has one."""
        account = self.params.get("registryId", self.key.account)
        if account not in self.world.accounts:
            return PublicRegistry(account, "")
        return self.world.public.open(account, f"a{account[-8:]}")

    @property
    def workloads(self) -> Workloads:
        """What runs images for the caller in the request's region."""
        return self.world.workloads(self.key.account, self.region)

    @property
    def now(self) -> float:
        """The world's present, in epoch seconds."""
        return self.world.clock.now()


Answer = Document | bytes
"""An output document, or one already serialised."""
Operation = Callable[[Call], Answer]
AnOperation = TypeVar("AnOperation", bound=Operation)


class Service:
    """The operations imitated of one service, by name, and its model.

    `model_name` is botocore's folder (`ecr-public`), `action_prefix` IAM's word for the service.
    """

    def __init__(self, model_name: str, *, action_prefix: str = "") -> None:
        self.model_name = model_name
        self.action_prefix = action_prefix or model_name
        self.operations: dict[str, Operation] = {}

    def operation(self, name: str) -> Callable[[AnOperation], AnOperation]:
        """Register a function as what answers the operation of this name."""

        def register(function: AnOperation) -> AnOperation:
            self.operations[name] = function
            return function

        return register

    @cached_property
    def model(self) -> ServiceModel:
        """The service model of the botocore that is installed, read straight from its file.

        Without a botocore session, whose loaders cost a start more than everything else here.
        """
        from botocore.model import ServiceModel

        folder = files("botocore") / "data" / self.model_name
        version = max(child.name for child in folder.iterdir() if child.name[0].isdigit())
        packed = (folder / version / "service-2.json.gz").read_bytes()
        return ServiceModel(json.loads(gzip.decompress(packed)), self.model_name)
