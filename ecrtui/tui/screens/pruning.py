"""What would go from a repository, image by image, before anything does: marks decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.image import ACTIVE
from ecrtui.model.journal import ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.prune import Fate
from ecrtui.render.columns import Column
from ecrtui.render.copying import image_choices
from ecrtui.render.images import image_name
from ecrtui.render.plans import freed
from ecrtui.render.pruning import fate_columns, told
from ecrtui.tui import background, navigation
from ecrtui.tui.changes import Change
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.concerning import concerns
from ecrtui.tui.forms.pruning import PruneForm, TypedRules, rules_of
from ecrtui.tui.screens.listing import ListScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.remember import Order
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.jobs import Job
    from ecrtui.workflows.prune import PrunePlan, PruneRequest


class PruningScreen(ListScreen[Fate]):
    """One row for each image that goes, and for each that might have. Nothing is changed here.

    Without a request it asks for rules first. A mark leaves out what would go, and takes in what
    stays for its use alone.
    """

    KINDS: ClassVar[tuple[str, ...]] = (kinds.LISTS, kinds.PRUNING)
    NOUN: ClassVar[str] = "images"
    ORDER: ClassVar[Order] = Order()

    def __init__(self, session: Session, spot: Spot, request: PruneRequest | None = None) -> None:
        self.decided: PrunePlan | None = None
        super().__init__(session, spot)
        self.request = request
        self._by_rules = request is None
        self._typed = TypedRules()
        self._base: PrunePlan | None = None
        """The plan before any mark."""
        self._pending = self._wished = False
        """Whether marks are not in the plan yet; whether it goes on once they are."""
        self._watch = Watch()

    @property
    def registry(self) -> Registry:
        """Where the repository is."""
        return self.spot.registry or Registry("", "")

    # Rules

    def why_no_rules(self) -> str:
        """Why rules cannot be changed."""
        return "" if self._by_rules else "These images were named: go out, and mark others."

    def ask_rules(self) -> None:
        """Let the person type them; who gives up before anything was asked goes out."""

        def finished(typed: TypedRules | None) -> None:
            if typed is not None:
                self._typed = typed
                self._plan_by(typed)
            elif self.request is None:
                navigation.leave(self)

        form = PruneForm(
            self.session, self.spot.repository, self._typed, public=self.registry.is_public
        )
        self.app.push_screen(form, finished)

    def _plan_by(self, typed: TypedRules) -> None:
        from ecrtui.workflows.prune import PruneRequest

        self.request = PruneRequest(
            registry=self.registry,
            repository=self.spot.repository,
            rules=rules_of(typed),
            archive=typed.archive,
            read_manifests=typed.read_manifests,
        )
        self.reload()

    # The plan

    def reload(self) -> None:
        """Work it out anew, without marks."""
        if self.request is None:
            self.ask_rules()
            return
        self.table.data.marks = set()
        self._pending = self._wished = False
        super().reload()

    def pieces(self, before: bool) -> Iterator[Change[Fate]]:
        """All rows at once: what goes depends on all of them."""
        from ecrtui.workflows import prune

        request = self.request
        if request is not None:
            plan = prune.plan(self.session.services, request)
            yield Change(told(plan.fates), items=(plan,), read=len(plan.fates), last=True)

    def stream(self, before: Mapping[str, Fate]) -> Iterator[Change[Fate]]:
        """Whole, whatever was there: the order is that of the plan."""
        return self.pieces(bool(before))

    def take(self, changes: Sequence[Change[Fate]]) -> None:
        """Keep the plan that the rows are of, and show no others."""
        for change in changes:
            for plan in change.items:
                self._base = self.decided = plan
        self.table.data.clear()
        self._renew_columns()
        super().take(changes)
        self.table.data.new = set()

    def _renew_columns(self) -> None:
        self.table.set_columns(self.columns())

    def columns(self) -> list[Column[Fate]]:
        """With ages as of now."""
        rows = self.decided.related.rows if self.decided is not None else {}
        return fate_columns(self.session.times, rows)

    def key(self, row: Fate) -> str:
        """By digest."""
        return row.digest

    def marked(self) -> None:
        """Marks decide: the plan is worked out anew from what is known."""
        base = self._base
        if base is None:
            return
        fates = {fate.digest: fate for fate in base.fates}
        marks = self.table.data.marks
        fixed = {one for one in marks if not (fates[one].goes or fates[one].to_be_named)}
        if fixed:
            marks -= fixed
            self.say("It stays whatever is marked: its line says why.", warn=True)
        leave = [digest for digest in marks if fates[digest].goes]
        include = [digest for digest in marks if not fates[digest].goes]
        self._revise(base, include, leave)

    def mark_shown(self) -> None:
        """Leave out all that would go: what is in use is taken in by name, never with others."""
        data, base = self.table.data, self._base
        going = {fate.digest for fate in base.fates if fate.goes} if base is not None else set()
        shown = {row.digest for at in range(len(data)) if (row := data.row_at(at)) is not None}
        shown &= going
        data.marks = data.marks - shown if shown <= data.marks else data.marks | shown

    def _revise(self, base: PrunePlan, include: list[str], leave: list[str]) -> None:
        services = self.session.services

        def make() -> PrunePlan:
            from ecrtui.workflows import prune

            names = [*base.request.include, *include], [*base.request.leave, *leave]
            return prune.revised(services, base, include=names[0], leave=names[1])

        self._pending = True
        background.ask(self, "revise", make, answer=self._revised, failed=self._not_revised)

    def _not_revised(self, problem: EcrtuiError) -> None:
        self.say_problem(problem)
        self.reload()

    def _revised(self, plan: PrunePlan) -> None:
        self.decided, self._pending = plan, False
        data, now = self.table.data, {fate.digest: fate for fate in plan.fates}
        # Each keeps its place, whatever becomes of it.
        before = [row.digest for row in told(self._base.fates)] if self._base is not None else []
        shown = dict.fromkeys([*before, *(row.digest for row in told(plan.fates))])
        data.clear()
        data.append([now[digest] for digest in shown])
        self._renew_columns()
        self.table.keep_place()
        self.show_rows()
        wished, self._wished = self._wished, False
        if wished:
            self.action_do("delete-these")

    # What is said

    def heading(self) -> str:
        """What the rows are."""
        archived = self.decided is not None and self.decided.kind == "archive"
        return f"What would be {'archived' if archived else 'deleted'} of {self.spot.repository}"

    def remarks(self) -> str:
        """What it comes to."""
        plan = self.decided
        if plan is None or not self.idle:
            return ""
        going = len(plan.going)
        parts = [f"{going} of {len(plan.fates)} go"]
        parts += [f"{freed(plan.free)} freed"] if plan.free is not None else []
        unread, named = len(self.unread()), any(fate.to_be_named for fate in plan.fates)
        parts += [f"{self.key_of('mark')} takes in"] if named and not going else []
        parts += [f"{self.key_of('read')} reads {unread} unread"] if unread else []
        return " · ".join(parts)

    def empty(self) -> Sequence[str]:
        """Nothing goes, or the repository alone."""
        plan = self.decided
        if plan is not None and plan.request.with_repository:
            return (
                f"{self.spot.repository} is empty",
                f"{self.key_of('delete-these')} deletes the repository, after a last look",
            )
        rules = f"{self.key_of('prune')} changes the rules" if self._by_rules else ""
        return ("Nothing goes, and nothing would", rules)

    def spot_of(self, row: Fate) -> Spot:
        """The image."""
        label = image_name(row.image) if row.image.image_tags else ""
        return Spot(kinds.IMAGE, self.registry, self.spot.repository, row.digest, label)

    def copy_choices(self, use: Use) -> None:
        """Of the image stood on."""
        row = self.table.current
        if row is not None:
            use(image_choices(self.session.whole(self.registry), "", row.image))

    # Reading indexes, on purpose

    def unread(self) -> list[str]:
        """Digests of the indexes that were not read, on which it depends what may go."""
        if self._base is None or self.decided is None:
            return []
        found, named = self._base.related, self.decided.request.rules is None
        going = {fate.digest for fate in self.decided.going}
        return [
            digest
            for digest in sorted(found.unread | found.vague)
            if found.rows[digest].image_status == ACTIVE and (digest in going or not named)
        ]

    def read_manifests(self, _: Sequence[str]) -> None:
        """Work it out with all of them read. COUNTS AS A PULL; ask before."""
        if self.request is not None:
            self.session.may_read_manifests = True
            # What was marked stays decided: it is asked for by name from here on.
            asked = self.decided.request if self.decided is not None else self.request
            self.request = msgspec.structs.replace(asked, read_manifests=True)
            self._typed = msgspec.structs.replace(self._typed, read_manifests=True)
            self.reload()

    # Going on

    def why_not_yet(self) -> str:
        """Why nothing can go now; '' when something can, or may once marks are worked in."""
        if self._pending:
            return ""
        if self.decided is None or not self.idle:
            return "The plan is not there yet."
        if self.decided.done_already and any(fate.to_be_named for fate in self.decided.fates):
            key = self.key_of("mark")
            return f"In use, or of unknown use: {key} on a row takes it in all the same."
        return self.decided.done_already

    def go_on(self) -> None:
        """The whole plan once more, with Cancel; who deletes a repository types its name."""
        plan = self.decided
        self._wished = self._pending
        if plan is None or self._pending:
            return  # what was marked a moment ago counts
        if not (plan.request.with_repository and plan.fates):
            self._propose(plan)
            return
        from ecrtui.tui.widgets.prompt import Question

        def finished(typed: str | None) -> None:
            if typed is not None and typed.strip() != plan.target:
                self.complain(f"its name is {plan.target}")
                return
            self.close_line()
            if typed is not None:
                self._propose(plan)

        self.ask_line(Question(f"type {plan.target} to delete it with all images:", finished))

    def _propose(self, plan: PrunePlan) -> None:
        from ecrtui.tui.screens.plan import propose
        from ecrtui.workflows import prune

        services = self.session.services
        propose(self, lambda _: plan, lambda made, watch: prune.run(services, made, watch))

    def job_ended(self, job: Job) -> None:
        """What it left is looked at again; a repository that is gone is left."""
        if not concerns(job.changes, self.spot):
            return
        if any(one.kind is ChangeKind.REPOSITORY_DELETED for one in job.changes):
            if self.is_current:
                navigation.go(self, Spot(kinds.REPOSITORIES, self.registry))
        elif not self._by_rules:
            if self.is_current:
                navigation.leave(self)
        elif self.idle and self.decided is not None and self.request is not None:
            # Who was taken in has gone, and who was left out stays so.
            leave = self.decided.request.leave
            self.request = msgspec.structs.replace(self.request, include=(), leave=leave)
            self.reload_by_itself()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """The keys depend on the plan."""
        super().finish_reading(problem)
        self.update_bars()
