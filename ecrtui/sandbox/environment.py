"""The AWS configuration of a sandbox's own: what its `env` names."""

from __future__ import annotations

import tempfile
from configparser import ConfigParser
from pathlib import Path

from ecrtui.sandbox.accounts import Role
from ecrtui.sandbox.portal import SCOPE
from ecrtui.sandbox.world import World

DEFAULT_REGION = "eu-west-1"


class Environment:
    """A folder with a config and a credentials file, a profile for each key and role.

    A key's profile is its account's name, or `name-user` from the account's second key on; a
    role's is `name-role`, assumed from the first key of all, or by a token where it trusts a
    provider. A portal is an sso-session, with a profile for the first role it offers. Files are
    0600 and go with `close`.
    """

    def __init__(self, world: World, endpoint: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ecrtui-sandbox-")
        self._world = world
        self._endpoint = endpoint
        self._profiles: list[str] = []
        self._write()

    @property
    def variables(self) -> dict[str, str]:
        """The environment with which the aws CLI and any SDK talk to this sandbox alone."""
        folder = Path(self._folder.name)
        variables = {
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_REGION": self._region(),
            "AWS_DEFAULT_REGION": self._region(),
            "AWS_EC2_METADATA_DISABLED": "true",
            "ECRTUI_CLOCK": self._world.clock.iso,
        }
        return variables | ({"AWS_PROFILE": self._profiles[0]} if self._profiles else {})

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def _region(self) -> str:
        used = [region for _, region in self._world.registries]
        return used[0] if used else DEFAULT_REGION

    def _write(self) -> None:
        config, credentials = ConfigParser(), ConfigParser()
        for key in self._world.keys.values():
            profile = self._profile(key.account, key.arn)
            config[f"profile {profile}"] = {"region": self._region(), "output": "json"}
            credentials[profile] = {
                "aws_access_key_id": key.id,
                "aws_secret_access_key": key.secret,
            }
            if key.token:
                credentials[profile]["aws_session_token"] = key.token
        for role in self._world.roles.values():
            if role.of_services:
                continue
            config[f"profile {self._profile(role.account, role.arn)}"] = self._assumed(role)
        for start_url, user in self._world.portal.users.items():
            config[f"sso-session {user.session}"] = {
                "sso_start_url": start_url,
                "sso_region": user.region,
                "sso_registration_scopes": SCOPE,
            }
            for account, name in list(user.offers)[:1]:
                config[f"profile {self._profile(account, f'role/{name}')}"] = {
                    "region": self._region(),
                    "sso_session": user.session,
                    "sso_account_id": account,
                    "sso_role_name": name,
                }
        for name, parser in (("config", config), ("credentials", credentials)):
            self._save(name, parser)

    def _assumed(self, role: Role) -> dict[str, str]:
        if role.provider:
            return self._by_token(role)
        source = next(iter(self._world.keys.values()))
        devices = [each.serial for each in self._world.mfa.values() if each.user == source.arn]
        terms = {"external_id": role.external_id, "mfa_serial": devices[0] if devices else ""}
        if not role.mfa:
            terms.pop("mfa_serial")
        return {name: value for name, value in terms.items() if value} | {
            "region": self._region(),
            "role_arn": role.arn,
            "source_profile": self._profiles[0],
            # The aws CLI keeps a role's keys in the user's home, under this name among
            # others: those of a sandbox that has ended must not be found by the next.
            "role_session_name": Path(self._folder.name).name,
        }

    def _by_token(self, role: Role) -> dict[str, str]:
        file = Path(self._folder.name) / f"{role.name}.token"
        file.touch(mode=0o600)
        file.write_text(self._world.providers[role.provider].token(f"system:{role.name}"))
        return {
            "region": self._region(),
            "role_arn": role.arn,
            "web_identity_token_file": str(file),
            "role_session_name": Path(self._folder.name).name,
        }

    def _profile(self, account_id: str, arn: str) -> str:
        account = self._world.accounts[account_id].name
        first = account not in self._profiles and ":user/" in arn
        profile = account if first else f"{account}-{arn.rpartition('/')[2]}"
        self._profiles.append(profile)
        return profile

    def _save(self, name: str, parser: ConfigParser) -> None:
        file = Path(self._folder.name) / name
        file.touch(mode=0o600)
        with file.open("w", encoding="utf-8") as stream:
            parser.write(stream)
