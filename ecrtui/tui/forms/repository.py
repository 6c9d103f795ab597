"""What a new repository is to be like: what cannot be chosen later, and what one wants at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecrtui.errors import UsageError
from ecrtui.model.places import Registry
from ecrtui.model.repository import NewRepository
from ecrtui.tui.forms.fields import Choice, FormField, Option, Switch, Words
from ecrtui.tui.forms.screen import FormScreen

_NAME = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
"""As the API's model has it, but for what it takes for ever to say no to."""
_MUTABILITY = (
    Option("mutable", "MUTABLE", "a tag may be moved"),
    Option("immutable", "IMMUTABLE", "a tag stays where it is put"),
)
_ENCRYPTION = (
    Option("AES256", "", "with a key of S3"),
    Option("KMS", "KMS", "with a key of KMS, which may be yours"),
    Option("KMS twice", "KMS_DSSE", "two layers of it"),
)


class RepositoryForm(FormScreen[NewRepository]):
    """For a registry; what stood in it before stands in it again."""

    DEED = "plan it"

    def __init__(
        self, registry: Registry, typed: NewRepository | None, *, ascii_only: bool
    ) -> None:
        super().__init__(f"New repository in {registry.called}", ascii_only=ascii_only)
        self._public = registry.is_public
        new = typed or NewRepository(name="")
        tags = " ".join(f"{key}={value}" for key, value in new.tags.items())
        fixed = new.mutability.startswith("IMMUTABLE")
        kinds = [option.value for option in _ENCRYPTION]
        at = kinds.index(new.encryption) if new.encryption in kinds else 0
        self._called = Words("name", "Name", new.name, example="team/app")
        self._mutability = Choice("mutability", "Tags", _MUTABILITY, int(fixed))
        self._excluded = Words(
            "excluded", "But for", " ".join(new.exclusions), example="dev-* latest"
        )
        self._scan = Switch("scan", "Scan", "every image that is pushed", on=bool(new.scan_on_push))
        self._encryption = Choice("encryption", "Encryption", _ENCRYPTION, at)
        self._key = Words(
            "key", "KMS key", new.kms_key, example="arn:aws:kms:...; none is AWS's own"
        )
        self._tags = Words("tags", "Labels", tags, example="team=shop env=prod")

    def lines(self) -> Sequence[FormField]:
        """In ECR Public there is nothing to choose but the name and labels."""
        if self._public:
            return [self._called, self._tags]
        own = [self._mutability, self._excluded, self._scan, self._encryption, self._key]
        return [self._called, *own, self._tags]

    def on_mount(self) -> None:
        """A key is for KMS alone."""
        self._key.display = bool(self._encryption.value)
        super().on_mount()

    def changed(self, field: FormField) -> None:
        """A key is for KMS alone."""
        if field is self._encryption:
            self._key.display = bool(self._encryption.value)

    def made(self) -> NewRepository:
        """Raises UsageError."""
        name = self._called.value
        if not 2 <= len(name) <= _LONGEST or _NAME.fullmatch(name) is None:
            raise UsageError(name, hint="Lower case letters, digits, and . _ - / between them.")
        if self._public:
            return NewRepository(name=name, tags=_tags(self._tags.value))
        excluded = tuple(self._excluded.value.split())
        mutability = self._mutability.value + ("_WITH_EXCLUSION" if excluded else "")
        return NewRepository(
            name=name,
            mutability=mutability,
            exclusions=excluded,
            scan_on_push=self._scan.value,
            encryption=self._encryption.value,
            kms_key=self._key.value if self._encryption.value else "",
            tags=_tags(self._tags.value),
        )


_LONGEST = 256


def _tags(text: str) -> dict[str, str]:
    tags = {}
    for word in text.split():
        key, equals, value = word.partition("=")
        if not key or not equals:
            raise UsageError(word, hint="Write labels as key=value, with blanks between them.")
        tags[key] = value
    return tags
