"""What was changed in a registry, or of a key: enough to understand it, and to take it back."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import msgspec

from ecrtui.model.places import Home


class ChangeKind(str, Enum):
    """What a change did."""

    TAG_PUT = "tag put"
    """A tag names another digest than before, or is new (`before` is '')."""
    TAG_REMOVED = "tag removed"
    IMAGE_PUT = "image put"
    """A manifest came, without a tag."""
    IMAGE_DELETED = "image deleted"
    """It went with all its `tags`."""
    IMAGES_DELETED = "images deleted"
    """Several were going to be: written down before the first of them went, so that whoever is
    killed half way can put back what has gone. `deed` names the list of them."""
    REPOSITORY_DELETED = "repository deleted"
    REPOSITORY_CREATED = "repository created"
    STORAGE_CLASS = "storage class"
    """`before` and `after` are the classes."""
    SETTING = "setting"
    """`before` and `after` are the setting's values, as JSON; '' for none."""
    SERVICE_ROLLED = "service rolled"
    """An ECS service runs another task definition; `before` and `after` are their ARNs."""
    FUNCTION_ROLLED = "function rolled"
    """A Lambda function has another image; `before` and `after` are their references."""
    KEYS_IMPORTED = "keys imported"
    """A profile's keys went from AWS's files to where secrets are kept; no repository is in it."""
    KEY_CREATED = "key created"
    """Of keys `before` and `after` are the start and the end of an id; no repository is in it."""
    KEY_DEACTIVATED = "key deactivated"
    KEY_ACTIVATED = "key activated"
    KEY_DELETED = "key deleted"


KEY_CHANGES = frozenset(
    {
        ChangeKind.KEY_CREATED,
        ChangeKind.KEY_DEACTIVATED,
        ChangeKind.KEY_ACTIVATED,
        ChangeKind.KEY_DELETED,
    }
)
"""What is of an access key, and of no image."""

ROLLS = frozenset({ChangeKind.SERVICE_ROLLED, ChangeKind.FUNCTION_ROLLED})
"""What is of something that runs images: `home` is where that is."""


class Change(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One change of one thing. No secret is in it."""

    kind: ChangeKind
    home: Home
    repository: str
    tag: str = ""
    before: str = ""
    """The digest (or the class) it was, '' for none."""
    after: str = ""
    digest: str = ""
    """Of the image, where neither `before` nor `after` tells it."""
    setting: str = ""
    """Which setting, by its name; its repository is '' where it is the registry's."""
    workload: str = ""
    """What was rolled to another image: `CLUSTER/SERVICE`, or a function's name."""
    ran: str = ""
    """The digest that ran before a roll: the tag that `before` names it by may have moved since."""
    at: float = 0.0
    """Epoch seconds, UTC."""
    command: str = ""
    """The deed it was part of: `copy`, `tag` ..."""
    tags: tuple[str, ...] = ()
    """Of an image that was deleted."""
    deed: str = ""
    """The digest of the list of all images that were to go together, as it is kept."""
    count: int = 0
    """How many they were."""


class Entry(NamedTuple):
    """A change that was written down, and what it is called since."""

    id: str
    """Eight hex digits, made from all that is known of it."""
    change: Change
