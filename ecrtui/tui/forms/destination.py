"""Where an image is to go: a registry, a repository, a tag; whatever was typed is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ecrtui.errors import EcrtuiError, InvalidReference
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry, RegistrySummary
from ecrtui.model.reference import Transport, parse
from ecrtui.render.registries import registry_title
from ecrtui.tui import background
from ecrtui.tui.forms.fields import Choice, FormField, Option, Words
from ecrtui.tui.forms.parts import Platforms, referrers_switch
from ecrtui.tui.forms.paths import FileField
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.session import Session, place_key
from ecrtui.workflows.locate import Target
from ecrtui.workflows.moving.shorthand import file_read

ELSEWHERE = "another registry"


class Typed(msgspec.Struct, frozen=True):
    """What stands in the form."""

    registry: Registry | None = None
    """None for one outside ECR, which `reference` names."""
    repository: str = ""
    tag: str = ""
    reference: str = ""
    platforms: tuple[str, ...] = ()
    """Of an index; none is all of it."""
    referrers: bool = False
    file: str = ""
    """A path, or a reference of one, that is imported."""


class Sent(msgspec.Struct, frozen=True):
    """What is sent, as far as the form asks about it."""

    platforms: tuple[str, ...] = ()
    """That an index is known to hold."""
    referrers: bool = True
    """Whether it is where referrers are kept."""
    file: bool = False
    """Whether it is a file, which is asked for."""
    tag: bool = True
    """Whether there is one tag to ask for; several images keep their own."""


class DestinationForm(FormScreen[Typed]):
    """For copying, pushing and importing."""

    DEED = "plan it"

    def __init__(self, session: Session, title: str, sent: Sent, typed: Typed) -> None:
        super().__init__(title, ascii_only=session.ascii)
        self._session = session
        self._sent = sent
        self._typed = typed
        self._names: dict[Registry, list[str]] = {}
        """Repositories of a registry, once all are known."""
        self._registry = Choice("registry", "Registry", self._registries())
        self._repository = Words("repository", "Repository", typed.repository, self._known)
        self._tag = Words("tag", "Tag", typed.tag)
        self._reference = Words("reference", "Reference", typed.reference or "docker://")

    # Its fields

    def lines(self) -> Sequence[FormField]:
        """Where to, then what of it."""
        sent, typed = self._sent, self._typed
        lines: list[FormField] = [FileField("file", "File", typed.file)] if sent.file else []
        lines += [self._registry, self._repository, self._reference, self._tag]
        if len(sent.platforms) > 1:
            lines.append(Platforms(sent.platforms, typed.platforms))
        if sent.referrers:
            lines.append(referrers_switch(on=typed.referrers))
        return lines

    def start_at(self) -> str:
        """The repository is what changes most."""
        if self._sent.file:
            return "file"
        return "repository" if self._typed.registry is not None else "reference"

    def on_mount(self) -> None:
        """Look for what else there is to choose from."""
        self._show_fields()
        super().on_mount()
        self._look_for_names()
        if not self._session.looked_everywhere:
            self._look_for_registries()
        self._sum_up()

    def made(self) -> Typed:
        """Raises InvalidReference."""
        values, registry = self.values, self._registry.value
        typed = Typed(
            registry,
            self._repository.value,
            self._tag.value,
            self._reference.value,
            values.get("platforms", ()),
            values.get("referrers", False),
            values.get("file", ""),
        )
        if self._sent.file and not typed.file:
            raise InvalidReference("nothing", hint="Name a file or a folder.")
        if typed.file:
            parse(file_read(typed.file))
        target(typed)
        return typed

    def changed(self, field: FormField) -> None:
        """Another registry has other repositories."""
        if field is self._registry:
            self._show_fields()
            self._look_for_names()
        self._sum_up()

    def _show_fields(self) -> None:
        in_ecr = self._registry.value is not None
        self._reference.display = not in_ecr
        self._repository.display = in_ecr
        self._tag.display = in_ecr and self._sent.tag

    # What there is to choose from

    def _registries(self) -> list[Option]:
        here, known = self._typed.registry, self._session.summaries.values()
        own = [RegistrySummary(here)] if here is not None else []
        options = self._options([*own, *sorted(known, key=lambda one: not one.repositories)])
        elsewhere = Option(ELSEWHERE, None, "docker://...")
        return [elsewhere, *options] if here is None else [*options, elsewhere]

    def _options(self, summaries: Sequence[RegistrySummary]) -> list[Option]:
        found: dict[str, Option] = {}
        for summary in summaries:
            registry = summary.registry
            if self._session.read_only(registry.profile):
                continue
            said = self._session.services.settings.of(registry.profile)
            title = self._called(registry, said.label)
            count = f"{summary.repositories:,} repositories" if summary.repositories else ""
            note = summary.note if summary.problem is not None else count
            detail = "production" if said.production else note
            found.setdefault(title, Option(title, self._session.plain(registry), detail))
        return list(found.values())

    def _called(self, registry: Registry, label: str) -> str:
        """By which it is chosen: no other registry may hide behind the same words."""
        labels = [one.label for one in self._session.services.settings.profiles.values()]
        plain = self._session.plain(registry)
        others = bool(plain.account) and registry.profile in self._session.identities
        return registry_title(plain, label, shared=labels.count(label) > 1, others=others)

    def _look_for_registries(self) -> None:
        session = self._session

        def found() -> Iterator[RegistrySummary]:
            from ecrtui.workflows import places

            return places.registries(session.services)

        def deliver(summaries: list[RegistrySummary]) -> None:
            for summary in summaries:
                session.learn(summary)
            self._registry.add(self._options(summaries))

        background.read(
            self,
            "registries",
            found,
            deliver=deliver,
            done=lambda _: None,
            caller=background.UNASKED,
        )

    def _look_for_names(self) -> None:
        registry = self._registry.value
        if registry is None or registry in self._names:
            return
        services = self._session.services

        def ask() -> list[str]:
            from ecrtui.workflows import browse

            pages = browse.repositories(services, registry)
            return [row.repository_name for page in pages for row in page.items]

        def answer(names: list[str]) -> None:
            self._names[registry] = names
            self._session.names[place_key(registry)] = names
            self._repository.suggest_again()
            self._sum_up()

        def failed(problem: EcrtuiError) -> None:
            if self._registry.value == registry:
                self._registry.remark(problem.title)

        background.ask(self, "names", ask, answer=answer, failed=failed, caller=background.UNASKED)

    def _known(self, text: str) -> list[str]:
        registry = self._registry.value
        names = self._session.names.get(place_key(registry), []) if registry is not None else []
        return [name for name in names if text and name.startswith(text) and name != text]

    # What it comes to

    def _sum_up(self) -> None:
        registry, name = self._registry.value, self._repository.value
        if registry is None:
            return
        known = self._names.get(registry)
        missing = known is not None and bool(name) and name not in known
        self._repository.remark("new: it will be made" if missing else "")


def target(typed: Typed) -> Target:
    """The image that is meant; raises InvalidReference saying what is wrong."""
    if typed.registry is None:
        reference = parse(typed.reference)
        if reference.transport is not Transport.DOCKER:
            raise InvalidReference(
                typed.reference, hint="Write docker://HOST/name:tag, or choose a registry above."
            )
        from ecrtui.workflows.locate import outside

        return outside(reference)
    if not typed.repository:
        raise InvalidReference("nothing", hint="A repository's name is missing.")
    tag = f":{typed.tag}" if typed.tag else ""
    reference = parse(f"{typed.repository}{tag}")
    if reference.host or reference.transport is not Transport.ECR:
        raise InvalidReference(
            typed.repository,
            hint="A repository's name alone, without a host: that is chosen above.",
        )
    return Target(typed.registry, reference.name, ImageId("", reference.tag))
