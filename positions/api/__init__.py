"""`/api/v1/`: the record for programs. Read-only, open to other origins, cursor pages, ETags, OpenAPI."""

from positions.api.v1 import api

__all__ = ["api"]
