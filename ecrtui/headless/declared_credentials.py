"""The commands about who one is, each with its own arguments."""

from __future__ import annotations

from ecrtui.headless.parsing import Command, Parser, lifetime

ACTIONS = {
    "list": "every way in: kept by ecrtui, and declared in AWS's files",
    "add": "keep one: NAME; secrets are asked for, or read from stdin",
    "test": "ask STS who it is and ECR whether it reads: [NAME...]",
    "rename": "NAME NEW",
    "remove": "NAME...",
    "import": "move profiles' keys out of AWS's files: PROFILE...",
    "rotate": "put a new access key in place of the one IAM has: NAME",
    "process": "print keys as AWS's credential_process wants them: NAME",
    "map": "which goes with which registry, for docker's helper: [PATTERN NAME]",
    "unmap": "take a line out of the map: PATTERN",
    "keep": "where to keep secrets: keyring, file or memory",
    "unlock": "open the encrypted file once for all commands, for some hours",
    "lock": "close it again",
    "destroy-backups": "destroy what an import left beside AWS's files",
    "sign-in": "sign in to a portal of IAM Identity Center by a code: [SESSION or PROFILE]",
    "sign-out": "end that, there and here: [SESSION or PROFILE]",
    "sessions": "the portals there are, and until when one is signed in",
    "accounts": "what a portal offers: [SESSION or PROFILE]",
}


def _credentials(parser: Parser) -> None:
    words = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    parser.add_argument("action", metavar="ACTION", choices=tuple(ACTIONS), help=words)
    parser.add_argument("names", metavar="NAME", nargs="*", help="what the action is about")
    _add(parser)
    parser.add_argument_group("for sign-out").add_argument(
        "--forget", action="store_true", help="the portal too, where AWS's files do not declare it"
    )
    parser.add_argument_group("for keep").add_argument(
        "--move", action="store_true", help="take along what is kept now"
    )
    parser.add_argument_group("for unlock").add_argument(
        "--for",
        dest="lifetime",
        type=lifetime,
        default=8 * 3600,
        metavar="TIME",
        help="for how long: 30m, 8h, 2d (8h)",
    )
    rotation = parser.add_argument_group("for rotate").add_argument
    rotation("--finish", action="store_true", help="delete the old key, which is deactivated")
    rotation("--undo", action="store_true", help="go back to the old key, and delete the new one")
    rotation(
        "--even-if-used",
        action="store_true",
        help="delete the old key also where something has used it since",
    )
    other = parser.add_argument_group("for import").add_argument
    other("--as", dest="new_name", default="", metavar="NAME", help="keep it under another name")
    other(
        "--no-process",
        action="store_true",
        help="leave no credential_process, by which other AWS tools find the keys",
    )


def _add(parser: Parser) -> None:
    text = parser.add_argument_group("for add").add_argument
    text("--access-key-id", default="", metavar="ID", help="AKIA...; asked for when missing")
    text("--session-token", action="store_true", help="ask for a session token too")
    text("--role-arn", default="", metavar="ARN", help="a role to assume")
    text("--source", default="", metavar="NAME", help="what assumes it, instead of keys")
    text("--mfa-serial", default="", metavar="ARN", help="the MFA device the role asks for")
    text("--external-id", default="", metavar="ID", help="the external id the role asks for")
    text("--sso-session", default="", metavar="SESSION", help="the portal that gives its keys")
    text("--account", default="", metavar="ID", help="the account there: twelve digits")
    text("--role", default="", metavar="ROLE", help="the role there, as `accounts` lists it")
    text("--replace", action="store_true", help="put it in place of one of that name")
    new = parser.add_argument_group("for sign-in, to a portal that is new").add_argument
    new("--start-url", default="", metavar="URL", help="https://....awsapps.com/start")
    new("--sso-region", default="", metavar="REGION", help="where the IAM Identity Center is")


def _login(parser: Parser) -> None:
    parser.add_argument(
        "registry",
        metavar="REGISTRY",
        nargs="?",
        default="",
        help="a registry's host (that of the profile and region)",
    )
    parser.add_argument(
        "--install-helper",
        action="store_true",
        help="have docker ask ecrtui for it from now on, which needs no login",
    )
    parser.add_argument(
        "--undo", action="store_true", help="take ecrtui out again, for every registry"
    )
    parser.add_argument(
        "--containers", action="store_true", help="podman's and skopeo's file, not docker's"
    )


CREDENTIALS: tuple[Command, ...] = (
    Command("credentials", "Who you are: keys and roles in the keyring, and tests.", _credentials),
    Command("login", "Sign docker or podman in to ECR, or have them ask ecrtui.", _login),
)
"""In the order of `--help`."""
