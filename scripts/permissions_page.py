"""Write docs/permissions.md from the table of what each thing needs; a test holds it fresh.

python scripts/permissions_page.py
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ecrtui.workflows.permissions import FEATURES, Feature, actions_of, policy

PAGE = Path(__file__).parents[1] / "docs/permissions.md"
ACCOUNT = "111122223333"
HEAD = """\
# Permissions

*Made from `ecrtui/workflows/permissions.py` by scripts/permissions_page.py. A test runs each row
against the sandbox with a key that may do exactly this, and again with each action taken away.*

ecrtui asks for nothing in advance. What may not be done is said where it is missing, and everything
else goes on. `sts:GetCallerIdentity` is asked too; AWS answers it without any permission.

Signing in needs little: a portal of IAM Identity Center and STS's GetSessionToken (an MFA code) ask
for no permission, a role for `sts:AssumeRole` on it and for its own trust.

CloudTrail shows who looked: the user agent of every call ends in `ecrtui/<version>`. Of all these
actions `ecr:BatchGetImage` alone leaves a trace in a repository: it counts as a pull and moves
`lastRecordedPullTime`, so ecrtui reads a manifest once and keeps it.

Replace {account} by the account's number, and narrow `*` to a region or to the repositories meant.

Blobs that a registry takes from another of its repositories (`BLOB_MOUNTING`) need
`ecr:GetDownloadUrlForLayer` on that one too, and `ecr:GetAccountSetting` for the plan to say so.

## To look at everything

{everything}

## To change what there are commands for, besides

{changes}
"""


def page() -> str:
    """The whole page."""
    looking = [feature for feature in FEATURES if not feature.changes]
    seen = actions_of(looking)
    more = [action for action in actions_of(FEATURES) if action not in seen]
    head = HEAD.format(
        account=f"`{ACCOUNT}`", everything=_policy(actions_of(looking)), changes=_policy(more)
    )
    return "\n".join([head, *(_section(feature) for feature in FEATURES)])


def _section(feature: Feature) -> str:
    command = f"`ecrtui {feature.command}`" if feature.command else ""
    screen = f"the explorer's {feature.explorer}" if feature.explorer else ""
    where = ", ".join(part for part in (command, screen) if part)
    rows = [
        f"| `{need.action}` | {need.without or 'Nothing of it works.'} |" for need in feature.needs
    ]
    table = "\n".join(["| action | without it |", "|---|---|", *rows])
    return f"## {feature.name}\n\n{where}\n\n{table}\n\n{_policy(actions_of([feature]))}\n"


def _policy(actions: Iterable[str]) -> str:
    return f"```json\n{json.dumps(policy(actions, ACCOUNT), indent=2)}\n```"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
