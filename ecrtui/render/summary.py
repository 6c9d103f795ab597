"""The difference of two images at a glance: a few lines that one can paste into a channel.

Text is foreign: whoever draws or prints a line makes it safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ecrtui.compare.bites import Bite, base_of
from ecrtui.compare.comparison import Comparison
from ecrtui.compare.config import FieldChange
from ecrtui.compare.files import Difference
from ecrtui.compare.layers import LayerChange
from ecrtui.compare.sequences import aligned
from ecrtui.model.details import ImageDetails
from ecrtui.model.manifest import ImageConfig
from ecrtui.model.package import PackageChange
from ecrtui.model.places import Registry
from ecrtui.render.ages import utc
from ecrtui.render.fields import Field
from ecrtui.render.finding_changes import findings_fields
from ecrtui.render.images import telling_tag
from ecrtui.render.moments import epoch
from ecrtui.render.registries import region_name
from ecrtui.render.secrets import MASK, looks_secret
from ecrtui.render.sizes import size
from ecrtui.render.text import safe

CONFIG, LAYERS, FILES, PACKAGES = "diff-config", "diff-layers", "diff-files", "diff-packages"
"""The tabs that tell more of a line."""
_COMMIT = "org.opencontainers.image.revision"
_BASE_NAME = "org.opencontainers.image.base.name"
_PHRASES = 6
"""Changes of the configuration, and packages, that a line names; it counts the others."""
_BITES = 12
_LONGEST = 48
"""Characters of one value in a phrase."""
_SHORT = 19
"""Of a digest: `sha256:` and twelve digits."""
SIGNS = {"upgrade": "↑", "downgrade": "↓", "added": "+", "removed": "-", "changed": "~"}
"""What happened to a package."""
_FIRST = ("downgrade", "upgrade", "changed", "removed", "added")
"""What of packages one wants to know first."""


def summary(found: Comparison, waiting: str = "") -> list[Field]:
    """What one reads first. `waiting` stands for what is still being read; without it that is
    left out, as is what was not looked at."""
    before, after = found.before, found.after
    elsewhere = before.home != after.home
    reading = waiting and found.files is None and not found.one_image
    told = "" if reading else no_difference(found)
    fields = [
        Field("From", _side(before, elsewhere)),
        Field("To", _side(after, elsewhere)),
        *([Field("Result", told, "good")] if told else []),
        Field("Size", _size(before, after), tab=LAYERS),
    ]
    if before.config is not None and after.config is not None:
        fields += _built(before.config, after.config)
        fields.append(_base(before.config, after.config))
    fields.append(_config(found))
    if found.layers:
        fields.append(Field("Layers", _layers(found.layers), tab=LAYERS))
    if found.packages is not None:
        fields.append(_packages(found))
    elif waiting:
        fields.append(Field("Packages", waiting, "busy"))
    fields += findings_fields(found)
    if found.files is not None:
        fields.append(Field("Files", _files(found.files), tab=FILES))
    elif waiting:
        fields.append(Field("Files", waiting, "busy"))
    return fields


def no_difference(found: Comparison) -> str:
    """That nothing differs, as far as was looked, as a sentence; '' when something does."""
    if not found.same:
        return ""
    if found.one_image:
        return "One image: both have the same digest"
    if found.files is not None:
        return "Nothing differs that a container would see"
    return f"Nothing differs in config{' and layers' if found.layers else ''}"


def bites(found: Comparison) -> list[Field]:
    """What usually bites, each on a line of its own; the last one counts what is too much.

    Another base is told of in the summary itself.
    """
    biting = [one for one in found.bites if one.kind != "base"]
    told = [Field("Look at", _bite(one), "warn", _tab_of(one)) for one in biting[:_BITES]]
    more = len(biting) - len(told)
    return [*told, *([Field("Look at", f"⚠ {more:,} more", "warn", FILES)] if more else [])]


def _bite(bite: Bite) -> str:
    return f"⚠ {bite.subject}: {bite.text}" if bite.subject else f"⚠ {bite.text}"


def _tab_of(bite: Bite) -> str:
    """The tab that tells more; of what is about a file with its path."""
    of_file = bite.kind in ("setuid", "world-writable", "missing")
    return f"{FILES}:{bite.subject}" if of_file else CONFIG


def unsure(found: Comparison) -> str:
    """What the layers that were not read leave open, as a sentence; '' when nothing."""
    left = found.unsure
    if left is None:
        return ""
    return (
        f"{left.paths:,} paths told as added or removed may replace files of {left.layers}"
        f" shared layers ({size(left.bytes)}) that were not read"
    )


def summary_text(found: Comparison) -> str:
    """The summary as a text for an incident channel, safe to be pasted anywhere."""
    lines = [title(found)]
    told = (*summary(found), *bites(found))
    skipped = ("From", "To")
    lines += [
        one.text if one.label == "Look at" else f"{one.label}: {one.text}"
        for one in told
        if one.label not in skipped
    ]
    left = unsure(found)
    return "\n".join(map(safe, [*lines, *([f"Unsure: {left}"] if left else [])]))


def title(found: Comparison) -> str:
    """`team/api:v1 → team/api:v2 (linux/amd64)`."""
    before, after = found.before, found.after
    names = f"{called(before)} → {called(after)}"
    one, other = platform(before), platform(after)
    told = one if one == other else f"{one} → {other}"
    return f"{names} ({told})" if told else names


def called(details: ImageDetails) -> str:
    """What a person calls an image: by a tag where there is one."""
    if "@" not in details.reference:
        return details.reference
    tags = details.image.image_tags if details.image is not None else ()
    name = details.repository
    return f"{name}:{telling_tag(tags)}" if tags else f"{name}@{details.digest[:_SHORT]}"


def platform(details: ImageDetails) -> str:
    """os/architecture of the image looked into, '' while it is not known."""
    return str(details.config.platform) if details.config is not None else ""


def layer_bytes(details: ImageDetails) -> int:
    """The bytes of an image's layers, compressed unless an engine or an archive has them plain."""
    return details.image_manifest.layer_bytes if details.image_manifest else 0


def growth(count: int) -> str:
    """`+1.2 MB`, `-12 B`; '' for nothing."""
    return f"{'+' if count > 0 else '-'}{size(abs(count))}" if count else ""


def shown_value(field: str, value: Sequence[str] | str | None) -> str:
    """A field's value as one text; what looks secret is masked."""
    if value is None or isinstance(value, str):
        return MASK if looks_secret(field, value or "") else value or ""
    text = " ".join(_masked_words(value))
    return MASK if looks_secret(field, text) else text


def _masked_words(words: Sequence[str]) -> list[str]:
    """A command's words, without the values of options that look secret.

    Both `--token=x` and `--token x` are options.
    """
    masked: list[str] = []
    option = ""
    for word in words:
        name, sign, value = word.partition("=")
        if sign and looks_secret(name, value):
            masked.append(f"{name}={MASK}")
        else:
            masked.append(MASK if looks_secret(option, word) else word)
        option = word if word.startswith("-") and not sign else ""
    return masked


def _side(details: ImageDetails, elsewhere: bool) -> str:
    place = details.home
    parts = [called(details)]
    if elsewhere and isinstance(place, Registry):
        parts.append(f"{place.profile or 'default'} {region_name(place)}")
    pushed = utc(details.image.image_pushed_at) if details.image is not None else ""
    return ", ".join([*parts, *([f"pushed {pushed} UTC"] if pushed else [])])


def _size(before: ImageDetails, after: ImageDetails) -> str:
    """Both sizes; what lies between a compressed and a plain image says nothing."""
    one, other = layer_bytes(before), layer_bytes(after)
    if before.compressed == after.compressed or not (before.layers and after.layers):
        return _grown(one, other)
    plain = " not compressed"
    first, second = ("", plain) if before.compressed else (plain, "")
    return f"{size(one)}{first} → {size(other)}{second}"


def _grown(before: int, after: int) -> str:
    return f"{size(before)} → {size(after)}  {growth(after - before) or 'the same'}"


def _built(before: ImageConfig, after: ImageConfig) -> Iterator[Field]:
    one, other = utc(epoch(before.created)), utc(epoch(after.created))
    parts = [f"{_change(one, other)} UTC"] if one or other else []
    commits = [config.labels.get(_COMMIT, "")[:_LONGEST] for config in (before, after)]
    if any(commits):
        parts.append(f"commit {_change(*(_commit(one) for one in commits))}")
    if parts:
        yield Field("Built", ", ".join(parts), tab=CONFIG)


def _commit(revision: str) -> str:
    """A commit as git shortens it; anything else as it is."""
    plain = all(letter in "0123456789abcdef" for letter in revision)
    return revision[:7] if plain and len(revision) == 40 else revision


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before or 'none'} → {after or 'none'}"


def _base(before: ImageConfig, after: ImageConfig) -> Field:
    names = [config.labels.get(_BASE_NAME, "") for config in (before, after)]
    if base_of(before) == base_of(after):
        return Field("Base", f"the same ({names[0] or 'lowest layer'})", tab=LAYERS)
    told = _change(*names) if any(names) else "another lowest layer"
    return Field("Base", f"{told} ⚠", "warn", tab=LAYERS)


def _config(found: Comparison) -> Field:
    if not found.config:
        return Field("Config", "the same", tab=CONFIG)
    labels = [one for one in found.config if one.field.startswith("labels.")]
    phrases = [_phrase(one) for one in found.config if one not in labels]
    more = len(phrases) - _PHRASES
    told = phrases[:_PHRASES] + ([f"{more:,} more"] if more > 0 else [])
    if labels:
        told.append(f"{len(labels):,} label{'s' if len(labels) > 1 else ''}")
    return Field("Config", "; ".join(told), tab=CONFIG)


def _phrase(change: FieldChange) -> str:
    """`env MODE off → on`, `env -OLD`, `user app → root`, `cmd + --workers=4`."""
    name = change.field.replace(".", " ", 1)
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        words = list(_words(_masked_words(change.before), _masked_words(change.after)))
        if len(words) < len(change.before) + len(change.after):  # they have some in common
            return f"{name} {' '.join(words)}"
    before, after = (
        _short(shown_value(change.field, one)) for one in (change.before, change.after)
    )
    part, keyed, key = change.field.partition(".")
    if change.before is None and keyed:
        return f"{part} +{key}" if key == after else f"{part} +{key}={after}"
    if change.after is None and keyed:
        return f"{part} -{key}"
    return f"{name} {_or_none(change.before, before)} → {_or_none(change.after, after)}"


def _or_none(value: object, shown: str) -> str:
    return "none" if value is None else shown or "empty"


def _words(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The words of a command that went and came."""
    for one, other in aligned(before, after, lambda a, b: a == b):
        if other is None:
            yield f"- {_short(before[one or 0])}"
        elif one is None:
            yield f"+ {_short(after[other])}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _layers(rows: Iterable[LayerChange]) -> str:
    counts = Counter(row.change for row in rows)
    replaced = min(counts["added"], counts["removed"])
    again = sum(1 for row in rows if row.recompressed)
    told = (
        (counts["same"], "same"),
        (replaced, "replaced"),
        (counts["added"] - replaced, "added"),
        (counts["removed"] - replaced, "removed"),
        (again, "compressed again"),
    )
    return ", ".join(f"{count} {word}" for count, word in told if count)


def package_kind(change: PackageChange) -> str:
    """Its ecosystem, and where it is known from when files do not tell of it."""
    return f"{change.ecosystem}, by SBOMs" if change.source == "sbom" else change.ecosystem


def _packages(found: Comparison) -> Field:
    changes = sorted(found.packages or (), key=lambda one: _FIRST.index(one.change))
    told = [_package(one) for one in changes[:_PHRASES]]
    more = len(changes) - len(told)
    if more > 0:
        told.append(f"and {more:,} more")
    text = "  ".join(told) or "the same"
    if found.skipped:
        text += f"  ({len(found.skipped)} databases were not read)"
    style = "warn" if any(one.change == "downgrade" for one in changes) else ""
    return Field("Packages", text, style, tab=PACKAGES)


def _package(change: PackageChange) -> str:
    versions = " → ".join(_short(one) for one in (change.before, change.after) if one)
    return f"{SIGNS.get(change.change, '~')} {change.name} {versions}"


def _files(files: Difference) -> str:
    if not files:
        return "the same"
    sums = files.summary
    parts = [f"+{sums.files_added:,} ~{sums.files_modified:,} -{sums.files_removed:,}"]
    if sums.bytes_added or sums.bytes_removed:
        parts.append(
            " ".join(filter(None, (growth(sums.bytes_added), growth(-sums.bytes_removed))))
        )
    if files.renames:
        parts.append(f"{len(files.renames):,} renamed")
    largest = _largest(files)
    return ", ".join([*parts, *([f"largest: {largest}"] if largest else [])])


def _largest(files: Difference) -> str:
    """The changed path that itself grew or shrank most, and by how much; none that only moved."""
    grown_paths = (one for one in files.grown.items() if one[0] not in files.moved)
    path, grown = max(grown_paths, key=lambda one: abs(one[1]), default=("", 0))
    return f"{path} {growth(grown)}" if grown else ""
