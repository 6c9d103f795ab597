"""Where and when generated worlds are."""

from __future__ import annotations

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "eu-west-1"
OTHER_REGION = "us-east-1"
START = "2026-03-01T12:00:00Z"
