"""A plan of images that go, carried out: batch by batch, each looked at again right before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from ecrtui.errors import (
    EcrtuiError,
    NotFound,
    RemoteError,
    Throttled,
    Unreachable,
    UsageError,
)
from ecrtui.model.deletion import AT_ONCE, DeleteFailure
from ecrtui.model.footprint import Footprint, freed
from ecrtui.model.image import Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.plan import Outcome
from ecrtui.model.prune import Fate, used_by
from ecrtui.model.pruning import waves
from ecrtui.model.usage import ImageUse
from ecrtui.workflows import usage
from ecrtui.workflows.prune import using
from ecrtui.workflows.prune.keeping import keep_list, keep_manifests
from ecrtui.workflows.prune.planning import related
from ecrtui.workflows.prune.request import Left, PruneOutcome, PrunePlan
from ecrtui.workflows.services import Services
from ecrtui.workflows.stored import stored
from ecrtui.workflows.watch import Watch

T = TypeVar("T")
_PAUSES = (1.0, 3.0, 9.0)
"""Seconds before what the registry may do a moment later is tried again."""
_PATIENCE = 10.0
_TRY_AGAIN = frozenset(
    {"ImageReferencedByManifestList", "KmsError", "UpstreamTooManyRequests", "UpstreamUnavailable"}
)
_PART = "images"


def run(services: Services, plan: PrunePlan, watch: Watch) -> Outcome:
    """Delete, or archive, what the plan says; what has changed since is left, and told.

    Raises NotAllowed before anything went where a manifest that was to be kept may not be read,
    and what keeps the registry from answering at all: what went until then is in the journal.
    """
    deed = _Deed(services, plan, watch)
    try:
        deed.do()
    except EcrtuiError as problem:
        if deed.gone:
            done = "archived" if plan.request.archive else "deleted"
            told = f"{len(deed.gone)} of {len(plan.going)} images were {done} before it."
            problem.hint = f"{told} {problem.hint}" if problem.hint else told
        raise
    return deed.outcome()


def _consented(fate: Fate, use: ImageUse | None) -> bool:
    """Whether an image was taken in by name, and is in no other use than was told then."""
    if not fate.taken_in or fate.use is None:
        return False
    told = {(one.kind, one.where, one.name, one.account, one.region) for one in fate.use.uses}
    return use is None or all(
        (one.kind, one.where, one.name, one.account, one.region) in told for one in use.uses
    )


class _Deed:
    """One deed: what has gone so far, and what was left."""

    def __init__(self, services: Services, plan: PrunePlan, watch: Watch) -> None:
        self._services, self._plan, self._watch = services, plan, watch
        request = plan.request
        self._registry, self._repository = request.registry, request.repository
        self._reader = services.reader(request.registry)
        self._writer = services.writer(request.registry)
        self._planned = {fate.digest: fate for fate in plan.going}
        self._found, self._order = plan.related, plan.order
        self._list = ""
        self.gone: dict[str, Image] = {}
        self._vanished: set[str] = set()
        self._left: dict[str, Left] = {}
        self._size = 0

    def do(self) -> None:
        """All of it, in the order of the plan."""
        plan, watch = self._plan, self._watch
        if plan.undo:
            keep_manifests(self._services, plan, watch)
            self._relate_anew()
        usage.forget(self._services)  # what ran when the plan was made may not be all by now
        if not plan.request.archive:
            self._begin()
        total = sum(fate.image.image_size_in_bytes or 0 for fate in self._planned.values())
        watch.expect(_PART, "archive" if plan.request.archive else "delete", total)
        for wave in self._order:
            for start in range(0, len(wave), AT_ONCE):
                watch.at(_PART, self._size, self._so_far())
                self._batch(wave[start : start + AT_ONCE])
        watch.finish(_PART, self._so_far())
        if plan.request.with_repository and not self._left:
            self._writer.delete_repository(self._repository)
            watch.changed(self._change(ChangeKind.REPOSITORY_DELETED))

    def _relate_anew(self) -> None:
        """By now it is known what the indexes list that go, and so which of them goes first."""
        plan = self._plan
        self._found = related(self._services, plan.request, plan.related.rows.values())
        self._order = tuple(map(tuple, waves(self._found, self._planned)))

    def outcome(self) -> PruneOutcome:
        """What came of it."""
        plan, watch = self._plan, self._watch
        done = "archived" if plan.request.archive else "deleted"
        count = len(self.gone)
        told = f"{count} {'image' if count == 1 else 'images'} of {self._repository} {done}"
        failed = sum(one.failed for one in self._left.values())
        told += f", {failed} could not be" if failed else ""
        kept = len(self._left) - failed
        told += f", {kept} left" if kept else ""
        if plan.request.with_repository:
            told = f"the repository stays: {told}" if self._left else f"{self._repository} is gone"
        return PruneOutcome(
            sentence=told,
            gone=count,
            freed=None if plan.request.archive else self._freed(),
            left=tuple(self._left.values()),
            changes=watch.changes,
        )

    def _freed(self) -> Footprint:
        gone = stored(self._services, self.gone.values())
        stays = [fate.image for fate in self._plan.fates if fate.digest not in self.gone]
        return freed(gone, stored(self._services, stays))

    def _so_far(self) -> str:
        return f"{len(self.gone)} of {len(self._planned)} images"

    # One batch

    def _batch(self, digests: Sequence[str]) -> None:
        waiting = list(digests)
        for pause in (*_PAUSES, None):
            ready = self._checked([digest for digest in waiting if self._may(digest)])
            if not ready:
                return
            move = self._archive if self._plan.request.archive else self._delete
            failures = move(ready)
            waiting = [digest for digest, one in failures.items() if self._again(one)]
            for digest, one in failures.items():
                if digest not in waiting or pause is None:
                    self._refused(digest, one)
            if not waiting or pause is None:
                return
            self._watch.say(f"{len(waiting)} images are tried again")
            self._watch.pause(pause)

    def _may(self, digest: str) -> bool:
        """Whether what must go before it went: the registry, or a signature, needs that."""
        found = self._found
        for parent in found.parents.get(digest, ()):
            if parent in self._planned and not self._went(parent):
                return self._leave(digest, f"the index {parent[:19]} is still there")
        subject = found.subjects.get(digest, "")
        if subject in self._left:
            return self._leave(digest, f"what it refers to is still there: {subject[:19]}")
        return True

    def _went(self, digest: str) -> bool:
        return digest in self.gone or digest in self._vanished

    def _checked(self, digests: Sequence[str]) -> list[Image]:
        """Those that are as they were when the plan was made, by their rows as they are now."""
        if not digests:
            return []
        ids = [ImageId(digest) for digest in digests]
        describe = self._reader.describe
        rows = {
            row.image_digest: row
            for row in self._patiently(lambda: describe(self._repository, ids))
        }
        self._vanished.update(digest for digest in digests if digest not in rows)
        uses = self._uses(rows)
        return [row for row in rows.values() if self._unchanged(row, uses)]

    def _uses(self, rows: dict[str, Image]) -> dict[str, ImageUse]:
        """Their uses by now; what holds them and what they hold is looked at too."""
        found = self._found
        around = [
            found.rows[one]
            for digest in rows
            for one in (*found.parents.get(digest, ()), *found.children.get(digest, ()))
            if one not in rows
        ]
        around += [
            found.rows[found.subjects[digest]]
            for digest in rows
            if digest in found.subjects and found.subjects[digest] not in rows
        ]
        return using.uses(self._services, self._plan.request, [*rows.values(), *around])[0]

    def _unchanged(self, row: Image, uses: dict[str, ImageUse]) -> bool:
        digest = row.image_digest
        fate = self._planned[digest]
        new = sorted(set(row.image_tags) - set(fate.image.image_tags))
        if new:
            return self._leave(digest, f"since the plan the tag {new[0]} was put on it")
        if row.image_pushed_at != fate.image.image_pushed_at:
            return self._leave(digest, "it was pushed again since the plan")
        use = uses.get(digest)
        if (use is not None and use.may_go) or _consented(fate, use):
            return True
        if use is not None and use.in_use:
            return self._leave(digest, f"it is in use by now: {used_by(use)}")
        return self._leave(digest, "by now nobody can look whether it is in use")

    # What is done with it

    def _begin(self) -> None:
        """The list of all that goes, written down before the first of it goes."""
        if not self._planned:
            return
        self._list = keep_list(self._services, self._plan, self._order)
        self._watch.changed(
            self._change(ChangeKind.IMAGES_DELETED, deed=self._list, count=len(self._planned))
        )

    def _delete(self, rows: Sequence[Image]) -> dict[str, DeleteFailure]:
        ids = [ImageId(row.image_digest) for row in rows]
        delete = self._writer.delete
        answer = self._patiently(lambda: delete(self._repository, ids))
        failures = {one.image_digest: one for one in answer if not one.gone}
        for row in rows:
            if row.image_digest not in failures:
                self._is_gone(row)
                self._watch.changed(
                    self._change(
                        ChangeKind.IMAGE_DELETED,
                        before=row.image_digest,
                        tags=row.image_tags,
                        deed=self._list,
                    )
                )
        return failures

    def _archive(self, rows: Sequence[Image]) -> dict[str, DeleteFailure]:
        """One by one, as the API takes them."""
        failures: dict[str, DeleteFailure] = {}
        for row in rows:
            self._watch.at(_PART, self._size, self._so_far())
            try:
                self._patiently(partial(self._writer.archive, self._repository, row.image_digest))
            except (NotFound, UsageError, RemoteError) as problem:
                if isinstance(problem, Unreachable | Throttled):
                    raise
                failures[row.image_digest] = DeleteFailure(
                    image_digest=row.image_digest, code=problem.title, reason=problem.detail
                )
                continue
            self._is_gone(row)
            self._watch.changed(
                self._change(
                    ChangeKind.STORAGE_CLASS,
                    digest=row.image_digest,
                    before="STANDARD",
                    after="ARCHIVE",
                )
            )
        return failures

    def _is_gone(self, row: Image) -> None:
        self.gone[row.image_digest] = row
        self._size += row.image_size_in_bytes or 0

    def _again(self, failure: DeleteFailure) -> bool:
        """Where it is not known what goes before what, a second try is all that there is."""
        found, planned = self._found, self._planned
        expected = failure.held and planned[failure.image_digest].unsure
        return failure.code in _TRY_AGAIN and (
            not expected or any(one in found.unread for one in planned)
        )

    def _refused(self, digest: str, failure: DeleteFailure) -> None:
        if failure.held and self._planned[digest].unsure:
            self._leave(digest, "an index that was not read lists it")
        else:
            told = f"{failure.reason or failure.code} ({failure.code})"
            self._leave(digest, told, failed=True)

    def _leave(self, digest: str, why: str, *, failed: bool = False) -> bool:
        """Write down that it stays; answers False."""
        tags = self._planned[digest].image.image_tags
        self._left[digest] = Left(image_digest=digest, image_tags=tags, why=why, failed=failed)
        self._watch.say(f"{tags[0] if tags else digest[:19]} stays: {why}")
        return False

    def _patiently(self, call: Callable[[], T]) -> T:
        """A call, made once more where the service throttles after the SDK's own tries."""
        try:
            return call()
        except Throttled:
            self._watch.say("the service throttles: it goes on in a moment")
            self._watch.pause(_PATIENCE)
        return call()

    def _change(self, kind: ChangeKind, **more: Any) -> Change:
        return Change(
            kind=kind,
            home=self._registry,
            repository=self._repository,
            command=self._plan.kind,
            **more,
        )
