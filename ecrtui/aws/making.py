"""botocore sessions as ecrtui wants them: patient where it helps, quick where a person waits."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from ecrtui import __version__
from ecrtui.aws import models, wire

# A person waits for this: give up on a dead endpoint in seconds, not in botocore's minute, and
# retry throttling a little longer than its default of three tries, since lists stream many pages.
# Each region's client has its own pool; eight threads at most use one at a time.
CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    max_pool_connections=10,
    retries={"mode": "standard", "total_max_attempts": 5},
    user_agent_extra=f"ecrtui/{__version__}",
)
ONCE = {
    "iam": CONFIG.merge(
        Config(
            connect_timeout=3,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 1},
        )
    )
}
"""By service, of those that are asked by the way: nobody waits for a second try."""
UNSIGNED_CONFIG = CONFIG.merge(Config(signature_version=UNSIGNED))


def of_profile(profile: str) -> Any:
    """A session of a profile; '' for AWS_PROFILE, or the default one."""
    return _prepared(botocore.session.Session(profile=profile or None))


def of_none() -> Any:
    """A session of no profile, also where AWS_PROFILE names one."""
    return _prepared(botocore.session.Session(session_vars={"profile": (None,) * 4}))


def region_around() -> str:
    """The region that the environment names; '' for none."""
    # botocore itself reads AWS_DEFAULT_REGION only; the aws CLI and other SDKs read both.
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""


def _prepared(session: Any) -> Any:
    session.register_component("response_parser_factory", wire.ParserFactory())
    session.lazy_register_component("data_loader", partial(models.loader, session))
    session.set_default_client_config(CONFIG)  # for clients that botocore makes by itself
    return session
