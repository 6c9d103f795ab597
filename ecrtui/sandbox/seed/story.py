"""Who releases what and when: the shop's services and the calendar of their releases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
OWNER = {"org.opencontainers.image.vendor": "Example Shop", "com.example.team": "storefront"}


@dataclass(frozen=True)
class Release:
    """One release: version, when it was pushed, and what differs from the service's defaults."""

    version: str
    pushed: datetime
    base: str = "12.8"
    env: dict[str, str] = field(default_factory=dict)
    cmd: tuple[str, ...] = ("serve",)
    user: str = "app"
    tags: tuple[str, ...] = ()
    libraries: dict[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """A repository of releases. ``kind`` is the language it is written in: python, node or go."""

    name: str
    kind: str
    releases: tuple[Release, ...]
    platforms: tuple[str, ...] = ("amd64",)
    attested: bool = False
    docker: bool = False
    libraries: dict[str, str] = field(default_factory=dict)
    ports: tuple[str, ...] = ("8080/tcp",)
    weight: int = 24_000


def moment(text: str) -> datetime:
    """A moment of the story, ``11-17 14:05``, in the story's year."""
    return datetime.strptime(f"{NOW.year}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=timezone.utc)


def iso(when: datetime) -> str:
    """The moment as image configs write it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def calendar(name: str, count: int, major: int, days: int) -> tuple[Release, ...]:
    """``count`` releases, one every ``days`` days or so, the last a few days ago.

    Every fourth is a patch of the one before. The hour and the last day depend on the name alone.
    """
    salt = sum(name.encode())
    releases = []
    minor, patch = 3 + salt % 9, 0
    for number in range(count):
        ago = (count - 1 - number) * days + salt % 6 + 1
        pushed = NOW - timedelta(days=ago, hours=salt % 7, minutes=(salt * (number + 3)) % 60)
        last = number == count - 1
        tags = ("latest",) if last else ()
        base = "12.7" if ago > 40 else "12.8"
        releases.append(Release(f"{major}.{minor}.{patch}", pushed, base, tags=tags))
        minor, patch = (minor, patch + 1) if number % 4 == 2 else (minor + 1, 0)
    return tuple(releases)
