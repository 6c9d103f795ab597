"""What is asked unseen: in the explorer's dialogs, and on the terminal of whoever runs us."""

from __future__ import annotations

import json

import pytest

from ecrtui.model.credentials import Credential
from ecrtui.sandbox.made import MARK
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import COMMAND, ecrtui
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, QUIT, READ, SMALL, Explorer, both, shows
from tests.terminal.furnished import furnished_world
from tests.terminal.program import Terminal

PASSPHRASE = "four random words, " + MARK
ASKED = shows("Passphrase of the encrypted file")
LISTENS = shows("esc cancel")
"""The dialog takes keys."""


def variables(explorer: Explorer) -> dict[str, str]:
    return {**explorer.environment, "ECRTUI_VAULT": "file", "AWS_PROFILE": "kept"}


def credential(sandbox: Sandbox) -> Credential:
    (key,) = [key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT]
    return Credential("kept", key.id, key.secret, region=worlds.REGION)


def keep(explorer: Explorer) -> None:
    """Keep one in the file, by a passphrase that another file holds."""
    passphrase = explorer.temporary / "passphrase"
    passphrase.write_text(PASSPHRASE)
    one = credential(explorer.sandbox)
    done = ecrtui(
        "credentials",
        "add",
        one.name,
        "--access-key-id",
        one.access_key_id,
        given=one.secret_access_key,
        env={**variables(explorer), "ECRTUI_VAULT_PASSPHRASE_FILE": str(passphrase)},
    )
    assert done.returncode == 0, done.stderr
    passphrase.unlink()


def test_the_passphrase_is_asked_for_in_a_dialog(serve: Serve) -> None:
    explorer = serve(furnished_world())
    keep(explorer)
    with explorer.start(ECRTUI_VAULT="file", AWS_PROFILE="kept") as terminal:
        terminal.wait(shows("locked: Enter unlocks"), "a row that is locked")
        terminal.type(ENTER)
        terminal.wait(both(ASKED, LISTENS), "the question")
        terminal.type("something else" + ENTER)
        terminal.wait(both(shows("Wrong passphrase"), LISTENS), "the question again")
        terminal.type(PASSPHRASE + ENTER)
        terminal.wait(both(READ, shows("Signed in as kept")), "the registries")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
    assert PASSPHRASE.encode() not in terminal.raw


def test_one_can_leave_while_it_is_asked(serve: Serve) -> None:
    explorer = serve(furnished_world())
    keep(explorer)
    with explorer.start(ECRTUI_VAULT="file", AWS_PROFILE="kept") as terminal:
        terminal.wait(shows("locked: Enter unlocks"), "a row that is locked")
        terminal.type(ENTER)
        terminal.wait(ASKED, "the question")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0


def test_keys_are_asked_for_unseen(serve: Serve) -> None:
    explorer = serve(furnished_world())
    one = credential(explorer.sandbox)
    command = [*COMMAND, "credentials", "add", "typed", "--session-token"]
    with Terminal(command, variables(explorer), size=SMALL) as terminal:
        for question, typed in (
            ("Access key id", one.access_key_id),
            ("Secret access key", one.secret_access_key),
            ("Session token", ""),
            ("A new passphrase", PASSPHRASE),
            ("Once more", PASSPHRASE),
        ):
            terminal.wait(shows(question), question)
            terminal.type(typed + ENTER)
        terminal.wait(shows("typed is kept"), "the end")
        terminal.ended()
        assert terminal.exit_code == 0
    for secret in (one.secret_access_key, PASSPHRASE):
        assert secret.encode() not in terminal.raw


@pytest.mark.secrets_in(r"/tmp/out$")
def test_keys_are_not_printed_where_they_would_be_seen(serve: Serve) -> None:
    explorer = serve(furnished_world())
    keep(explorer)
    process = [*COMMAND, "credentials", "process", "kept"]
    with Terminal(process, variables(explorer), size=SMALL) as terminal:
        terminal.wait(shows("a terminal would show them"), "the refusal")
        terminal.ended()
        assert terminal.exit_code == 2
    out = explorer.temporary / "out"
    with Terminal(
        ["sh", "-c", f"{' '.join(process)} > {out}"], variables(explorer), size=SMALL
    ) as terminal:
        terminal.wait(ASKED, "the question, though stdout is a file")
        terminal.type(PASSPHRASE + ENTER)
        terminal.ended()
        assert terminal.exit_code == 0
    found = json.loads(out.read_bytes())
    assert found["SecretAccessKey"] == credential(explorer.sandbox).secret_access_key
