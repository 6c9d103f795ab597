"""What storage costs, how it grew and what could be saved: words, bars, sentences, commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from ecrtui.model.cost import CostReport, Month, RegistryCost, Saving, SavingKind, added
from ecrtui.model.footprint import Footprint
from ecrtui.model.places import Registry
from ecrtui.model.prices import ARCHIVE_DAYS, LOOKED_UP, Basis, Price
from ecrtui.model.prune import Rules
from ecrtui.render.sizes import size

MONTHS = 12
"""Shown one by one; what is older is one row."""
_DAY = 86400
_SHOWN_DIGESTS = 2


def money(amount: float | None, currency: str = "USD") -> str:
    """`11.46 USD`, `1,250 USD`, `under 0.01 USD`; '' where no price is known."""
    if amount is None:
        return ""
    if amount >= 1000:
        return f"{amount:,.0f} {currency}"
    if 0 < amount < 0.01:
        return f"under 0.01 {currency}"
    return f"{amount:.2f} {currency}"


def stored(footprint: Footprint) -> str:
    """`12.3 GB`; `at most 12.3 GB` while layers that images share may be counted twice."""
    return f"at most {size(footprint.most)}" if footprint.bound else size(footprint.bytes)


def short(footprint: Footprint) -> str:
    """The same for a cell: `≤ 12.3 GB`."""
    return f"≤ {size(footprint.most)}" if footprint.bound else size(footprint.bytes)


def currency(price: Price | None) -> str:
    """What its money is called."""
    return price.currency if price else ""


def number(count: int, word: str) -> str:
    """`1 image`, `1,214 images`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def per_gb(amount: float) -> str:
    """`0.10`, `0.0825`: a price with two decimals at least."""
    short = f"{amount:g}"
    return short if len(short.partition(".")[2]) > 2 else f"{amount:.2f}"


def price_words(rows: Sequence[RegistryCost]) -> list[str]:
    """`0.10 USD per GB and month in eu-west-1, us-east-1 (AWS's list, 2026-10)`: each once."""
    places: dict[Price | None, list[str]] = {}
    for row in rows:
        places.setdefault(row.price, []).append(region(row.registry))
    return [_price(price, ", ".join(dict.fromkeys(where))) for price, where in places.items()]


def _price(price: Price | None, where: str) -> str:
    if price is None:
        return f"No list of prices is known for {where}: the settings may name one."
    told = f"{per_gb(price.standard)} {price.currency} per GB and month in {where}"
    if price.free:
        told += f", {price.free} GB free"
    bases = {
        Basis.LIST: f"AWS's list, {LOOKED_UP}",
        Basis.ASSUMED: f"assumed: no list of it was found in {LOOKED_UP}",
        Basis.SETTINGS: "by the settings",
    }
    return f"{told} ({bases[price.basis]})."


def everything(report: CostReport) -> tuple[Footprint, str]:
    """All registries together: bytes, and money where it is the same everywhere."""
    rows = report.registries
    amounts = [row.money for row in rows if row.money is not None]
    currencies = {currency(row.price) for row in rows}
    known = len(amounts) == len(rows) and len(currencies) == 1
    amount = money(sum(amounts), currencies.pop()) if known else ""
    return added(row.storage.whole for row in rows), amount


def total_words(row: RegistryCost) -> str:
    """`at most 123 GB, 11.46 USD a month; 3.0 GB of it archived`."""
    storage = row.storage
    told = stored(storage.whole)
    amount = money(row.money, currency(row.price))
    told += f", {amount} a month" if amount else ""
    archived = storage.archived.most
    return f"{told}; {size(archived)} of it archived" if archived else told


def shown_months(months: Sequence[Month]) -> list[tuple[str, Month]]:
    """The last twelve with a label, older ones and those without a time as a row before them."""
    dated = [one for one in months if one.month]
    early = [one for one in months if not one.month] + dated[:-MONTHS]
    rows = [(one.month, one) for one in dated[-MONTHS:]]
    if not early:
        return rows
    footprint = Footprint(
        bytes=sum(one.stored.bytes for one in early), bound=sum(one.stored.bound for one in early)
    )
    before = Month(month="", images=sum(one.images for one in early), stored=footprint)
    return [("before", before), *rows]


def month_lines(months: Sequence[Month], columns: int, *, ascii_only: bool = False) -> list[str]:
    """A bar for each month: what was pushed in it and is still stored, the longest the largest."""
    rows = shown_months(months)
    sizes = [short(one.stored) for _, one in rows]
    if ascii_only:
        sizes = [text.replace("≤", "<=") for text in sizes]
    counts = [number(one.images, "image") for _, one in rows]
    wide, counted = (max(map(len, texts), default=0) for texts in (sizes, counts))
    room = max(4, columns - 7 - wide - counted - 6)
    largest = max((one.stored.most for _, one in rows), default=0)
    mark = "#" if ascii_only else "█"
    lines = []
    for (label, one), told, count in zip(rows, sizes, counts, strict=True):
        length = round(room * one.stored.most / largest) if largest else 0
        length = max(length, 1) if one.stored.most else 0
        lines.append(f"{label:<7}  {mark * length:<{room}}  {told:>{wide}}  {count:>{counted}}")
    return lines


def what(saving: Saving) -> str:
    """`214 untagged images`."""
    count, rules = number(saving.images, "image"), saving.rules or Rules()
    if saving.kind is SavingKind.UNTAGGED:
        return f"{saving.images:,} untagged image{'' if saving.images == 1 else 's'}"
    if saving.kind is SavingKind.BEYOND_NEWEST:
        return f"{count} beyond the newest {rules.newest}"
    if saving.kind is SavingKind.NOT_PULLED:
        days = round((rules.not_pulled_for or 0) / _DAY)
        return f"{count} neither pulled nor pushed for {number(days, 'day')}"
    if saving.kind is SavingKind.FORGOTTEN:
        return f"forgotten: none of its {count} was pulled or pushed of late"
    return f"{count} that {', '.join(saving.elsewhere)} keeps too, and nothing replicates"


def brief(saving: Saving) -> str:
    """`214 untagged`: the same for a narrow line."""
    count, rules = f"{saving.images:,}", saving.rules or Rules()
    told = {
        SavingKind.UNTAGGED: f"{count} untagged",
        SavingKind.BEYOND_NEWEST: f"{count} beyond the newest {rules.newest}",
        SavingKind.NOT_PULLED: f"{count} not pulled for {age_flag(rules.not_pulled_for or 0)}",
        SavingKind.FORGOTTEN: f"forgotten, all {count}",
        SavingKind.DUPLICATES: f"{count} kept in {', '.join(saving.elsewhere)} too",
    }
    return told[saving.kind] + ("" if saving.known else "?")


def sentence(saving: Saving, *, where: bool = True) -> str:
    """What may go and what that saves, to be read by itself."""
    place = f"{saving.repository} in {region(saving.registry)}: " if where else ""
    amount = money(saving.money, saving.currency)
    cost = f", {amount} a month" if amount else ""
    told = f"{place}{what(saving)}: {stored(saving.freed)}{cost}."
    return " ".join([told, *remarks(saving)])


def remarks(saving: Saving) -> list[str]:
    """What one should know besides."""
    found = []
    if not saving.known:
        found.append("Only if nothing uses them: not all could be looked at.")
    if saving.policy is False and saving.rules is not None:
        found.append("The repository has no lifecycle policy that would keep it so.")
    if saving.early:
        found.append(
            f"{saving.early:,} of them are charged until {ARCHIVE_DAYS} days after archiving."
        )
    if saving.archive_saves is not None and saving.archive_saves >= 0.01:
        less = money(saving.archive_saves, saving.currency)
        found.append(f"Archived instead (--archive, {ARCHIVE_DAYS} days at least): {less} less.")
    return found


def command(saving: Saving) -> str:
    """The way there, as one would type it."""
    place, name = saving.registry, saving.repository
    public = place.is_public
    at = ["--profile", place.profile] if place.profile else []
    at += [] if public else ["--region", place.region]
    at += [word for one in saving.not_in for word in ("--not-in", one)]
    if saving.kind is SavingKind.FORGOTTEN:
        return shlex.join(["ecrtui", "delete", "--repository", name, "--with-images", name, *at])
    if saving.kind is SavingKind.DUPLICATES:
        images = [f"{name}@{digest}" for digest in saving.digests[:_SHOWN_DIGESTS]]
        return shlex.join(["ecrtui", "delete", *at, *images]) + _more(saving)
    return shlex.join(["ecrtui", "prune", name, *at, *_flags(saving.rules or Rules())])


def _more(saving: Saving) -> str:
    rest = saving.images - _SHOWN_DIGESTS
    return f" ... and {rest:,} more, which --json lists" if rest > 0 else ""


def _flags(rules: Rules) -> Iterator[str]:
    if rules.untagged:
        yield "--untagged"
    if rules.newest is not None:
        yield from ("--keep-newest", str(rules.newest))
    if rules.not_pulled_for is not None:
        yield from ("--not-pulled-for", age_flag(rules.not_pulled_for))


def age_flag(seconds: float) -> str:
    """`90d`: as options take it."""
    whole = int(seconds)
    return f"{whole // _DAY}d" if whole % _DAY == 0 else f"{whole}s"


def notes(report: CostReport) -> list[str]:
    """What holds for all of it."""
    found = price_words(report.registries)
    if any(row.storage.whole.bound for row in report.repositories):
        found.append(
            "At most: layers that images share are billed once, and are known only of images whose"
            " manifests were read."
        )
    if any(row.price is not None and not row.price.free for row in report.repositories):
        found.append(
            "The archive costs as much as standard storage below 150 TB: it saves nothing there."
        )
    doubt = report.doubt
    if doubt.images:
        where = f" in {doubt.repositories:,} repositories" if doubt.repositories > 1 else ""
        one = report.repositories[0].repository if len(report.repositories) == 1 else "REPO"
        found.append(
            f"{doubt.images:,} untagged images{where}, at most {size(doubt.bytes)}, may belong to"
            f" indexes that nobody read: ecrtui prune {one} --untagged --read-manifests finds out,"
            " which counts as a pull."
        )
    if report.unknown:
        places = number(len(report.unknown), "place")
        found.append(
            f"What may use images could not be looked at in {places}: what nobody looked at is not"
            " said to be free."
        )
    return found


def region(place: Registry) -> str:
    """What it is called in a sentence."""
    return "ECR Public" if place.is_public else place.region
