"""AWS Elastic Beanstalk: environments, and the bundles of the versions that they run.

No call tells an image: it stands in a file of the bundle, which lies in S3.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from ecrtui.aws import following
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import NotFound, RemoteError

_PAGE = 1000
_CHUNK = 1 << 20


class Environment(NamedTuple):
    """An environment that is not terminated."""

    application: str
    name: str
    arn: str
    version: str
    status: str
    """Launching, Updating, Ready, Terminating ..."""


class Version(NamedTuple):
    """An application version and where its bundle lies."""

    application: str
    label: str
    arn: str
    bucket: str
    key: str


class Beanstalk:
    """Elastic Beanstalk of one account and region."""

    def __init__(self, sessions: Sessions, profile: str, region: str) -> None:
        self._calls = sessions.calls("elasticbeanstalk", profile, region)
        self._s3 = partial(sessions.calls, "s3", profile, region)

    def environments(self) -> Iterator[Environment]:
        """All environments. Raises NotAllowed."""
        listed = following.rows(
            self._calls,
            "DescribeEnvironments",
            "Environments",
            following.UPPER,
            MaxRecords=_PAGE,
        )
        for row in listed:
            if row.get("Status") == "Terminated":
                continue
            yield Environment(
                str(row.get("ApplicationName", "")),
                str(row.get("EnvironmentName", "")),
                str(row.get("EnvironmentArn", "")),
                str(row.get("VersionLabel", "")),
                str(row.get("Status", "")),
            )

    def versions(self) -> Iterator[Version]:
        """All application versions. Raises NotAllowed."""
        listed = following.rows(
            self._calls,
            "DescribeApplicationVersions",
            "ApplicationVersions",
            following.UPPER,
            MaxRecords=_PAGE,
        )
        for row in listed:
            bundle = row.get("SourceBundle") or {}
            yield Version(
                str(row.get("ApplicationName", "")),
                str(row.get("VersionLabel", "")),
                str(row.get("ApplicationVersionArn", "")),
                str(bundle.get("S3Bucket", "")),
                str(bundle.get("S3Key", "")),
            )

    def bundle(self, bucket: str, key: str, most: int) -> bytes:
        """A bundle of at most so many bytes. Raises NotAllowed, NotFound, RemoteError."""
        answer = self._s3().call("GetObject", Bucket=bucket, Key=key)
        body = answer.get("Body")
        if body is None:
            raise NotFound(key)
        if int(answer.get("ContentLength") or 0) > most:
            body.close()
            raise RemoteError(f"{key} has more than {most:,} bytes", title="Too large to be read")
        return _read(body, key, most)


def _read(body: Any, key: str, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := body.read(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > most:
                raise RemoteError(f"{key} is larger than it was said", title="Too large to be read")
    except (OSError, ValueError) as failure:
        raise RemoteError(str(failure), title="The bundle broke off") from None
    finally:
        body.close()
    return b"".join(parts)
