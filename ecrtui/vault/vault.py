"""Named secrets in a store, none of which is lost on the way from an old value to a new one."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

import msgspec

from ecrtui.errors import EcrtuiError, NameTaken, NotFound, UsageError, VaultDamaged, VaultError
from ecrtui.model.kept import Generation, Kept
from ecrtui.model.ports import Clock, KeptIndex, SecretStore
from ecrtui.vault.memory_dumps import forbid_core_dumps
from ecrtui.vault.parts import Entries, Manifest, split

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+/=~-]{0,99}")
_LOOKS = 3
"""Another process may write between a manifest and its parts."""


class Vault:
    """Values by name. Safe for several processes; one process calls it from any thread.

    `room` tells values of one kind from those of another that have the same names.
    """

    def __init__(
        self,
        store: SecretStore,
        index: KeptIndex,
        where: str,
        clock: Clock,
        room: str = "ecrtui",
    ) -> None:
        self._room = room
        self.where = where
        """`keyring`, `file` or `memory`."""
        self._store = store
        self._index = index
        self._clock = clock

    def kept(self) -> list[Kept]:
        """The names there are, in their order; opens nothing."""
        return [one for _, one in sorted(self._index.all().items()) if one.readable]

    def locked(self) -> bool:
        """Whether somebody would have to unlock it first; opens nothing. Raises VaultError."""
        return self._store.locked()

    def read(self, name: str) -> str:
        """A value. Raises NotFound, VaultDamaged and whatever the store raises.

        A name that is gone from the store, by other means than ours, goes from the index as well.
        """
        forbid_core_dumps()
        entries = self._entries(name)
        for _ in range(_LOOKS):
            manifests = entries.manifests() or self._surely(entries)
            if not manifests:
                self._forget(name)
                raise not_kept(name, self.where)
            for _, manifest in manifests:
                value = entries.value(manifest)
                if value is not None:
                    self._know(name, manifest)
                    return value
        raise VaultDamaged(
            f"{name}: parts of it are missing",
            hint=f"Add it again: ecrtui credentials add {name}",
        )

    def write(self, name: str, value: str, about: dict[str, str], *, replace: bool = True) -> None:
        """Keep a value, in place of one of that name; `about` is what may be shown of it. Raises
        NameTaken where there is one and it is not to `replace` it.

        The value before is readable until the new one was read back; when anything fails it is
        the one that stays.
        """
        forbid_core_dumps()
        entries = self._entries(name)
        with self._index.alone() as alone:
            before = entries.manifests()
            if before and not replace:
                raise NameTaken(name, hint="Remove it first, or choose another.")
            fresh, parts = _split(value, before)
            self._note(name, fresh.as_generation)
            place = 1 - before[0][0] if before else 0
            try:
                entries.put_parts(fresh.as_generation, parts)
                _same(entries.value(fresh), value)
                entries.put_manifest(place, fresh)
                _same(next((one for _, one in entries.manifests()), None), fresh)
            except EcrtuiError:
                self._take_back(name, entries, place, fresh)
                raise
            self._settle(name, about)
            if alone:  # another process's writing is an older one too
                self._sweep(name, entries)
                self._heal()

    def holds(self, name: str) -> bool:
        """Whether there is a value of this name, in the store itself."""
        entries = self._entries(name)
        return bool(entries.manifests() or self._surely(entries))

    def remove(self, name: str) -> None:
        """Remove a value and its name; raises NotFound when there is neither."""
        entries = self._entries(name)
        with self._index.alone() as alone:
            found = entries.manifests()
            known = self._index.all().get(name)
            if not found and known is None:
                raise not_kept(name, self.where)
            for place in (0, 1):
                entries.drop_manifest(place)
            left = {one.as_generation for _, one in found} | set(known.generations if known else ())
            for generation in left:
                entries.drop_parts(generation)
            self._drop_name(name)
            if alone:
                self._heal()

    def rename(self, name: str, new: str) -> None:
        """Give a value another name; raises NameTaken when that one is taken.

        It has both names until it can be read under the new one.
        """
        check_name(new)
        value = self.read(name)
        known = self._index.all().get(name)
        self.write(new, value, known.about if known else {}, replace=False)
        self.remove(name)

    def _entries(self, name: str) -> Entries:
        return Entries(self._store, check_name(name), self._room)

    def describe(self, name: str, **about: str) -> None:
        """Add to what may be shown of a name; nothing where it is not known."""

        def change(all_: dict[str, Kept]) -> dict[str, Kept]:
            known = all_.get(name)
            if known is None or not known.readable:
                return all_
            return all_ | {name: msgspec.structs.replace(known, about=known.about | about)}

        self._index.change(change)

    def _surely(self, entries: Entries) -> list[tuple[int, Manifest]]:
        """The manifests when nobody writes: between two looks one may have moved from the place
        that was not looked at yet to the one that was."""
        with self._index.alone():
            return entries.manifests()

    def _know(self, name: str, manifest: Manifest) -> None:
        """Put a name that was read and is not in the index into it: the index was lost."""
        if name not in self._index.all():
            self._note(name, manifest.as_generation)
            self._settle(name, {})

    def _note(self, name: str, generation: Generation) -> None:
        """Say in the index what is about to be written, so that nothing is left unknown."""

        def change(known: Kept) -> Kept:
            return msgspec.structs.replace(known, generations=(*known.generations, generation))

        self._change(name, change)

    def _settle(self, name: str, about: dict[str, str]) -> None:
        now = self._clock.now()

        def change(known: Kept) -> Kept:
            return msgspec.structs.replace(
                known, about=about, updated=now, readable=True, where=self.where
            )

        self._change(name, change)

    def _change(self, name: str, change: Callable[[Kept], Kept]) -> None:
        def of_all(all_: dict[str, Kept]) -> dict[str, Kept]:
            return all_ | {name: change(all_.get(name, Kept(name, self.where)))}

        self._index.change(of_all)

    def _take_back(self, name: str, entries: Entries, place: int, fresh: Manifest) -> None:
        """Remove what was written of a value that could not be kept; the index knows the rest."""
        with contextlib.suppress(VaultError):
            if any(one == fresh for _, one in entries.manifests()):
                entries.drop_manifest(place)
            entries.drop_parts(fresh.as_generation)
            self._drop_generations(name, {fresh.as_generation})

    def _sweep(self, name: str, entries: Entries) -> None:
        """Remove every older writing."""
        with contextlib.suppress(VaultError):  # the next writing tries again
            (_, current), *older = entries.manifests()
            for place, _ in older:
                entries.drop_manifest(place)
            known = self._index.all().get(name)
            left = {one.as_generation for _, one in older} | set(known.generations if known else ())
            left.discard(current.as_generation)
            for generation in left:
                entries.drop_parts(generation)
            self._drop_generations(name, left)

    def _heal(self) -> None:
        """Finish what those left who were killed while they wrote; one must be alone for it."""
        for name, known in self._index.all().items():
            if known.readable and len(known.generations) < 2:
                continue
            with contextlib.suppress(VaultError):  # the next writing tries again
                entries = self._entries(name)
                if entries.manifests():
                    if not known.readable:
                        self._settle(name, known.about)
                    self._sweep(name, entries)
                elif not known.readable:
                    for generation in known.generations:
                        entries.drop_parts(generation)
                    self._drop_name(name)

    def _drop_name(self, name: str) -> None:
        self._index.change(lambda all_: {k: v for k, v in all_.items() if k != name})

    def _drop_generations(self, name: str, gone: set[Generation]) -> None:
        def change(all_: dict[str, Kept]) -> dict[str, Kept]:
            known = all_.get(name)
            if known is None:
                return all_
            left = tuple(one for one in known.generations if one not in gone)
            if not left and not known.readable:
                return {key: one for key, one in all_.items() if key != name}
            return all_ | {name: msgspec.structs.replace(known, generations=left)}

        self._index.change(change)

    def _forget(self, name: str) -> None:
        """The store has nothing under this name (any more): neither has the index."""
        known = self._index.all().get(name)
        if known is None or not known.readable:
            return
        with self._index.alone() as alone:
            entries = self._entries(name)
            if alone and not entries.manifests():
                for generation in known.generations:
                    entries.drop_parts(generation)
                self._drop_name(name)


def check_name(name: str) -> str:
    """The name, when it can be one; raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            name,
            title="Not a name for a credential",
            hint="Up to 100 letters, digits and . _ @ + / = ~ - make one; a letter or digit first.",
        )
    return name


def not_kept(name: str, where: str) -> NotFound:
    """Nothing of that name is kept there."""
    place = {"file": "the encrypted file", "memory": "this run's memory"}.get(where, "the keyring")
    return NotFound(
        f"{name} is not in {place}",
        title="No such credential",
        hint="ecrtui credentials list shows those there are.",
    )


def _split(value: str, before: list[tuple[int, Manifest]]) -> tuple[Manifest, list[str]]:
    number = before[0][1].number + 1 if before else 1
    try:
        return split(value, number)
    except ValueError:
        raise UsageError("a value of more than 60,000 characters", title="Too long") from None


def _same(found: object, wanted: object) -> None:
    if found != wanted:
        raise VaultDamaged(
            "what was written could not be read back", hint="What was kept before is still there."
        )
