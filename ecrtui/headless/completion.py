"""Completion scripts, made from the parser: static words, so that completing never waits."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ecrtui.headless.arguments import common_parser
from ecrtui.headless.declared import COMMANDS


class Words:
    """What may be typed: commands, common options, and each command's own words."""

    def __init__(self) -> None:
        self.commands = {command.name: command.help for command in COMMANDS}
        self.options = _options(common_parser()) | {"--help": "show help"}
        self.own = {
            command.name: _options(command.parser()) | _choices(command.parser())
            for command in COMMANDS
        }


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # argparse has no public way to ask, and pins this name


def _options(parser: argparse.ArgumentParser) -> dict[str, str]:
    return {
        name: action.help or ""
        for action in _actions(parser)
        for name in action.option_strings
        if name.startswith("--")
    }


def _choices(parser: argparse.ArgumentParser) -> dict[str, str]:
    return {
        str(choice): ""
        for action in _actions(parser)
        if not action.option_strings
        for choice in action.choices or ()
    }


def script(shell: str) -> str:
    """The completion script for bash, zsh or fish."""
    return _SCRIPTS[shell](Words())


def _bash(words: Words) -> str:
    cases = "\n".join(
        f"        {name}) words={_quoted(' '.join(own))} ;;" for name, own in words.own.items()
    )
    return f"""# bash completion for ecrtui; install: eval "$(ecrtui completion bash)"
_ecrtui() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} command= word words
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case " {" ".join(words.commands)} " in
            *" $word "*) command=$word; break ;;
        esac
    done
    case $command in
        "") words={_quoted(" ".join(words.commands))} ;;
{cases}
    esac
    COMPREPLY=($(compgen -W "$words {" ".join(words.options)}" -- "$current"))
}}
complete -o bashdefault -o default -F _ecrtui ecrtui
"""


def _zsh(words: Words) -> str:
    cases = "\n".join(
        f"        {name}) words+=({_described(own)}) ;;" for name, own in words.own.items()
    )
    return f"""#compdef ecrtui
# zsh completion for ecrtui; install: source <(ecrtui completion zsh)
_ecrtui() {{
    local -a commands words
    local word command=
    commands=({_described(words.commands)})
    for word in ${{words[2,CURRENT-1]}} ${{(Q)${{(z)LBUFFER}}[2,-2]}}; do
        if (( ${{commands[(I)$word(|:*)]}} )); then command=$word; break; fi
    done
    words=()
    case $command in
        "") words=("${{commands[@]}}") ;;
{cases}
    esac
    words+=({_described(words.options)})
    _describe -o ecrtui words
}}
compdef _ecrtui ecrtui
"""


def _described(words: dict[str, str]) -> str:
    return " ".join(
        _quoted(f"{word}:{text.replace(':', ' ')}" if text else word)
        for word, text in words.items()
    )


def _fish(words: Words) -> str:
    names = " ".join(words.commands)
    lines = ["# fish completion for ecrtui; install: ecrtui completion fish | source"]
    for name, text in words.commands.items():
        condition = f'"not __fish_seen_subcommand_from {names}"'
        lines.append(f"complete -c ecrtui -n {condition} -a {name} -d {_quoted(text)}")
    for name, text in words.options.items():
        lines.append(f"complete -c ecrtui -l {name[2:]} -d {_quoted(text)}")
    for command, own in words.own.items():
        condition = f'"__fish_seen_subcommand_from {command}"'
        for name, text in own.items():
            what = f"-l {name[2:]}" if name.startswith("--") else f"-a {name}"
            lines.append(f"complete -c ecrtui -n {condition} {what} -d {_quoted(text)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


_SCRIPTS: dict[str, Callable[[Words], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
