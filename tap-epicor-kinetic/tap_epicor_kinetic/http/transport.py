"""Sessions to a server, and what it means when the connection itself fails."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
import urllib3

from tap_epicor_kinetic.exceptions import Answer, EpicorRetriableError, ODataResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_epicor_kinetic.exceptions import EpicorError
    from tap_epicor_kinetic.http.server_settings import ServerSettings


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes.

    Attributes:
        name: What the log calls it.
        advice: What to check when it cannot be reached.
    """

    name: str
    advice: str


def open_session(settings: ServerSettings) -> requests.Session:
    """Return a pool of connections; nothing is sent yet."""
    session = requests.Session()
    size = settings.max_concurrent_requests
    adapter = requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=size, pool_block=True)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers.clear()
    session.headers["Accept-Encoding"] = "gzip, deflate"
    # A .netrc entry must not replace the identity that the settings name.
    session.auth = _keep_headers
    return session


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@contextmanager
def broken_connections(place: Place, too_slow: EpicorError) -> Iterator[None]:
    """Raise the package's errors for those of a connection.

    Args:
        place: Where the request goes.
        too_slow: The error of an answer that does not come in time.

    Raises:
        EpicorRetriableError: If the connection broke.
        ODataResponseError: If it could not be made secure; nothing was sent over it.
    """
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise _untrusted(place, "its certificate cannot be verified") from error
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise too_slow from error
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        answer = Answer(place.name, message=f"the connection broke ({type(error).__name__})")
        raise EpicorRetriableError(answer, place.advice) from error
    except OSError as error:
        raise _untrusted(place, "the file of trusted certificates cannot be read") from error


def _untrusted(place: Place, why: str) -> ODataResponseError:
    return ODataResponseError(
        Answer(place.name, message=why),
        "If an internal authority signs the server's certificate, name that authority's in "
        "ca_bundle.",
    )
