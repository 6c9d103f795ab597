"""The recipes of docs/pipelines.md, run as their CI systems run them.

What is not a shell line (checkouts, caches, who starts what) is left to those systems; every shell
line is run in bash, with the variables that the system sets, and its exit code counts.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

PAGE = Path(__file__).parents[2] / "docs/pipelines.md"
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
_VARIABLE = re.compile(r"\$(\w+)")


class Step(NamedTuple):
    """Shell lines that run together, after a failure too where `always` is said."""

    name: str
    script: str
    env: dict[str, str]
    shell: tuple[str, ...]
    always: bool = False


class Ended(NamedTuple):
    """How a step ended."""

    name: str
    code: int
    said: str


STRICT = ("bash", "-eo", "pipefail", "-c")


def recipes() -> dict[str, Any]:
    """Each YAML block of the page, by the heading it stands under."""
    found: dict[str, Any] = {}
    heading = ""
    for block in re.split(r"^(## .*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if block.startswith("## "):
            heading = block.removeprefix("## ")
        for text in re.findall(r"^```yaml\n(.*?)^```$", block, re.MULTILINE | re.DOTALL):
            assert heading not in found, "a recipe has a heading of its own"
            found[heading] = yaml.safe_load(text)
    return found


def github(workflow: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[Step]:
    """The steps of all jobs; `known` says what expressions come to, conditions '' for no."""
    shell = workflow["defaults"]["run"]["shell"]
    assert shell == "bash"  # without it a pipe would not fail with its first part

    def filled(text: str) -> str:
        return _EXPRESSION.sub(lambda match: known[match[1]], text)

    for job in workflow["jobs"].values():
        for step in job["steps"]:
            condition = step.get("if", "")
            if condition and not known[condition]:
                continue
            env = {**workflow.get("env", {}), **job.get("env", {}), **step.get("env", {})}
            yield Step(
                step["name"],
                filled(step["run"]),
                {name: filled(value) for name, value in env.items()},
                STRICT,
                condition.startswith("always()"),
            )


def gitlab(pipeline: Mapping[str, Any], env: Mapping[str, str]) -> Iterator[Step]:
    """before_script and script run in one shell, after_script in another, whatever came of it."""
    variables = {
        name: _VARIABLE.sub(lambda match: env.get(match[1], match[0]), value)
        for name, value in pipeline["variables"].items()
    }
    assert set(pipeline["default"]["id_tokens"]) == {"AWS_TOKEN"}
    for name, job in pipeline.items():
        if name in ("default", "variables"):
            continue
        rules = [rule["if"] for rule in job.get("rules", [])]
        assert rules in ([], ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"])
        if rules and env["CI_COMMIT_BRANCH"] != env["CI_DEFAULT_BRANCH"]:
            continue
        script = "\n".join([*job["before_script"], *job["script"]])
        yield Step(name, script, variables, STRICT)
        if "after_script" in job:
            yield Step(f"{name} after", "\n".join(job["after_script"]), variables, STRICT, True)


def circleci(pipeline: Mapping[str, Any], wanted: str = "check") -> Iterator[Step]:
    """The steps of a job; CircleCI's own shell is bash -eo pipefail."""
    job = pipeline["jobs"][wanted]
    for step in job["steps"]:
        run = step["run"]
        always = run.get("when") == "always"
        yield Step(run["name"], run["command"], job["environment"], STRICT, always)


def _bare() -> dict[str, str]:
    """This environment without any credentials: only the endpoint of the sandbox stays."""
    keys = ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    return {name: value for name, value in os.environ.items() if name not in keys}


def run(steps: Iterator[Step], folder: Path, env: Mapping[str, str]) -> list[Ended]:
    """Run them; after one that failed only those that always run."""
    ended: list[Ended] = []
    for step in steps:
        if not step.always and any(one.code for one in ended):
            continue
        # What is in /tmp there is in the test's folder here.
        script = step.script.replace("/tmp/", f"{folder}/")
        given = {name: value.replace("/tmp/", f"{folder}/") for name, value in step.env.items()}
        done = subprocess.run(
            [*step.shell, script],
            cwd=folder,
            env={**_bare(), **given, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        ended.append(Ended(step.name, done.returncode, done.stdout + done.stderr))
    return ended
