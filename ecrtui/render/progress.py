"""How far something has come, in few words."""

from __future__ import annotations

from ecrtui.render.sizes import size


def part_of(part: int, whole: int) -> str:
    """`12.4 of 182 MB`; with both units where they differ: `512 kB of 182 MB`."""
    one, other = size(part), size(whole)
    number, _, unit = one.rpartition(" ")
    return f"{number if other.endswith(f' {unit}') else one} of {other}"


def progress(part: int, whole: int, rate: float, left: float | None) -> str:
    """`12.4 of 182 MB, 38 MB/s, 0:04 left`; what nobody can tell is left out."""
    told = [part_of(part, whole)]
    if rate > 0 and left is not None:
        told += [f"{size(int(rate))}/s", f"{duration(left)} left"]
    return ", ".join(told)


def duration(seconds: float) -> str:
    """`0:04`, `1:02:03`."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
