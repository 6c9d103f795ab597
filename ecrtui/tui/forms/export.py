"""Into which file an image is to go, and in which form."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ecrtui.errors import InvalidReference
from ecrtui.model.reference import Transport, parse
from ecrtui.tui.forms.fields import Choice, FormField, Option, Switch
from ecrtui.tui.forms.parts import Platforms, referrers_switch
from ecrtui.tui.forms.paths import FileField
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.session import Session
from ecrtui.workflows.locate import Target, outside

FORMS = (
    Option("OCI layout in a folder", Transport.OCI, "several images fit in"),
    Option("OCI archive, one file", Transport.OCI_ARCHIVE, "skopeo, podman"),
    Option("docker archive, one file", Transport.DOCKER_ARCHIVE, "docker load; one platform"),
)
_ENDINGS = {Transport.OCI: "", Transport.OCI_ARCHIVE: ".tar", Transport.DOCKER_ARCHIVE: ".tar"}
_ODD = re.compile(r"[^A-Za-z0-9._]+")


class TypedFile(msgspec.Struct, frozen=True):
    """What stands in the form."""

    transport: Transport = Transport.OCI_ARCHIVE
    file: str = ""
    tag: str = ""
    """What the image is called in it."""
    platforms: tuple[str, ...] = ()
    """Of an index; none is all of it, or what docker load takes."""
    referrers: bool = False
    replace: bool = False
    """A person said that a file that is there may go."""


class ExportForm(FormScreen[TypedFile]):
    """For one image."""

    DEED = "plan it"

    def __init__(
        self,
        session: Session,
        called: str,
        platforms: Sequence[str],
        typed: TypedFile,
        *,
        several: bool = False,
    ) -> None:
        super().__init__(f"Export {called}", ascii_only=session.ascii)
        self._called = called
        self._platforms = platforms
        self._typed = typed
        forms = FORMS[:1] if several else FORMS  # one archive is written at a time
        kinds = [option.value for option in forms]
        at = kinds.index(typed.transport) if typed.transport in kinds else 0
        self._form = Choice("form", "As", forms, at)
        self._file = FileField("file", "File", typed.file or file_name(called, kinds[at]))
        self._switch = referrers_switch(on=typed.referrers)
        self._replace = Switch("replace", "Replace", "a file of that name", on=typed.replace)

    def lines(self) -> Sequence[FormField]:
        """In which form, where, what of it."""
        lines: list[FormField] = [self._form, self._file]
        if len(self._platforms) > 1:
            lines.append(Platforms(self._platforms, self._typed.platforms))
        return [*lines, self._switch, self._replace]

    def on_mount(self) -> None:
        """What docker loads holds no referrers, and a folder is never replaced."""
        self._show_fields()
        super().on_mount()

    def changed(self, field: FormField) -> None:
        """A name that the form itself proposed follows its kind."""
        if field is self._form:
            proposed = {file_name(self._called, option.value) for option in FORMS}
            if self._file.value in proposed:
                self._file.put(file_name(self._called, self._form.value))
            self._show_fields()

    def _show_fields(self) -> None:
        self._switch.display = self._form.value is not Transport.DOCKER_ARCHIVE
        self._replace.display = self._form.value is not Transport.OCI

    def made(self) -> TypedFile:
        """Raises InvalidReference."""
        typed = TypedFile(
            self._form.value,
            self._file.value,
            self._typed.tag,
            self.values.get("platforms", ()),
            bool(self._switch.display and self._switch.value),
            bool(self._replace.display and self._replace.value),
        )
        export_target(typed)
        return typed


def file_name(called: str, transport: Transport) -> str:
    """`team-app-v1.tar`: what the image is called, without what would be a folder."""
    return f"{_ODD.sub('-', called).strip('-.')[:100]}{_ENDINGS[transport]}"


def export_target(typed: TypedFile) -> Target:
    """The place that is meant; raises InvalidReference saying what is wrong."""
    if not typed.file:
        raise InvalidReference("nothing", hint="Name a file.")
    if ":" in typed.file:
        raise InvalidReference(typed.file, hint="A file's name with a colon cannot be told apart.")
    name = f":{typed.tag}" if typed.tag else ""
    return outside(parse(f"{typed.transport.value}:{typed.file}{name}"))
