"""What an answer of the server means: a good one, or which of the package's errors."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
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
from tap_epicor_kinetic.http.bodies import SMALL_LIMIT, json_fields
from tap_epicor_kinetic.odata.xml import xml_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.exceptions import EpicorError

JSON = "application/json"
XML = "application/xml"

BUSY = frozenset({408, 425, 429, 502, 503, 504, *range(520, 531)})
"""Statuses of a server, or of a gateway before it, that may be well again in a moment.

408 and 425: RFC 9110 and 8470; from 520 on: gateways of content networks."""

_LICENSED = frozenset({400, *range(500, 600)})
_NO_LICENSE = "All licences are in use; it is asked for again later."
_MESSAGE_FIELDS = ("ErrorMessage", "Message", "message", "ReasonPhrase")
_ERROR_FIELDS = frozenset({"error", "ErrorType", *_MESSAGE_FIELDS})
_MOST_DETAILS = 3
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
    answer = _answer(service, status, headers, json_fields(body) or xml_fields(body))
    if status == requests.codes.unauthorized:
        raise TokenRejectedError(answer, _ADVICE[401])
    if status in _LICENSED and _is_license_shortage(answer):
        raise LicenseShortageError(answer, _NO_LICENSE)
    if status == requests.codes.bad_request:
        raise ODataQueryError(answer, "The server does not accept this query.")
    if status in BUSY:
        raise EpicorRetriableError(answer, "The server is busy or restarting.")
    if status >= requests.codes.server_error:
        raise _failed(answer, accept)
    if status in _ADVICE:
        raise EpicorAccessError(answer, _ADVICE[status])
    if status in range(300, 400):
        raise EpicorAccessError(
            answer,
            f"It points to {_place(headers.get('Location', ''))}, which is not followed; correct "
            "base_url.",
        )
    raise EpicorAccessError(answer)


def error_document(
    service: str, headers: Mapping[str, str], body: bytes, accept: str
) -> EpicorError | None:
    """Return the error that an answer with status 200 holds instead of what was asked for.

    Asked of bodies that could not be read only. Gateways and handlers that fail while they write
    send such documents, as JSON or XML.
    """
    if len(body) > SMALL_LIMIT:
        return None
    fields = json_fields(body) or xml_fields(body)
    if not _ERROR_FIELDS & fields.keys():
        return None
    answer = _answer(service, requests.codes.ok, headers, fields)
    if _is_license_shortage(answer):
        return LicenseShortageError(answer, _NO_LICENSE)
    return _failed(answer, accept)


def _failed(answer: Answer, accept: str) -> EpicorError:
    """Return the error of a server that failed: a page may be too heavy for it.

    Metadata has no pages that could be smaller; all that is left is to ask again.
    """
    kind = EpicorRetriableError if accept == XML else EpicorPageError
    return kind(answer, "Give the CorrelationId to an Epicor administrator.")


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


def _answer(
    service: str, status: int, headers: Mapping[str, str], fields: Mapping[str, Any]
) -> Answer:
    """Return what an error body says, in Epicor's own shape (JSON or XML) or in OData's.

    Other bodies say nothing.
    """
    nested = fields.get("error")
    if isinstance(nested, dict):
        fields = {"ErrorMessage": nested.get("message"), "ErrorType": nested.get("code"), **nested}
    elif isinstance(nested, str):
        fields = {"ErrorMessage": nested, **fields}
    words = (one_line(fields.get(name)) for name in _MESSAGE_FIELDS)
    message = next(filter(None, words), "")
    return Answer(
        service=service,
        status=status,
        message=message,
        error_type=one_line(fields.get("ErrorType")),
        correlation_id=one_line(fields.get("CorrelationId")),
        retry_after_seconds=retry_after_seconds(headers.get("Retry-After")),
        details="; ".join(_details(fields, message)),
    )


def _details(fields: Mapping[str, Any], message: str) -> list[str]:
    """Return what an error says of its single causes, beside its message, each once.

    Epicor lists them as `ErrorDetails` (one for each row that failed), OData as `details` and
    `innererror`; in XML the elements' texts are all that is known.
    """
    entries = [fields.get("innererror"), {"Message": fields.get("Message")}]
    for name in ("ErrorDetails", "details"):
        listed = fields.get(name)
        entries += listed[:_MOST_DETAILS] if isinstance(listed, list) else [listed]
    texts = (
        one_line(entry.get("Message") or entry.get("message"))
        for entry in entries
        if isinstance(entry, dict)
    )
    return [text for text in dict.fromkeys(texts) if text and text != message][:_MOST_DETAILS]


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
    until = http_date(header)
    if until is None:
        return None
    return max(0.0, (until - (now or datetime.now(timezone.utc))).total_seconds())


def http_date(header: str | None) -> datetime | None:
    """Return the moment in a header such as `Date`, `None` if it names none.

    Source: RFC 9110, 5.6.7; all such dates are in UTC.
    """
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
