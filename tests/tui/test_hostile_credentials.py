"""Text of strangers in AWS's files, in the map and in what services said, on the credentials."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.model.credentials import LastTest, Seen
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials import registry_map
from tests import worlds
from tests.tui.explorer import Person, opened
from tests.tui.test_hostile_text import look

HERE = ("--region", worlds.REGION)


def declare(path: Path) -> int:
    """Profiles whose names and values are whatever fits on a line of AWS's file."""
    sections = []
    for text in worlds.HOSTILE:
        line = " ".join(text.split()).replace("\x00", "").replace("]", ")").replace("[", "(")
        name = re.sub(r"[\s'\"\\\\#;]", "_", line)  # which AWS's tools take apart
        role = f"arn:aws:iam::111122223333:role/{line}"
        sections += [
            f"[profile a-{name}]\nrole_arn = {role}\nsource_profile = {name}\nmfa_serial = {line}",
            f"[profile b-{name}]\nsso_session = s-{name}\nsso_account_id = {line}"
            f"\nsso_role_name = {line}\nregion = {line}",
            f"[sso-session s-{name}]\nsso_start_url = https://{line}\nsso_region = {line}",
        ]
    path.write_text("\n".join(sections), encoding="utf-8")
    return 2 * len(worlds.HOSTILE)


async def test_the_credentials(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    count = declare(file)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("ECRTUI_VAULT", "memory")
    async with opened(*HERE, size=(130, 40)) as person:
        await person.at(kinds.REGISTRIES)
        services, all_of_them = person.session.services, "".join(worlds.HOSTILE)
        last = LastTest(1_770_000_000.0, all_of_them, False, all_of_them, all_of_them)
        seen = Seen(1_770_000_000.0, all_of_them, all_of_them, all_of_them, last)
        names = [profile.name for profile in services.sessions.profiles()]
        services.state.write("credentials-seen", dict.fromkeys(names, seen))
        lines = [registry_map.Mapped(text, name) for text in worlds.HOSTILE for name in names]
        services.state.write("registry-map", lines)
        await person.press("C")
        await person.at(kinds.CREDENTIALS)
        rows = [row for row in person.listing.table.data.rows if not row.way.is_session]
        assert len(rows) >= count
        look(person)
        for _ in range(len(person.rows)):
            await on_one(person)
            await person.press("j")


async def on_one(person: Person) -> None:
    """What is said of one, the prompts for it, its details."""
    look(person)
    way = person.listing.table.current
    assert way is not None
    if way.signed_out:
        return
    await person.press("m")
    look(person)
    await person.press("escape", "enter")
    await person.at(kinds.CREDENTIAL)
    look(person)
    await person.press("G")
    look(person)
    await person.press("escape")
    await person.at(kinds.CREDENTIALS)
