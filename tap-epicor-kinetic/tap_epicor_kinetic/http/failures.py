"""What it means when a connection does not come about, breaks off, or is not to be trusted."""

from __future__ import annotations

import http.client
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
import urllib3
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProxyError
from urllib3.util.ssl_match_hostname import CertificateError

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorRetriableError,
    ODataResponseError,
    ServerUnreachableError,
)
from tap_epicor_kinetic.http.answers import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_epicor_kinetic.exceptions import EpicorError

# OpenSSL's X509_V_ERR_* (x509_vfy.h).
_NOT_YET_VALID, _EXPIRED = 9, 10
_REASON_LIMIT = 100
_NAME_ERRORS = frozenset({62, 64})  # host name, IP address
_MALFORMED = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationValueError,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes.

    Attributes:
        name: What the log calls it.
        advice: What to check when it cannot be reached.
    """

    name: str
    advice: str


@contextmanager
def broken_connections(place: Place, too_slow: EpicorError) -> Iterator[None]:
    """Raise the package's errors for those of a connection.

    Args:
        place: Where the request goes.
        too_slow: The error of an answer that does not come in time.

    Raises:
        ServerUnreachableError: If no connection came about.
        EpicorRetriableError: If the connection broke.
        ODataResponseError: If it could not be trusted, or the address makes no sense; nothing was
            sent over it.
    """
    try:
        yield
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        urllib3.exceptions.LocationValueError,
        OSError,
    ) as error:
        raise _meaning(place, too_slow, error) from error


def _meaning(place: Place, too_slow: EpicorError, error: Exception) -> EpicorError:
    causes = list(_causes(error))
    if refused := _not_to_be_trusted(place, error, causes):
        return refused
    if unreachable := _without_connection(place, error, causes):
        return unreachable
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return too_slow
    why = f"the connection broke ({_reason(causes)})"
    if isinstance(error, urllib3.exceptions.DecodeError):
        why = "the compression of the answer is broken or cut off"
    elif any(isinstance(cause, ssl.SSLError) for cause in causes):
        why = f"the secure connection broke off ({_reason(causes)})"
    return EpicorRetriableError(Answer(place.name, message=why), place.advice)


def _not_to_be_trusted(
    place: Place, error: Exception, causes: list[BaseException]
) -> ODataResponseError | None:
    """Return the error of a certificate or an address that is no good, which no wait will mend."""
    for cause in causes:
        if isinstance(cause, (ssl.SSLCertVerificationError, CertificateError)):
            return _untrusted(place, cause)
    if isinstance(error, _MALFORMED):
        return ODataResponseError(
            Answer(place.name, message="the address, or that of its proxy, makes no sense"),
            "Correct it, or the environment's HTTPS_PROXY.",
        )
    if not _of_the_network(error) or any(map(_is_about_a_file, causes)):
        return ODataResponseError(
            Answer(place.name, message="the file of trusted certificates cannot be read"),
            "It must hold certificates in PEM form; correct ca_bundle, or REQUESTS_CA_BUNDLE.",
        )
    return None


def _without_connection(
    place: Place, error: Exception, causes: list[BaseException]
) -> ServerUnreachableError | None:
    """Return the error of a connection that did not come about."""
    why, advice = None, place.advice
    if any(map(_is_about_the_proxy, causes)):
        why = f"the proxy lets nothing through: {_reason(causes)}"
        advice = "Check the proxy that the environment names (HTTPS_PROXY), or use NO_PROXY."
    elif isinstance(error, requests.ConnectTimeout):
        why = "no connection in time"
    elif any(isinstance(cause, NameResolutionError) for cause in causes):
        why = f"its name has no address: {_reason(causes)}"
    elif any(isinstance(cause, NewConnectionError) for cause in causes):
        why = _reason(causes)
    if why is None:
        return None
    answer = Answer(place.name, message=f"the server cannot be reached ({why})")
    return ServerUnreachableError(answer, advice)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it wraps, the outermost first."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        found = pending.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            pending += [getattr(found, "reason", None), *found.args]
            pending += [found.__cause__, found.__context__]


def _reason(causes: list[BaseException]) -> str:
    """Return the system's own words for what happened, else the name of the error."""
    for cause in reversed(causes):
        if isinstance(cause, ssl.SSLError):
            if cause.reason:
                return one_line(cause.reason.lower().replace("_", " "))
        elif isinstance(cause, http.client.RemoteDisconnected):
            return "closed without an answer"
        elif isinstance(cause, OSError) and (cause.strerror or _is_about_the_proxy(cause)):
            return one_line(cause.strerror or str(cause))[:_REASON_LIMIT]
    named = (cause for cause in causes if not isinstance(cause, requests.RequestException))
    return type(next(named, causes[0])).__name__


def _is_about_the_proxy(cause: BaseException) -> bool:
    """Return whether a proxy could not be reached, or refused to open a tunnel."""
    return isinstance(cause, ProxyError) or str(cause).startswith("Tunnel connection failed")


def _of_the_network(error: Exception) -> bool:
    return isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError))


def _is_about_a_file(cause: BaseException) -> bool:
    """Return whether OpenSSL could not read the authorities that it was to believe."""
    return isinstance(cause, (FileNotFoundError, PermissionError, IsADirectoryError)) or (
        isinstance(cause, ssl.SSLError)
        and (cause.library in {"X509", "PEM"} or cause.reason == "NO_CERTIFICATE_OR_CRL_FOUND")
    )


def _untrusted(
    place: Place, cause: ssl.SSLCertVerificationError | CertificateError
) -> ODataResponseError:
    """Return the error of a certificate that does not hold, in OpenSSL's own words."""
    code = getattr(cause, "verify_code", None)
    why = one_line(getattr(cause, "verify_message", "") or str(cause))
    if code in {_NOT_YET_VALID, _EXPIRED}:
        advice = "Its administrator must renew it; check this machine's clock too."
    elif code in _NAME_ERRORS or isinstance(cause, CertificateError):
        advice = "Use the server's address by the name for which its certificate was issued."
    else:
        advice = (
            "If an internal authority signs the server's certificate, name that authority's in "
            "ca_bundle; with intermediate ones if the server does not send them."
        )
    return ODataResponseError(
        Answer(place.name, message=f"its certificate cannot be verified: {why}"), advice
    )
