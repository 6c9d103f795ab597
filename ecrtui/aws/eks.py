"""Amazon EKS: which clusters there are. Its API tells neither pods nor images."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.aws import following
from ecrtui.aws.sessions import Sessions

_PAGE = 100


def clusters(sessions: Sessions, profile: str, region: str) -> Iterator[str]:
    """The names of an account's clusters in a region. Raises NotAllowed."""
    calls = sessions.calls("eks", profile, region)
    return (
        str(name) for name in following.rows(calls, "ListClusters", "clusters", maxResults=_PAGE)
    )
