"""What AWS's own files and botocore's say, without any profile's credentials."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError

from ecrtui.aws import chains, profiles
from ecrtui.aws.failures import translated
from ecrtui.model.kept import Kept
from ecrtui.model.places import Profile, ProfileKind
from ecrtui.model.signing_in import Link, SsoSession


class Files:
    """One botocore session that signs nothing, made when it is first needed. Safe for threads:
    its lock is the last that is taken, whatever else is held."""

    def __init__(
        self,
        make_session: Callable[[], Any],
        make_client: Callable[[Any, str, str], Any],
        known: Callable[[], Mapping[str, Kept]],
    ) -> None:
        self._make_session = make_session
        self._make_client = make_client
        self._known = known
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}

    def config(self) -> dict[str, Any]:
        """botocore's `full_config`."""
        with self._lock, translated(""):
            found: dict[str, Any] = self._bare().full_config
            return found

    @property
    def default_profile(self) -> str:
        """The profile that answers when none is named."""
        with self._lock:
            return str(self._bare().profile or "default")

    def profiles(self) -> list[Profile]:
        """Every profile the files declare, and every credential in the vault."""
        return profiles.with_kept(self.config(), self._known())

    def values(self, profile: str) -> dict[str, Any]:
        """What the files say of a profile, secrets included; nothing for one they lack."""
        return dict(self.config().get("profiles", {}).get(profile, {}))

    def region(self, profile: str) -> str:
        """A profile's own region, or a kept credential's; '' where it names none."""
        name = profile or self.default_profile
        known = self._known().get(name)
        own = self.values(name).get("region", "")
        return str(own or (known.about.get("region", "") if known else ""))

    def chain(self, profile: str) -> tuple[Link, ...]:
        """What a profile's credentials come from, down to the keys. Nothing for no profile.

        Raises UsageError for roles that assume each other in a circle.
        """
        return chains.links(profile, self.config(), self._known())

    def signing(self, profile: str) -> tuple[Link, ...]:
        """The same of what signs where no profile is named, or one that has no way of its own:
        the environment, a container's or a machine's role."""
        name = profile or self.default_profile
        around = profiles.ambient()
        if not profile and around.kind is ProfileKind.ENVIRONMENT:
            return (Link("", around.kind),)
        chain = self.chain(name)
        only = len(chain) == 1 and chain[0].kind is ProfileKind.NONE
        return (Link(name, around.kind),) if only else chain

    def portals(self) -> list[SsoSession]:
        """The portals that the files declare, without any token."""
        return list(chains.portals(self.config()))

    def is_kept(self, profile: str) -> bool:
        """Whether a name means a credential in the vault."""
        known = self._known() if profile else {}
        return profile in known and profiles.is_kept(profile, self.config(), known)

    def available_regions(self, partition: str, service: str = "ecr") -> list[str]:
        """The regions botocore knows for a service in a partition, opt-in ones included."""
        with self._lock:
            bare = self._bare()
            found: list[str] = bare.get_available_regions(service, partition_name=partition)
            return found

    def partition_of(self, region: str) -> str:
        """The partition a region belongs to; `aws` when botocore does not know it."""
        with self._lock:
            try:
                return str(self._bare().get_partition_for_region(region))
            except BotoCoreError:
                return "aws"

    def home_of(self, region: str) -> str:
        """A region that every account of a region's partition may use."""
        return home(self.partition_of(region))

    def unsigned(self, service: str, region: str) -> Any:
        """A client that signs nothing."""
        with self._lock:
            if (service, region) not in self._clients:
                made = self._make_client(self._bare(), service, region)
                self._clients[service, region] = made
            return self._clients[service, region]

    def forget(self) -> None:
        """Read the files anew the next time."""
        self._session = None

    def close(self) -> None:
        """Let go of every connection."""
        for client in list(self._clients.values()):
            client.close()
        self._clients.clear()

    def _bare(self) -> Any:
        if self._session is None:
            self._session = self._make_session()
        return self._session


_HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def home(partition: str) -> str:
    """Where a partition's services that have one place for all its regions are."""
    return _HOME.get(partition, "us-east-1")
