"""The service the operations of this package register with."""

from __future__ import annotations

from ecrtui.sandbox.control.service import Service

ecr = Service("ecr")
