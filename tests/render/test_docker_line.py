"""The equivalent line: words that mean the same to docker, without a secret in them."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.running import Port, RunSpec, Variable, Volume
from ecrtui.render.docker_line import docker_line, interactive_line, masked_words

IMAGE = "host/team/app@sha256:" + "a" * 64


def test_all_that_is_asked_for_is_in_it() -> None:
    spec = RunSpec(
        command=("serve", "a b"),
        entrypoint=("/bin/sh", "-x"),
        env=(Variable("MODE", "dry run"),),
        env_files=("x.env",),
        ports=(Port(80, "tcp", 8080),),
        volumes=(Volume("/a", "/b", "ro"),),
        network="db",
        name="web-1",
        user="app",
        workdir="/srv",
        memory=1 << 29,
        platform="linux/arm64",
        remove=True,
        read_only_root=True,
    )
    assert docker_line(spec, IMAGE).text == (
        "docker run -d --rm --read-only --name web-1 --platform linux/arm64 --network db"
        " --user app --workdir /srv --memory 536870912 --entrypoint /bin/sh -p 8080:80"
        f" -v /a:/b:ro --env-file x.env -e 'MODE=dry run' {IMAGE} -x serve 'a b'"
    )


def test_secrets_go_by_name_alone() -> None:
    lent = (Variable("AWS_REGION", "eu-west-1"),)
    spec = RunSpec(env=(Variable("DB_PASSWORD", "hunter2"), Variable("GONE", None)), lent=lent)
    line = docker_line(spec, "app")
    assert line.text == "docker run -d -e DB_PASSWORD -e GONE -e AWS_REGION app"
    assert line.note.startswith("Set DB_PASSWORD, AWS_REGION")
    assert not docker_line(RunSpec(), "app").note


def test_variables_on_a_shared_screen() -> None:
    assert masked_words("LOG=debug TEXT='a b'") == "LOG=debug TEXT='a b'"
    masked = masked_words("LOG=debug TEXT='a b' DB_PASSWORD='hunter 2'")
    assert masked.startswith("LOG=debug 'TEXT=a b' DB_PASSWORD=")
    assert "hunter" not in masked
    assert "hunter2" not in masked_words("DB_PASSWORD='hunter2")


def test_what_takes_the_terminal_never_pulls() -> None:
    line = interactive_line(
        RunSpec(interactive=True, remove=True), "app", program="podman", labels={"ecrtui": "1"}
    )
    assert line.text == "podman run -it --pull=never --label ecrtui=1 --rm app"


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_a_shell_takes_it_apart_into_the_same_words(words: list[str]) -> None:
    line = docker_line(RunSpec(command=tuple(words)), "app")
    assert shlex.split(line.text) == list(line.words)
