"""The official SDK, guarded: one log-in, a new one when the token is refused, repeats by class.

looker-sdk 26.22 repeats nothing and keeps a revoked token; `transport` tells failures apart.
Importing this module imports the SDK, which takes half a second: do so only to make a call.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any

import backoff
import looker_sdk
from cattrs.errors import BaseValidationError
from looker_sdk.error import SDKError
from looker_sdk.rtl.api_settings import ApiSettings, SettingsConfig
from looker_sdk.rtl.auth_token import AuthToken
from looker_sdk.rtl.serialize import DeserializeError
from typing_extensions import override

from target_looker_staging.looker.failures import UNAUTHORIZED, Failure, LookerCallError
from target_looker_staging.looker.transport import GuardedAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_looker_staging.looker.clock import Clock
    from target_looker_staging.looker.settings import LookerSettings

logger = logging.getLogger(__name__)

AGENT = f"target-looker-staging {version('target-looker-staging')}"
ATTEMPTS = 7
# For commands at which somebody sits and waits.
FEW_ATTEMPTS = 3
# A call is not begun again later than this after its first attempt, whatever Looker asks for.
RETRY_SECONDS = 120.0
LONGEST_WAIT_SECONDS = 30.0
LOGOUT_SECONDS = 10


class LookerClient:
    """One session with Looker, for one thread.

    Attributes:
        calls: HTTP requests sent so far, log-ins and repeated ones included.
    """

    def __init__(self, settings: LookerSettings, clock: Clock, attempts: int = ATTEMPTS) -> None:
        self._clock = clock
        self._attempts = attempts
        self._adapter = GuardedAdapter(settings.ca_bundle, clock, settings.timeout_seconds)
        self._sdk = looker_sdk.init40(config_settings=_sdk_settings(settings))
        for scheme in ("https://", "http://"):
            self._sdk.transport.session.mount(scheme, self._adapter)  # type: ignore[attr-defined]
        self._given_up: LookerCallError | None = None

    @property
    def calls(self) -> int:
        """Return how many HTTP requests were sent so far."""
        return self._adapter.calls

    @property
    def server_time(self) -> float | None:
        """Return a UNIX time that Looker's clock has reached; `None` before its first answer.

        It is Looker's own time from the header `Date` of its latest answer, plus what has passed
        here since that arrived; so it is never in Looker's future, whatever this machine's clock
        says, and at most a second and the answer's way back behind.
        """
        if self._adapter.date is None:
            return None
        server_seconds, arrived = self._adapter.date
        return server_seconds + self._clock.monotonic() - arrived

    def call(self, operation: str, *arguments: Any, repeatable: bool = True, **options: Any) -> Any:
        """Return what the SDK's method `operation` returns; log in first if need be.

        A refused token is replaced once. Transient failures (429, 5xx, network) are tried
        again with growing pauses, or after `Retry-After`. Once a call was given up, further ones
        fail at once.

        Args:
            operation: The name of the SDK's method; it must return a model or a list of them.
            arguments: The method's arguments; no `transport_options` (with them the SDK sends the
                first call after a log-in with the wrong content type).
            repeatable: False: never again after a failure that leaves open whether Looker did it.
            options: The method's keyword arguments.

        Raises:
            LookerCallError: If there is no answer to return.
        """
        if self._given_up is not None:
            raise LookerCallError(Failure.UNREACHABLE, f"not tried, because {self._given_up}")
        deadline = self._clock.monotonic() + RETRY_SECONDS
        pauses = islice(backoff.expo(factor=1, max_value=LONGEST_WAIT_SECONDS), 1, self._attempts)
        renewed = False
        while True:
            try:
                return self._attempt(operation, arguments, options)
            except LookerCallError as error:  # the loop is for it
                if error.status == UNAUTHORIZED and not error.at_login and not renewed:
                    renewed = True
                    self._sdk.auth.token = AuthToken()
                    continue
                if not error.is_transient or (error.is_ambiguous and not repeatable):
                    if error.at_login:
                        self._given_up = error
                    raise
                wait = _wait_seconds(error, next(pauses, None))
                if wait is None or self._clock.monotonic() + wait > deadline:
                    self._given_up = error
                    raise
                name = f"{operation} {arguments[0]}" if operation == "get" else operation
                logger.warning("Looker, %s: %s; again in %.1f s", name, error, wait)
                self._clock.sleep(wait)

    def log_out(self) -> None:
        """End the session in Looker; that it cannot be ended is no failure of the work done."""
        if self._given_up is None:
            with suppress(LookerCallError, SDKError):
                self._sdk.auth.logout(transport_options={"timeout": LOGOUT_SECONDS})

    def _attempt(self, operation: str, arguments: Any, options: Mapping[str, Any]) -> Any:
        try:
            answer = getattr(self._sdk, operation)(*arguments, **options)
        except (
            SDKError,
            DeserializeError,
            BaseValidationError,
            ValueError,
            OverflowError,
            # Brackets without end.
            RecursionError,
        ) as error:
            # Of the error only its kind: its text may quote what Looker sent.
            detail = f"the answer is not what the API promises ({type(error).__name__})"
            raise LookerCallError(
                Failure.UNREADABLE, detail, at_login=self._adapter.at_login
            ) from error
        if answer == "":
            # What the SDK makes of an empty body.
            raise LookerCallError(Failure.UNREADABLE, "the answer is empty")
        return answer


@contextmanager
def connect(
    settings: LookerSettings, clock: Clock, attempts: int = ATTEMPTS
) -> Iterator[LookerClient]:
    """Yield a client, and log it out at the end; it logs in at its first call.

    Args:
        settings: Which Looker.
        clock: The time to go by.
        attempts: How often a call is made at most, if it may be repeated.
    """
    client = LookerClient(settings, clock, attempts)
    try:
        yield client
    finally:
        client.log_out()


def _wait_seconds(error: LookerCallError, pause: float | None) -> float | None:
    """Return how long to wait before the next attempt; `None` if there is to be none."""
    if pause is None or error.retry_after is not None:
        return error.retry_after if pause is not None else None
    return backoff.full_jitter(pause)


def _sdk_settings(settings: LookerSettings) -> ApiSettings:
    class Settings(ApiSettings):
        @override
        def read_config(self) -> SettingsConfig:
            # Only these: by default the SDK also reads looker.ini and LOOKERSDK_* variables.
            return {
                "base_url": settings.base_url,
                "client_id": settings.client_id,
                "client_secret": settings.client_secret,
                "timeout": str(settings.timeout_seconds),
                "verify_ssl": "true",
            }

    result = Settings()
    result.agent_tag = AGENT
    return result
