"""The layers under every service: a small Debian, its packages, and a language's libraries."""

from __future__ import annotations

from functools import cache

from ecrtui.sandbox.images.attestations import Package
from ecrtui.sandbox.images.content import filler
from ecrtui.sandbox.images.layers import (
    Entry,
    Layer,
    directory,
    file,
    hardlink,
    make_layer,
    opaque,
    symlink,
    whiteout,
)

_DATED = 1_756_684_800  # the day the base image was built: 2025-09-01
_COMMON = {
    "base-files": "12.4+deb12u12",
    "bash": "5.2.15-2+b9",
    "coreutils": "9.1-1",
    "dpkg": "1.21.22",
    "libc6": "2.36-9+deb12u13",
    "libgcc-s1": "12.2.0-14+deb12u1",
    "libstdc++6": "12.2.0-14+deb12u1",
    "perl-base": "5.36.0-7+deb12u3",
    "tar": "1.34+dfsg-1.2+deb12u1",
    "tzdata": "2025b-0+deb12u2",
    "zlib1g": "1:1.2.13.dfsg-1",
}
# What changed from one base to the next; 12.7 is the one with the bad OpenSSL.
_POINT: dict[str, dict[str, str]] = {
    "12.6": {"openssl": "3.0.17-1~deb12u1", "libssl3": "3.0.17-1~deb12u1"},
    "12.7": {"openssl": "3.0.17-1~deb12u2", "libssl3": "3.0.17-1~deb12u2"},
    "12.8": {
        "openssl": "3.0.17-1~deb12u3",
        "libssl3": "3.0.17-1~deb12u3",
        "tzdata": "2025b-0+deb12u3",
    },
}
_ADDED = {"ca-certificates": "20230311+deb12u1", "curl": "7.88.1-10+deb12u14"}
_LIBRARY = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}


def debian_packages(base: str) -> list[Package]:
    """The Debian packages of an image on this base."""
    versions = _COMMON | _POINT[base] | _ADDED
    return [Package("deb", name, versions[name], "debian") for name in sorted(versions)]


@cache
def base_layers(architecture: str, base: str) -> tuple[Layer, Layer]:
    """The root file system, then what ``apt-get install`` adds to and cleans from it."""
    created_by = f"COPY rootfs-{base}-{architecture} / # buildkit"
    root = make_layer(_root(architecture, base), created_by, _DATED, level=1)
    step = "RUN apt-get update && apt-get install -y ca-certificates curl # buildkit"
    return root, make_layer(_installed(architecture, base), step, _DATED + 86_400, level=1)


@cache
def library_layer(kind: str, architecture: str, libraries: tuple[tuple[str, str], ...]) -> Layer:
    """The libraries of a service, installed the way its language does."""
    makers = {"python": _python, "node": _node, "go": _go}
    entries, step = makers[kind](libraries, architecture)
    return make_layer(entries, step, _DATED + 2 * 86_400, level=1)


def _root(architecture: str, base: str) -> list[Entry]:
    multiarch = _LIBRARY[architecture]
    status = _status(_COMMON | _POINT[base], architecture)
    release = (
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\n'
        f'VERSION_ID="12"\nVERSION="12 (bookworm)"\nDEBIAN_VERSION_FULL={base}\nID=debian\n'
    )
    folders = ["etc", "usr", "usr/bin", "usr/lib", f"usr/lib/{multiarch}", "usr/share"]
    folders += ["usr/share/doc", "usr/share/doc/bash", "usr/share/zoneinfo", "var", "var/lib"]
    folders += ["var/lib/dpkg", "var/cache", "var/cache/apt", "home", "root", "opt"]
    return [
        *map(directory, folders),
        directory("tmp", 0o1777),
        *(symlink(name, f"usr/{name}") for name in ("bin", "lib")),
        file("etc/os-release", release),
        file("etc/debian_version", base + "\n"),
        file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\napp:x:10001:10001::/srv:/bin/sh\n"),
        file("etc/group", "root:x:0:\napp:x:10001:\n"),
        file("usr/bin/bash", filler(f"bash {architecture}", 240_000), 0o755),
        hardlink("usr/bin/rbash", "usr/bin/bash"),
        symlink("usr/bin/sh", "bash"),
        file(f"usr/lib/{multiarch}/libc.so.6", filler(f"libc {architecture}", 420_000), 0o755),
        _openssl(architecture, base),
        file("etc/localtime", b"TZif2" + bytes(40)),
        file("usr/share/zoneinfo/UTC", b"TZif2" + bytes(40)),
        file("usr/share/doc/bash/README.gz", filler("bash readme", 3_000)),
        file("usr/share/doc/bash/changelog.gz", filler("bash changelog", 9_000)),
        file("var/lib/dpkg/status", status),
        file("var/cache/apt/pkgcache.bin", filler("pkgcache", 12_000)),
    ]


def _installed(architecture: str, base: str) -> list[Entry]:
    status = _status(_COMMON | _POINT[base] | _ADDED, architecture)
    return [
        directory("etc/ssl"),
        directory("etc/ssl/certs"),
        file("etc/ssl/certs/ca-certificates.crt", filler("certificates", 60_000).hex()),
        symlink("etc/ssl/cert.pem", "certs/ca-certificates.crt"),
        symlink("etc/localtime", "/usr/share/zoneinfo/UTC"),
        file("usr/bin/curl", filler(f"curl {architecture}", 90_000), 0o755),
        file("var/lib/dpkg/status", status),
        opaque("var/cache/apt"),
        whiteout("usr/share/doc/bash"),
    ]


def _openssl(architecture: str, base: str) -> Entry:
    path = f"usr/lib/{_LIBRARY[architecture]}/libssl.so.3"
    version = _POINT[base]["libssl3"]
    return file(path, f"OpenSSL {version}\n".encode() + filler(version + architecture, 180_000))


def _status(versions: dict[str, str], architecture: str) -> str:
    """dpkg's database, one paragraph a package."""
    return "\n".join(
        f"Package: {name}\nStatus: install ok installed\nPriority: optional\n"
        f"Section: libs\nMaintainer: Debian <packages@example.org>\n"
        f"Architecture: {architecture}\nVersion: {versions[name]}\nDescription: {name}\n"
        for name in sorted(versions)
    )


def _python(libraries: tuple[tuple[str, str], ...], architecture: str) -> tuple[list[Entry], str]:
    site = "usr/local/lib/python3.13/site-packages"
    entries = [directory(site)]
    for name, version in libraries:
        about = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
        entries += [
            file(f"{site}/{name}/__init__.py", f'__version__ = "{version}"\n'),
            file(f"{site}/{name}/core.so", filler(name + version + architecture, 18_000), 0o755),
            file(f"{site}/{name}-{version}.dist-info/METADATA", about),
        ]
    return entries, "RUN pip install --no-cache-dir -r requirements.txt # buildkit"


def _node(libraries: tuple[tuple[str, str], ...], architecture: str) -> tuple[list[Entry], str]:
    del architecture  # JavaScript is the same on both
    entries = [directory("srv/node_modules")]
    for name, version in libraries:
        about = f'{{"name": "{name}", "version": "{version}", "main": "index.js"}}\n'
        body = f"// {name} {version}\n" + filler(name + version, 14_000).hex()
        entries += [
            file(f"srv/node_modules/{name}/package.json", about),
            file(f"srv/node_modules/{name}/index.js", body),
        ]
    return entries, "RUN npm ci --omit=dev # buildkit"


def _go(libraries: tuple[tuple[str, str], ...], architecture: str) -> tuple[list[Entry], str]:
    sums = "".join(f"{name} v{version}\n" for name, version in libraries)
    entries = [
        directory("usr/local/share/modules"),
        file("usr/local/share/modules/go.sum", sums),
        file("usr/local/bin/probe", filler("probe" + sums + architecture, 70_000), 0o755),
    ]
    return entries, "COPY --from=build /out/ /usr/local/ # buildkit"
