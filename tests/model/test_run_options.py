"""What is typed for a container is understood, or refused with the fix."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import UsageError
from ecrtui.model.run_options import env_file, memory, mistakes, port, spec_of, variable, volume
from ecrtui.model.running import Port, RunRequest, Variable

HERE = {"HOME": "/home/person", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("80", Port(80)),
        (":80", Port(80)),
        ("8080:80", Port(80, "tcp", 8080)),
        ("5353:53/udp", Port(53, "udp", 5353)),
        ("127.0.0.1:8080:80", Port(80, "tcp", 8080, "127.0.0.1")),
        ("127.0.0.1::80", Port(80, "tcp", None, "127.0.0.1")),
        ("[::1]:8080:80/udp", Port(80, "udp", 8080, "::1")),
    ],
)
def test_ports(text: str, meant: Port) -> None:
    assert port(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "0",
        "65536",
        "0:80",
        "80/xyz",
        "a:80",
        "1:2:3",
        "80-90",
        "::1:8:8",
        "8:80:",
        "9" * 5_000,
    ],
)
def test_what_is_no_port_is_refused_with_the_fix(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        port(text)
    assert refused.value.hint


ports = st.builds(
    Port,
    st.integers(1, 65535),
    st.sampled_from(["tcp", "udp", "sctp"]),
    st.none() | st.integers(1, 65535),
    st.sampled_from(["", "127.0.0.1", "::1", "10.0.0.1"]),
)


@given(ports)
def test_a_port_as_it_is_written_is_the_same_port(one: Port) -> None:
    assert port(str(one)) == one


@given(st.text(max_size=40))
def test_anything_typed_is_understood_or_refused(text: str) -> None:
    for parse in (port, volume, memory, lambda one: variable(one, HERE)):
        with contextlib.suppress(UsageError):
            assert parse(text) is not None


def test_variables() -> None:
    assert variable("A=b=c", HERE) == Variable("A", "b=c")
    assert variable("A=", HERE) == Variable("A", "")
    assert variable("HOME", HERE) == Variable("HOME", "/home/person")
    assert variable("LACKING", HERE) == Variable("LACKING", None)
    assert "person" not in repr(variable("HOME", HERE))


def test_the_value_of_a_variable_that_is_refused_is_not_told() -> None:
    with pytest.raises(UsageError) as refused:
        variable("A B=hunter2", HERE)
    assert "hunter2" not in str(refused.value)


def test_an_env_file_is_read_as_docker_reads_it() -> None:
    lines = ["\ufeffA=1", "# no", "", "  B= 'x' ", "HOME", "LACKING", "EMPTY", "C=a=b # c\r"]
    found = {one.name: one.value for one in env_file("\n".join(lines), HERE)}
    assert found == {"A": "1", "B": " 'x' ", "HOME": "/home/person", "EMPTY": "", "C": "a=b # c"}


@pytest.mark.parametrize("line", ["export A=1", "=1", "A =1"])
def test_a_line_of_an_env_file_that_docker_refuses(line: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        env_file(f"A=1\n{line}", HERE)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("", 0), ("0", 0), ("512m", 512 << 20), ("1.5g", 3 << 29), ("6MiB", 6 << 20)],
)
def test_memory(text: str, meant: int) -> None:
    assert memory(text) == meant


@pytest.mark.parametrize("text", ["9" * 400 + "g", "9" * 5_000, "x", "1e9"])
def test_what_is_no_memory_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="memory"):
        memory(text)


def test_volumes() -> None:
    assert str(volume("/a:/b:ro")) == "/a:/b:ro"
    assert str(volume("name:/b")) == "name:/b"
    assert str(volume("/b")) == "/b"
    assert volume("./x:/b").source.startswith("/")
    for wrong in ("x", "a/b:/c", "./x:y", "/a:/b:rq", "/a:/b:ro:ro"):
        with pytest.raises(UsageError):
            volume(wrong)


def test_every_field_is_told_by_its_name() -> None:
    wrong = RunRequest(
        env=("=",), ports=("x",), volumes=("x",), memory="x", network="a b", name="x",
        user="a b", platform="linux", workdir="app",
    )  # fmt: skip
    found = mistakes(wrong, HERE)
    names = {"env", "ports", "volumes", "memory", "network", "name", "user", "platform", "workdir"}
    assert found.keys() == names
    assert all(problem.hint for problem in found.values())
    with pytest.raises(UsageError):
        spec_of(wrong, HERE)
    assert not mistakes(RunRequest(), HERE)
