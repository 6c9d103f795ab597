"""Everything a workflow needs of the outside, made once by a front end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.places import PUBLIC_REGION, Home, Outside, Registry, RegistryKind, is_local
from ecrtui.model.ports import (
    BlobSink,
    BlobSource,
    Clock,
    Password,
    RegistryBlobSource,
    RegistryReader,
    RegistryWriter,
    SecretStore,
)
from ecrtui.model.traffic import Traffic
from ecrtui.store.cache import Cache
from ecrtui.store.deleted import Deleted
from ecrtui.store.journal import Journal
from ecrtui.store.state import State
from ecrtui.vault.memory_dumps import forbid_core_dumps
from ecrtui.workflows import clock as clocks
from ecrtui.workflows.aliases import Aliases
from ecrtui.workflows.credentials import seen, vaults
from ecrtui.workflows.credentials.kept import KeptCredentials
from ecrtui.workflows.credentials.portal_sessions import KeptSessions
from ecrtui.workflows.scans import Scans

if TYPE_CHECKING:  # the SDK is imported when it is first needed, off the screen's thread
    from urllib3 import BaseHTTPResponse

    from ecrtui.aws.sessions import Sessions
    from ecrtui.vault.vault import Vault

DEFAULT_REGION = "us-east-1"
"""Where one looks when nothing names a region: ECR Public lives there too."""


_OUTSIDE = 8
"""Sources outside ECR kept at a time."""


class Options(msgspec.Struct, frozen=True):
    """What the command line asked for."""

    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    all_regions: bool = False
    endpoint_url: str = ""
    platform: str = ""
    read_only: bool = False
    use_cache: bool = True
    whole: bool = False
    """Layers are read whole, also those that bring a table of contents."""


class Services:
    """The outside as workflows see it. Cheap to make: imports no SDK; safe for threads."""

    def __init__(
        self,
        options: Options,
        settings: Settings,
        locations: Locations,
        clock: Clock | None = None,
    ) -> None:
        self.options = options
        self.settings = settings
        self.locations = locations
        self.clock = clock or clocks.from_environment()
        self.cache = Cache(locations.cache if options.use_cache else None)
        self.state = State(locations.state)
        self.journal = Journal(locations.state)
        self.deleted = Deleted(locations.state)
        """What was deleted and may be put back."""
        self.questions = vaults.Questions()
        """How the front end asks for a passphrase; it sets it when it can."""
        self.aliases = Aliases()
        self.scans = Scans()
        """What is known of scans, and how often one may ask."""
        self.traffic = Traffic()
        """What came over the network for manifests, configs and layers."""
        self._sessions: Sessions | None = None
        self._store: tuple[vaults.Where, SecretStore] | None = None
        self._vaults: dict[str, Vault] = {}
        self.portals = KeptSessions(lambda: self.vault_of("sso"), locations.state)
        """The kept sessions of IAM Identity Centers."""
        self._outside: dict[tuple[Outside, str], RegistryBlobSource] = {}
        self._lock = threading.Lock()

    @property
    def read_only(self) -> bool:
        """Whether every change is refused, by flag or by settings."""
        return self.options.read_only or self.settings.read_only

    @property
    def sessions(self) -> Sessions:
        """The AWS sessions; the first use imports botocore."""
        with self._lock:
            if self._sessions is None:
                from ecrtui.aws.sessions import Sessions

                forbid_core_dumps()
                self._sessions = Sessions(
                    endpoint_url=self.options.endpoint_url,
                    read_only=self.read_only,
                    protected=[
                        name for name, one in self.settings.profiles.items() if one.read_only
                    ],
                    vault=KeptCredentials(lambda: self.vault),
                    portals=self.portals,
                    ask_code=self.questions.code,
                    renew=self.questions.renew,
                    used=seen.Uses(self.state, self.clock),
                )
            return self._sessions

    def expires(self, profile: str) -> float | None:
        """When the keys that a profile signs with at present end, in epoch seconds of real time.

        None where that is not known, or they do not end. Waits for nothing and loads nothing.
        """
        return self._sessions.expires(profile) if self._sessions is not None else None

    @property
    def vault(self) -> Vault:
        """Where credentials are kept; nothing is opened or asked before one is read or written."""
        return self.vault_of("")

    def vault_of(self, kind: str) -> Vault:
        """Where secrets of a kind are kept, under names of their own, in the same place."""
        settings, locations, state = self.settings, self.locations, self.state
        with self._lock:
            if self._store is None:
                where, _ = vaults.place(settings, state)
                store = vaults.open_store(where, settings, locations, self.questions)
                self._store = where, store
            where, store = self._store
            if kind not in self._vaults:
                self._vaults[kind] = vaults.open_vault(
                    settings, locations, state, self.clock, self.questions, kind, store, where
                )
            return self._vaults[kind]

    def use_place(self, where: vaults.Where, store: SecretStore) -> None:
        """Secrets are kept elsewhere from now on, in a store that is open already."""
        with self._lock:
            self._store = where, store
            self._vaults.clear()

    def reader(self, registry: Registry) -> RegistryReader:
        """The reader of a registry; clients are made once for each profile and region."""
        from ecrtui.aws import registries

        return registries.reader(self.sessions, registry, open_source, fetch)

    def writer(self, registry: Registry) -> RegistryWriter:
        """What changes a registry."""
        from ecrtui.aws import registries

        return registries.writer(self.sessions, registry)

    def source(self, home: Home, repository: str) -> BlobSource:
        """Where the bytes of an image come from, wherever it is."""
        if isinstance(home, Outside):
            return self.outside(home, repository)
        return self.reader(home).source(repository)

    def sink(
        self, home: Home, repository: str, *, pause: Callable[[float], object] = time.sleep
    ) -> BlobSink:
        """Where an image is put; `pause` waits between tries, a Watch's so that one can stop it.

        Raises UsageError for a place that nothing is put into.
        """
        from ecrtui.workflows.moving.sinks import sink

        return sink(self, home, repository, pause)

    def outside(self, home: Outside, repository: str) -> RegistryBlobSource:
        """A source outside ECR; the last few are kept, for an engine's image is exported once."""
        from ecrtui.workflows.outside import source

        forbid_core_dumps()  # it may hold a registry's password
        with self._lock:
            key = home, repository
            self._outside[key] = found = self._outside.pop(key, None) or source(
                self.cache, home, repository
            )
            if len(self._outside) > _OUTSIDE:
                self._outside.pop(next(iter(self._outside)))
            return found

    def traffic_of(self, home: Home) -> Traffic:
        """Where to count what is read there: what is on this machine counts for nothing."""
        return Traffic() if is_local(home) else self.traffic

    def home(self) -> Registry:
        """The registry one would use by default, without asking the network."""
        return Registry(profile=self.profile, region=self.region(self.profile))

    def region(self, profile: str) -> str:
        """Where a profile starts: --region, AWS_REGION, its own setting, us-east-1."""
        chosen = next(iter(self.options.regions), "")
        return chosen or self.sessions.region(profile) or DEFAULT_REGION

    def public(self, profile: str) -> Registry:
        """The public registry of a profile's account."""
        return Registry(profile=profile, region=PUBLIC_REGION, kind=RegistryKind.PUBLIC)

    @property
    def profile(self) -> str:
        """The profile in use: the first one asked for, AWS_PROFILE, or '' for the default."""
        return next(iter(self.options.profiles), "") or os.environ.get("AWS_PROFILE", "")

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            self._outside.clear()
            if self._sessions is not None:
                self._sessions.close()


def fetch(url: str, headers: dict[str, str]) -> BaseHTTPResponse:
    """GET an address that is its own permission, for instance a pre-signed one."""
    from ecrtui.oci.connections import shared

    return shared().get(url, headers, redirect=True)


def open_source(uri: str, login: Password) -> RegistryBlobSource:
    """Bytes by the registry protocol, for registries whose API has none (ECR Public)."""
    from ecrtui.oci.distribution import RegistryClient

    host, _, repository = uri.partition("/")
    return RegistryClient(host, login=login).source(repository)
