"""Who we are and which regions the account may use."""

from __future__ import annotations

from ecrtui.aws.calls import required
from ecrtui.aws.files import home
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError, NotAllowed, RemoteError
from ecrtui.model.places import Identity

_OPTED_IN = ["ENABLED", "ENABLED_BY_DEFAULT", "ENABLING"]
_REGIONS_A_PAGE = 50


def whoami(sessions: Sessions, profile: str, region: str) -> Identity:
    """What STS says of a profile, asked in a region of its own partition."""
    answer = sessions.calls("sts", profile, region).call("GetCallerIdentity")
    arn, account = str(required(answer, "Arn")), str(required(answer, "Account"))
    sessions.turns.told(profile, account)
    return Identity(
        account=account,
        arn=arn,
        user_id=str(answer.get("UserId", "")),
        partition=arn.split(":")[1] if arn.count(":") > 1 else "aws",
    )


def account_alias(sessions: Sessions, profile: str, partition: str) -> str:
    """What the account calls itself; '' where it has no such name, or one may not ask.

    Nobody is asked to sign in for it.
    """
    region = home(partition)
    try:
        calls = sessions.calls("iam", profile, region, asking=False)
        aliases = calls.call("ListAccountAliases").get("AccountAliases")
    except EcrtuiError:
        return ""
    return str(aliases[0]) if aliases else ""


def role_arn(sessions: Sessions, profile: str, partition: str, name: str) -> str:
    """A role's ARN with its path, which a session's ARN leaves out. Raises NotAllowed, NotFound."""
    calls = sessions.calls("iam", profile, home(partition))
    return str(required(calls.call("GetRole", RoleName=name), "Role", "Arn"))


def enabled_regions(sessions: Sessions, profile: str, region: str) -> tuple[list[str], bool]:
    """The regions with ECR this account may use, and whether the account itself said so.

    `account:ListRegions` where it is allowed and known; otherwise all regions botocore knows for
    the partition, some of which will turn out not to be enabled.
    """
    partition = sessions.files.partition_of(region)
    known = sessions.files.available_regions(partition)
    try:
        opted_in = _list_regions(sessions, profile, sessions.files.home_of(region))
    except (NotAllowed, RemoteError):  # an endpoint that lacks it is a RemoteError too
        return known or [region], False
    return [name for name in known if name in opted_in] or [region], True


def _list_regions(sessions: Sessions, profile: str, home: str) -> set[str]:
    calls = sessions.calls("account", profile, home)
    names: set[str] = set()
    token: dict[str, str] = {}
    while True:
        answer = calls.call(
            "ListRegions",
            RegionOptStatusContains=_OPTED_IN,
            MaxResults=_REGIONS_A_PAGE,
            **token,
        )
        names.update(row["RegionName"] for row in answer.get("Regions", ()))
        if not answer.get("NextToken"):
            return names
        token = {"NextToken": answer["NextToken"]}
