"""Errors without secrets, whatever a server repeats in its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.http.answers import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.exceptions import EpicorError
    from tap_epicor_kinetic.http.server_settings import Identity

_MESSAGE_LIMIT = 300
_WORD_LIMIT = 100


class Redaction:
    """Takes the secrets of an identity out of errors."""

    def __init__(self, identity: Identity) -> None:
        # In the form that words of the server take in an error.
        self._secrets = {
            one_line(secret)
            for secret in (
                identity.password,
                identity.api_key,
                identity.client_secret,
                identity.refresh_token,
            )
        }

    def of(self, error: EpicorError, sent: Mapping[str, str]) -> EpicorError:
        """Return the error without any secret: a server may echo the API key in its 401.

        Shortened here and not before, so that no part of a secret is left at the end.

        Args:
            error: As the answer was judged.
            sent: The headers that identified the request, a token among them.
        """
        words = {*self._secrets, *(value.rpartition(" ")[2] for value in sent.values())}
        # The longest first: of one that begins with another one nothing must be left.
        secrets = sorted(words - {""}, key=len, reverse=True)

        def shown(text: str, limit: int) -> str:
            for secret in secrets:
                text = text.replace(secret, "***")
            return text[:limit]

        answer = replace(
            error.answer,
            message=shown(error.answer.message, _MESSAGE_LIMIT),
            error_type=shown(error.answer.error_type, _WORD_LIMIT),
            correlation_id=shown(error.answer.correlation_id, _WORD_LIMIT),
            details=shown(error.answer.details, _MESSAGE_LIMIT),
        )
        return type(error)(answer, shown(error.advice, _MESSAGE_LIMIT))
