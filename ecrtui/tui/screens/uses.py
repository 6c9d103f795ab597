"""All that uses a repository's images, and where nobody could look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.places import Registry
from ecrtui.model.usage import Usage, Use
from ecrtui.render.columns import Column
from ecrtui.render.images import image_name
from ecrtui.render.usage import looked_text, merged, place, unknown_text
from ecrtui.render.use_rows import UseRow, use_choices, use_columns
from ecrtui.tui import background
from ecrtui.tui.changes import Change
from ecrtui.tui.commands import copying
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.uses import Seen, paced, rolled
from ecrtui.workflows.remember import Order

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job


class UsesScreen(ListScreen[UseRow]):
    """One row for each use: what runs, what may start, and each place that is unknown."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.USES)
    NOUN: ClassVar[str] = "uses"
    ORDER: ClassVar[Order] = Order("state")

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.kubectl = session.services.settings.kubectl
        """Whether the cluster of kubectl's current context is asked too."""
        self._usage = Usage()
        self._again = False
        """Whether places are asked anew."""

    @property
    def registry(self) -> Registry:
        """Where the repository is."""
        return self.spot.registry or Registry("", "")

    def columns(self) -> list[Column[UseRow]]:
        """With ages as of now."""
        return use_columns(self.session.times)

    def key(self, row: UseRow) -> str:
        """By what it is and where."""
        return row.key

    def reload(self) -> None:
        """Ask anew, unless one has only come here."""
        asked = self.caller is background.ASKED and self.reading.read_at is not None
        self._again = self._again or asked
        super().reload()

    def stream(self, before: Mapping[str, UseRow]) -> Iterator[Change[UseRow]]:
        """Uses as they are found; those that are gone go at the end."""
        from ecrtui.workflows import browse, usage

        services, registry, name = self.session.services, self.registry, self.spot.repository
        if self._again:
            usage.forget(services)
        pages = browse.images(services, registry, name)
        images = [image for page in pages for image in page.items]
        looked = usage.look(services, registry, name, kubectl=self.kubectl)
        known: dict[str, UseRow] = dict(before)
        for seen in paced(services, looked, images):
            rows = {row.key: row for row in _rows(seen)}
            new = [row for key, row in rows.items() if known.get(key) != row]
            gone = frozenset(known).difference(rows) if seen.all_of_it else frozenset[str]()
            known.update(rows)
            last = seen.all_of_it
            read = len(rows) if last else 0
            yield Change(new, gone=gone, read=read, last=last, items=(seen.usage,))

    def take(self, changes: Sequence[Change[UseRow]]) -> None:
        """Rows, and where it was looked."""
        for change in changes:
            self._usage = change.items[-1] if change.items else self._usage
        super().take(changes)

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """The next one asks anew."""
        self._again = False
        super().finish_reading(problem)

    def job_ended(self, job: Job) -> None:
        """It may have made something run another image."""
        if rolled(job):
            self._again = True
            self.reload_by_itself()

    def ask_kubectl(self) -> None:
        """Ask the current context's cluster too, from now on here."""
        self.kubectl = True
        self.reload()

    def heading(self) -> str:
        """What the rows are."""
        return f"Uses of {self.spot.repository}"

    def remarks(self) -> str:
        """Where it was looked, so that nothing is taken for looked at that was not."""
        lost = len(self._usage.unknown)
        unknown = f"{lost} could not be looked at" if lost else ""
        looked = f"looked at {looked_text(self._usage)}" if self._usage.looked else ""
        return " · ".join(part for part in (unknown, looked) if part)

    def empty(self) -> Sequence[str]:
        """Honest about where it was looked."""
        return (
            f"Nothing uses an image of {self.spot.repository}",
            f"looked at {looked_text(self._usage)}",
            f"{self.key_of('kubectl')} asks kubectl too   {self.key_of('refresh')} looks again",
        )

    def spot_of(self, row: UseRow) -> Spot | None:
        """The image that it runs, or would start."""
        image = row.use.image if row.use is not None else None
        if image is None:
            return None
        label = image_name(image) if image.image_tags else ""
        name, digest = self.spot.repository, image.image_digest
        return Spot(kinds.IMAGE, self.registry, name, digest, label)

    def problem_of(self, row: UseRow | None) -> EcrtuiError | None:
        """Why it could not be looked at, or that its image is gone."""
        if row is None:
            return None
        if row.unknown is not None:
            told = unknown_text(row.unknown)
            return EcrtuiError(told, title="This could not be looked at", hint=row.unknown.hint)
        if row.use is not None and row.use.gone:
            return NotFound(
                f"{place(row.use.use)} is made of {row.use.use.image}",
                title="The repository has no such image",
                hint="It runs on as long as nothing starts it anew. Push the image, or roll it.",
            )
        return None

    def use_here(self) -> Use | None:
        """The use stood on."""
        row = self.table.current
        return row.use.use if row is not None and row.use is not None else None

    def why_no_copy(self) -> str:
        """There must be a use."""
        return "" if self.use_here() is not None else "There is no use to copy from."

    def copy_choices(self, use: copying.Use) -> None:
        """The ARN, its page in the console, the image as it is written there."""
        found = self.use_here()
        if found is not None:
            use([one for one in use_choices(found) if one.text or one.title == "console address"])


def _rows(seen: Seen) -> Iterator[UseRow]:
    for one in seen.rows:
        yield UseRow(use=one)
    for lost in merged(seen.usage.unknown):
        yield UseRow(unknown=lost)
