"""The services of the shop, by the repository each is kept in."""

from __future__ import annotations

from ecrtui.sandbox.seed.story import Release, Service, calendar, moment

BOTH = ("amd64", "arm64")
_FLAGS = {"CHECKOUT_V2": "off", "LOG_LEVEL": "info", "DB_POOL": "20"}
_PYTHON = {"fastapi": "0.118.0", "uvicorn": "0.37.0", "sqlalchemy": "2.0.43", "redis": "6.4.0"}
_NODE = {"express": "5.1.0", "react": "19.2.0", "undici": "7.16.0"}
_GO = {"golang.org/x/net": "0.46.0", "github.com/jackc/pgx/v5": "5.7.6"}
_LIBRARIES = {"python": _PYTHON, "node": _NODE, "go": _GO}

# What was released while a customer could not check out: v2.14.0 with a bad OpenSSL, v2.14.1 that
# mends it, turns the new checkout on and, by mistake, runs as root.
_API = (
    Release("2.11.0", moment("09-08 09:41"), "12.6", _FLAGS),
    Release("2.12.0", moment("09-22 10:02"), "12.6", _FLAGS),
    Release("2.12.1", moment("09-25 16:48"), "12.6", _FLAGS, changed=("orders",)),
    Release("2.13.0", moment("10-13 09:15"), "12.6", _FLAGS),
    Release("2.13.1", moment("10-16 11:30"), "12.6", _FLAGS, changed=("orders",)),
    Release("2.14.0", moment("11-10 09:22"), "12.7", _FLAGS, changed=("orders", "legacy-v1")),
    Release(
        "2.14.1",
        moment("11-17 14:05"),
        "12.8",
        {**_FLAGS, "CHECKOUT_V2": "on", "DB_POOL": "40"},
        ("serve", "--workers=4"),
        "root",
        ("v2.14", "stable"),
        {"uvicorn": "0.38.0"},
        ("orders", "checkout"),
    ),
    Release("2.15.0-rc.1", moment("11-21 17:20"), "12.8", {**_FLAGS, "CHECKOUT_V2": "on"}),
    Release(
        "2.15.0",
        moment("11-23 10:12"),
        "12.8",
        {**_FLAGS, "CHECKOUT_V2": "on", "DB_POOL": "40"},
        ("serve", "--workers=4"),
        tags=("latest",),
        libraries={"uvicorn": "0.38.0", "fastapi": "0.121.0"},
        changed=("orders", "checkout", "pricing"),
    ),
)
_WEB = (
    Release("2.13.0", moment("10-14 08:20"), "12.7", {"SSR": "on"}),
    Release("2.14.0", moment("11-10 10:40"), "12.7", {"SSR": "on"}, changed=("cart",)),
    Release(
        "2.14.1",
        moment("11-17 15:31"),
        "12.8",
        {"SSR": "on", "CDN": "https://cdn.example.com"},
        ("serve", "--prerender"),
        tags=("v2.14", "stable", "latest"),
        libraries={"undici": "7.16.1"},
        changed=("cart", "banner"),
    ),
)
# name: (language, releases, major version, days between releases)
_CALENDAR: dict[str, tuple[str, int, int, int]] = {
    "shop/ab-testing": ("python", 5, 0, 14),
    "shop/admin": ("node", 7, 4, 9),
    "shop/audit-log": ("go", 5, 1, 21),
    "shop/auth": ("go", 9, 5, 7),
    "shop/backoffice": ("node", 6, 2, 12),
    "shop/catalog": ("python", 9, 3, 6),
    "shop/coupons": ("python", 4, 1, 15),
    "shop/cron": ("go", 4, 1, 30),
    "shop/feature-flags": ("go", 6, 2, 10),
    "shop/feed-exporter": ("python", 4, 0, 18),
    "shop/fraud": ("python", 7, 2, 8),
    "shop/gateway": ("go", 8, 3, 9),
    "shop/image-resizer": ("go", 4, 1, 22),
    "shop/importer": ("python", 5, 1, 16),
    "shop/inventory": ("python", 8, 2, 7),
    "shop/loyalty": ("node", 4, 1, 17),
    "shop/mailer": ("node", 5, 2, 14),
    "shop/media": ("go", 6, 2, 11),
    "shop/notifications": ("node", 7, 3, 8),
    "shop/orders": ("python", 10, 4, 6),
    "shop/payments": ("go", 9, 6, 7),
    "shop/pricing": ("python", 8, 2, 7),
    "shop/recommendations": ("python", 6, 1, 10),
    "shop/reports": ("python", 4, 1, 20),
    "shop/returns": ("node", 4, 0, 19),
    "shop/reviews": ("node", 5, 1, 13),
    "shop/search": ("go", 8, 3, 8),
    "shop/sessions": ("go", 5, 2, 15),
    "shop/shipping": ("python", 6, 2, 11),
    "shop/taxes": ("python", 5, 1, 16),
    "shop/users": ("python", 8, 3, 7),
    "shop/webhooks": ("go", 5, 1, 12),
    "shop/worker": ("python", 9, 2, 6),
    "platform/base-debian": ("go", 6, 12, 21),
    "platform/base-node": ("node", 5, 22, 24),
    "platform/base-python": ("python", 5, 3, 24),
    "platform/buildkit": ("go", 4, 0, 28),
    "platform/cert-manager": ("go", 4, 1, 30),
    "platform/envoy": ("go", 5, 1, 21),
    "platform/external-dns": ("go", 4, 0, 32),
    "platform/fluent-bit": ("go", 5, 4, 20),
    "platform/grafana": ("go", 4, 12, 24),
    "platform/otel-collector": ("go", 6, 0, 14),
    "platform/postgres-backup": ("go", 3, 1, 40),
    "platform/prometheus": ("go", 4, 3, 26),
    "platform/runner": ("go", 7, 2, 10),
    "platform/vault-agent": ("go", 3, 1, 36),
    "data/airflow": ("python", 5, 3, 18),
    "data/dbt": ("python", 4, 1, 20),
    "data/etl": ("python", 7, 1, 8),
    "data/feature-store": ("python", 4, 0, 22),
    "data/kafka-connect": ("go", 4, 3, 26),
    "data/spark": ("python", 4, 4, 28),
}
_MULTI = {"shop/auth", "shop/payments", "shop/gateway", "platform/base-debian"}
_DOCKER = {"shop/mailer", "shop/reports", "platform/postgres-backup", "shop/loyalty"}


def main_services() -> list[Service]:
    """Every service of the production registry, in the order of their names."""
    services = [
        Service("shop/api", "python", _API, BOTH, True, libraries=_PYTHON, weight=60_000),
        Service("shop/web", "node", _WEB, BOTH, True, libraries=_NODE, ports=("3000/tcp",)),
        Service(
            "shop/checkout",
            "python",
            calendar("shop/checkout", 8, 3, 7),
            BOTH,
            True,
            libraries=_PYTHON,
        ),
        *(_service(name) for name in _CALENDAR),
    ]
    return sorted(services, key=lambda service: service.name)


def _service(name: str) -> Service:
    kind, count, major, days = _CALENDAR[name]
    weight = 12_000 + sum(name.encode()) % 40_000
    return Service(
        name,
        kind,
        calendar(name, count, major, days),
        BOTH if name in _MULTI else ("amd64",),
        docker=name in _DOCKER,
        libraries=_LIBRARIES[kind],
        weight=weight,
    )
