"""What an engine tells while it pulls or loads an image."""

from __future__ import annotations

from enum import Enum

import msgspec


class PullStage(str, Enum):
    """Where a layer is, as far as the engine tells; some engines leave stages out."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    CHECKING = "checking"
    DOWNLOADED = "downloaded"
    EXTRACTING = "extracting"
    DONE = "done"
    THERE = "already there"
    RETRYING = "retrying"


class PullEvent(msgspec.Struct, frozen=True):
    """One thing told, of one layer or of the whole."""

    text: str
    """The engine's own words: foreign text."""
    layer: str = ""
    """The first twelve digits of the layer's digest (Podman's config too); '' for the whole."""
    stage: PullStage | None = None
    """None for what is of no layer, or not known."""
    bytes: int | None = None
    """How far it has come in this stage; None where the engine tells no bytes."""
    total: int | None = None


class Held(msgspec.Struct, frozen=True):
    """One image as the engine holds it."""

    id: str
    """`sha256:...` of its config, or of its manifest or index where containerd keeps images."""
    tags: tuple[str, ...] = ()
    """`host/team/app:v1`."""
    digests: tuple[str, ...] = ()
    """`host/team/app@sha256:...`: what it was pulled by."""
    platform: str = ""
    """`linux/arm64`."""
