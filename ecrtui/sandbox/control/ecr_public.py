"""Amazon ECR Public's reading operations."""

from __future__ import annotations

from ecrtui.sandbox.control.service import Service

ecr_public = Service("ecr-public")
