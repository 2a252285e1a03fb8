"""What the server says when it refuses or fails, in each of the forms that clients have met.

Shapes: `epicor` (the server's own object, as XML when the client does not accept JSON), `odata`
    (the `error` object of the
protocol), `html` (a page of IIS or of a gateway) and `empty`.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus
from xml.sax.saxutils import escape

import orjson

GENERIC_MESSAGE = (
    "An unexpected internal problem occurred. "
    "Please contact your system administrator with the correlation ID."
)
# The namespace of each type of error; those of business objects are in Ice.Common.
_NAMESPACES = {
    "ApiException": "Epicor.RESTApi.ErrorHandling",
    "Exception": "System",
    "ODataException": "Microsoft.OData",
    "UnauthorizedAccessException": "System",
}
SHAPES = ("epicor", "odata", "html", "empty")
JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


class RefusalError(Exception):
    """An answer that is an error: status, Epicor's type of error, message, and the shape it has.

    The type is given without its namespace. `details` are messages of single rows or fields; where
    there are none, the message stands there, too.
    """

    def __init__(
        self,
        status: int,
        message: str,
        error_type: str = "ODataException",
        *,
        shape: str | None = None,
        headers: dict[str, str] | None = None,
        details: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_type = error_type
        self.shape = shape
        self.headers = headers or {}
        self.details = details or (message,)


def bad_request(message: str) -> RefusalError:
    """Return the refusal of a query that the server cannot read."""
    return RefusalError(400, message)


def internal_error() -> RefusalError:
    """Return the generic failure behind which the server hides what really went wrong."""
    return RefusalError(500, GENERIC_MESSAGE, "Exception")


def unknown_property(name: str, type_name: str) -> RefusalError:
    """Return the refusal of a property that the type has not."""
    return bad_request(f"Could not find a property named '{name}' on type '{type_name}'.")


def iis_not_found() -> RefusalError:
    """Return the page that IIS answers itself, before Epicor sees the request."""
    return RefusalError(
        404, "The resource you are looking for has been removed or is unavailable.", shape="html"
    )


def render(error: RefusalError, *, shape: str, accepts_json: bool) -> tuple[str | None, bytes]:
    """Return content type and body of an error answer.

    Args:
        error: The refusal.
        shape: One of `SHAPES`, unless the refusal itself names one.
        accepts_json: Whether the client accepts JSON; if not, Epicor's own shape is XML.
    """
    shape = error.shape or shape
    if shape == "empty":
        return None, b""
    if shape == "html":
        return HTML, _html(error)
    if shape == "odata":
        body = {
            "error": {
                "code": error.error_type,
                "message": error.message,
                "innererror": {"message": error.message},
            }
        }
        return JSON, orjson.dumps(body)
    native = _native(error)
    return (JSON, orjson.dumps(native)) if accepts_json else (XML, _xml(native))


def _native(error: RefusalError) -> dict[str, object]:
    details = [
        {
            "Message": message,
            "Type": "Error",
            "Program": "Epicor.RESTApi.dll",
            "Method": "HandleRequest",
            "Table": "",
            "ColumnNumber": 0,
            "LineNumber": 0,
        }
        for message in error.details
    ]
    return {
        "HttpStatus": error.status,
        "ReasonPhrase": "REST Api Exception",
        "ErrorMessage": error.message,
        "ErrorType": _qualified(error.error_type),
        "ErrorDetails": details,
        "CorrelationId": str(uuid.uuid4()),
    }


def _qualified(error_type: str) -> str:
    """Return a type of error with its namespace."""
    return f"{_NAMESPACES.get(error_type, 'Ice.Common')}.{error_type}"


def _xml(native: dict[str, object]) -> bytes:
    parts = (
        f"<{name}>{escape(str(value))}</{name}>"
        for name, value in native.items()
        if not isinstance(value, list)
    )
    body = f"<RestApiError>{''.join(parts)}</RestApiError>"
    return f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode()


def _html(error: RefusalError) -> bytes:
    title = f"{error.status} - {reason(error.status)}"
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>Server Error</h1>"
        f"<h2>{title}</h2><h3>{escape(error.message)}</h3></body></html>"
    ).encode()


def reason(status: int) -> str:
    """Return the reason phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
