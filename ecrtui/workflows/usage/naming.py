"""Whether a reference, as it is written somewhere, names an image of a certain repository."""

from __future__ import annotations

import msgspec

from ecrtui.model.reference import LONGEST, account_and_region, is_public_host


class Named(msgspec.Struct, frozen=True):
    """A repository, by all the ways it may be written."""

    name: str
    uri: str
    """As the API tells it: the one way that a local endpoint's images have."""
    account: str = ""
    region: str = ""
    public: bool = False
    arn: str = ""


def names(repository: Named, image: str) -> bool:
    """Whether an image of this repository is meant, by any of ECR's host names."""
    if len(image) > LONGEST:
        return False
    path = image.partition("@")[0]
    head, slash, last = path.rpartition("/")
    path = head + slash + last.partition(":")[0]
    if path == repository.uri:
        return True
    host, _, name = path.partition("/")
    if repository.public:
        return is_public_host(host) and name == repository.uri.partition("/")[2]
    where = (repository.account, repository.region)
    return name == repository.name and account_and_region(host) == where
