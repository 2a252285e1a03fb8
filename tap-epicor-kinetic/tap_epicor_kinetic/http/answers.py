"""What an answer of the server means: a good one, or which of the package's errors."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorAccessError,
    EpicorPageError,
    EpicorRetriableError,
    LicenseShortageError,
    ODataQueryError,
    TokenRejectedError,
)
from tap_epicor_kinetic.http.bodies import json_fields
from tap_epicor_kinetic.odata.xml import xml_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = "application/json"
XML = "application/xml"

_BLANKS = b" \t\r\n\0"
_LICENSE_TEXT = re.compile(
    r"maximum (number of )?users|licen[sc]es? .*(exceed|in use|available)", re.IGNORECASE
)
_ADVICE = {
    401: "Check user, password and API key; they must belong to this environment, and the key "
    "to this company.",
    403: "Let the user's security groups and the API key's access scope include this service.",
    404: "Check name and letter case; this version of Kinetic may lack it, or the query may "
    "exceed the server's limit.",
    414: "Select fewer columns.",
}


def judge(service: str, status: int, headers: Mapping[str, str], body: bytes, accept: str) -> None:
    """Raise the error that an answer stands for; return if it is a good one.

    Args:
        service: What the log calls the request.
        status: HTTP status.
        headers: Response headers, any case.
        body: Decoded body; only Epicor's error fields are ever quoted from it.
        accept: Media type that was asked for.
    """
    if status == requests.codes.ok:
        _judge_content(service, headers, body, accept)
        return
    answer = _answer(service, status, headers, body)
    if status == requests.codes.unauthorized:
        raise TokenRejectedError(answer, _ADVICE[401])
    if status == requests.codes.bad_request and _is_license_shortage(answer):
        raise LicenseShortageError(answer, "All licences are in use; it is asked for again later.")
    if status == requests.codes.bad_request:
        raise ODataQueryError(answer, "The server does not accept this query.")
    if status in {requests.codes.too_many, 502, 503, 504}:
        raise EpicorRetriableError(answer, "The server is busy or restarting.")
    if status >= requests.codes.server_error:
        # Metadata has no pages that could be smaller; all that is left is to ask again.
        kind = EpicorRetriableError if accept == XML else EpicorPageError
        raise kind(answer, "Give the CorrelationId to an Epicor administrator.")
    if status in _ADVICE:
        raise EpicorAccessError(answer, _ADVICE[status])
    if status in range(300, 400):
        raise EpicorAccessError(
            answer,
            f"It points to {_place(headers.get('Location', ''))}, which is not followed; correct "
            "base_url.",
        )
    raise EpicorAccessError(answer)


def _place(location: str) -> str:
    """Return where a redirect points, without the secrets that user or query may be."""
    try:
        url = urlsplit(one_line(location))
    except ValueError:
        return "no address"
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"


def _judge_content(service: str, headers: Mapping[str, str], body: bytes, accept: str) -> None:
    content_type = headers.get("Content-Type", "")
    if accept == XML:
        # In UTF-16 a zero may stand behind the last character.
        if "html" in content_type.lower() or not body.rstrip(_BLANKS).endswith(b">"):
            raise EpicorRetriableError(
                Answer(service, requests.codes.ok, "the answer is no XML, or cut off"),
                "A login or maintenance page may stand in between.",
            )
        return
    if "json" not in content_type.lower():
        answer = Answer(
            service,
            requests.codes.ok,
            f"the answer is {one_line(content_type) or 'of no stated type'}, not JSON",
        )
        raise EpicorRetriableError(answer, "A login or maintenance page may stand in between.")
    if not body:
        raise EpicorRetriableError(Answer(service, requests.codes.ok, "the answer is empty"))


def _is_license_shortage(answer: Answer) -> bool:
    return "License" in answer.error_type or bool(_LICENSE_TEXT.search(answer.message))


def _answer(service: str, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Return what an error body says, in Epicor's own shape (JSON or XML) or in OData's.

    Other bodies say nothing.
    """
    fields = json_fields(body) or xml_fields(body)
    nested = fields.get("error")
    if isinstance(nested, dict):
        fields = {"ErrorMessage": nested.get("message"), "ErrorType": nested.get("code"), **nested}
    message = one_line(fields.get("ErrorMessage") or fields.get("ReasonPhrase"))
    return Answer(
        service=service,
        status=status,
        message=message,
        error_type=one_line(fields.get("ErrorType")),
        correlation_id=one_line(fields.get("CorrelationId")),
        retry_after_seconds=retry_after_seconds(headers.get("Retry-After")),
    )


def one_line(text: object) -> str:
    """Return text as it may stand in a log: one line, nothing that steers a terminal."""
    if not isinstance(text, str):
        return ""
    return "".join(filter(str.isprintable, " ".join(text.split())))


def retry_after_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, as a number or by a date.

    Source: RFC 9110, 10.2.3.
    """
    if header is None:
        return None
    if header.isascii() and header.strip().isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=timezone.utc)
    return max(0.0, (until - (now or datetime.now(timezone.utc))).total_seconds())
