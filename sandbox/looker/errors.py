"""Answers of Looker that say no, in the shapes of its schemas `Error` and `ValidationError`."""

from __future__ import annotations

from typing import Any

# The SDK recognises such an address and, unless it is stopped, reads an error page from a CDN.
DOCUMENTATION = "https://cloud.google.com/looker/docs/r/err/4.0"


class LookerApiError(Exception):
    """An answer with an error status.

    Attributes:
        status: The HTTP status.
        field: The field at fault, for a validation error.
    """

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.field = field

    def body(self, operation_path: str) -> dict[str, Any]:
        """Return the JSON that Looker sends; `operation_path` is method and path template."""
        url = f"{DOCUMENTATION}/{self.status}/{operation_path}"
        if self.field is None:
            return {"message": str(self), "documentation_url": url}
        detail = {
            "field": self.field,
            "code": "invalid",
            "message": str(self),
            "documentation_url": url,
        }
        return {"message": "Validation Failed", "errors": [detail], "documentation_url": url}


def not_found() -> LookerApiError:
    """Return the answer for what does not exist, and for what the user may not see: the same."""
    return LookerApiError(404, "Not found")


def invalid(field: str, message: str) -> LookerApiError:
    """Return a validation error (422) about one field of the request body."""
    return LookerApiError(422, message, field)
