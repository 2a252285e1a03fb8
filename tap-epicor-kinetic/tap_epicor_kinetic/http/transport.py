"""Sessions to a server: which way requests take, and which authorities are believed."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from typing_extensions import override
from urllib3.util.ssl_ import create_urllib3_context

from tap_epicor_kinetic.http.connections import POOLS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext

    from tap_epicor_kinetic.http.server_settings import ServerSettings

CONNECT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Way:
    """How requests get to an address.

    Attributes:
        proxies: Proxy by scheme, as requests wants it.
        verify: File of the authorities to believe, or True for the public ones.
        timeout: Seconds for the connection, and for each wait for bytes.
        seconds: Seconds for the whole exchange, beside what its bytes earn.
    """

    proxies: Mapping[str, str]
    verify: str | bool
    timeout: tuple[float, float]
    seconds: float

    def options(self) -> dict[str, Any]:
        """Return the arguments of `Session.send`; redirects are never followed."""
        return {
            "stream": True,
            "timeout": self.timeout,
            "verify": self.verify,
            "proxies": self.proxies,
            "allow_redirects": False,
        }


class _Adapter(requests.adapters.HTTPAdapter):
    """An adapter of bounded connections that may believe authorities beside those of a request."""

    def __init__(self, size: int, also_trusted: str | None = None) -> None:
        self._context: SSLContext | None = None
        if also_trusted is not None:
            # Those of the request are added to it when a connection is made.
            self._context = create_urllib3_context()
            self._context.load_verify_locations(also_trusted)
        super().__init__(pool_connections=2, pool_maxsize=size, pool_block=True)

    @override
    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=self._context, **named)
        self.poolmanager.pool_classes_by_scheme = POOLS

    @override
    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **named)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = POOLS
        return manager


def open_session(settings: ServerSettings) -> requests.Session:
    """Return pools of connections; nothing is sent yet."""
    session = requests.Session()
    size = settings.max_concurrent_requests
    session.mount("https://", _Adapter(size))
    session.mount("http://", _Adapter(size))
    if _is_public(settings, settings.identity.token_url) and isinstance(settings.verify, str):
        origin = _origin(settings.identity.token_url)
        session.mount(f"{origin}/", _Adapter(size, also_trusted=settings.verify))
    session.headers.clear()
    session.headers["Accept-Encoding"] = "gzip, deflate"
    # A .netrc entry must not replace the identity that the settings name.
    session.auth = _keep_headers
    return session


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def way_to(session: requests.Session, settings: ServerSettings, url: str) -> Way:
    """Return how requests get to an address of the settings, found out once for all of them.

    Proxies and the machine's authorities come from the environment. A token provider elsewhere is
    believed by the machine's authorities too, since an internal one signs the server alone.
    """
    verify = True if _is_public(settings, url) else settings.verify
    environment = session.merge_environment_settings(url, {}, stream=None, verify=verify, cert=None)
    connect = min(CONNECT_SECONDS, settings.timeout_seconds)
    return Way(
        proxies={} if _stays_here(url) else environment["proxies"],
        verify=environment["verify"] or True,
        timeout=(connect, settings.timeout_seconds),
        seconds=connect + settings.timeout_seconds,
    )


def _is_public(settings: ServerSettings, url: str) -> bool:
    """Return whether an address is another server's than the one that `ca_bundle` is for."""
    return bool(url) and _origin(url) != _origin(settings.base_url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _stays_here(url: str) -> bool:
    """Return whether a request is plain http to this machine: a proxy would see its secrets."""
    parts = urlsplit(url)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Return whether traffic to `host` stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
