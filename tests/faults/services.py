"""Faults of Epicor and of Looker: answers that are late, wrong, cut, refused or never come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.looker.faults import Fault
from sandbox.looker.faults import Kind as LookerKind
from tests.faults.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.scene import Scene

_WRONG_BODIES = (
    "",
    "null",
    "{}",
    "[]",
    '"text"',
    '{"value":null}',
    '{"value":{}}',
    '{"value":[{}]}',
    '{"value":[1,2]}',
    '{"value":[null]}',
)
_SHAPES = ("epicor", "odata", "html", "empty")
_LOOKER_OPERATIONS = (
    "login",
    "all_datagroups",
    "update_datagroup",
    "scheduled_plan_run_once_by_id",
)


def _epicor(
    kind: str, *, for_good: bool = False, **settings: Any
) -> Callable[[Scene], Callable[[], bool]]:
    """Return what lets one or two requests fail, or all from one on."""

    def arm(scene: Scene) -> Callable[[], bool]:
        dice = scene.dice
        last = 15 + scene.expected.rows // scene.expected.page_size
        chosen = {
            name: dice.choice(value) if isinstance(value, tuple) else value
            for name, value in settings.items()
        }
        times = None if for_good else dice.randint(1, 2)
        rule = scene.epicor.faults.add(kind, nth=dice.randint(1, last), times=times, **chosen)
        return lambda: rule.hits > 0

    return arm


def _short_lived_tokens(scene: Scene) -> Callable[[], bool]:
    """Let each token be good for a few requests only, but for more than are under way at once."""
    scene.epicor.configure(token_uses=scene.dice.randint(12, 30))
    scene.undo.callback(scene.epicor.configure, token_uses=None)
    return lambda: any(arrived.status == 401 for arrived in scene.epicor.log)


def _looker(
    kind: LookerKind, *, handled: bool = False, **settings: Any
) -> Callable[[Scene], Callable[[], bool]]:
    """Return what spoils one call of Looker, or all of one operation."""

    def arm(scene: Scene) -> Callable[[], bool]:
        fault = {"operation": scene.dice.choice(_LOOKER_OPERATIONS), "times": 1, **settings}
        handled_first = handled and scene.dice.random() < 0.5
        before = len(scene.looker.calls)
        scene.looker.faults.add(Fault(kind, handled=handled_first, **fault))
        return lambda: any(
            call.operation == fault["operation"] or fault["operation"] == "*"
            for call in scene.looker.calls[before:]
        )

    return arm


def _looker_is_away(scene: Scene) -> Callable[[], bool]:
    """Let nothing listen where Looker should be."""
    line = scene.line
    line.target_settings = {**line.target_settings, "looker_base_url": "http://127.0.0.1:1"}

    def back() -> None:
        del line.target_settings["looker_base_url"]

    scene.undo.callback(back)
    return lambda: True


EPICOR = (
    Kind("Epicor 429, Retry-After", _epicor("status", status=429, retry_after="0"),
         survivable=True),
    Kind("Epicor 429", _epicor("status", status=429, shape=_SHAPES), survivable=True),
    Kind("Epicor 500", _epicor("status", status=500, shape=_SHAPES), survivable=True, share=2),
    Kind("Epicor 502, 503, 504", _epicor("status", status=(502, 503, 504), shape=_SHAPES),
         survivable=True, share=2),
    Kind("Epicor has no licence", _epicor("licence"), survivable=True, share=2),
    Kind("Epicor 400", _epicor("status", status=400, error_type="ODataException")),
    Kind("Epicor 401", _epicor("status", status=401)),
    Kind("Epicor 403", _epicor("status", status=403)),
    Kind("Epicor 404", _epicor("status", status=404, shape=_SHAPES)),
    Kind("Epicor 409, 410, 414", _epicor("status", status=(409, 410, 414), shape=_SHAPES)),
    Kind("Epicor hangs", _epicor("hang"), survivable=True, share=2),
    Kind("Epicor answers late", _epicor("delay", seconds=0.4), survivable=True),
    Kind("Epicor resets the connection", _epicor("reset"), survivable=True, share=2),
    Kind("Epicor's body cut", _epicor("cut"), survivable=True, share=2),
    Kind("Epicor's JSON ends early", _epicor("truncated_json"), survivable=True, share=2),
    Kind("Epicor sends HTML with 200", _epicor("html_200"), survivable=True),
    Kind("Epicor redirects", _epicor("redirect", location="http://127.0.0.1:1/login")),
    Kind("Epicor compresses", _epicor("gzip"), survivable=True),
    Kind("Epicor sends a bomb", _epicor("bomb", size=20_000_000)),
    Kind("Epicor's page is empty", _epicor("empty_page"), share=3),
    Kind("Epicor's pages stay empty", _epicor("empty_page", for_good=True), share=2),
    Kind("Epicor sends the first page again", _epicor("first_page"), share=3),
    Kind("Epicor links to another server", _epicor("next_link", location="http://127.0.0.1:1/x")),
    Kind("Epicor's JSON is wrong", _epicor("body", message=_WRONG_BODIES), share=3),
    Kind("Epicor down for good", _epicor("status", for_good=True, status=503), share=2),
    Kind("Epicor gone for good", _epicor("reset", for_good=True), share=2),
    Kind("all tokens revoked", _epicor("revoke_tokens"), survivable=True, needs="tokens", share=2),
    Kind("tokens expire all the time", _short_lived_tokens, survivable=True, needs="tokens",
         share=2),
)  # fmt: skip
LOOKER = (
    Kind("Looker 429 once", _looker(LookerKind.STATUS, status=429, retry_after="0"),
         survivable=True),
    Kind("Looker 503 for good", _looker(LookerKind.STATUS, status=503, retry_after="0",
                                        times=None), share=2),
    Kind("Looker 500 once", _looker(LookerKind.STATUS, status=500, retry_after="0", handled=True),
         share=2),
    Kind("Looker refuses the log-in", _looker(LookerKind.STATUS, operation="login", status=404,
                                              times=None)),
    Kind("Looker lacks the datagroup", _looker(LookerKind.STATUS, operation="update_datagroup",
                                               status=404, times=None)),
    Kind("Looker's proxy answers", _looker(LookerKind.HTML, status=502, retry_after="0")),
    Kind("Looker's maintenance page", _looker(LookerKind.MAINTENANCE)),
    Kind("Looker redirects", _looker(LookerKind.REDIRECT, times=None)),
    Kind("Looker's tokens revoked", _looker(LookerKind.REVOKED, operation="update_datagroup"),
         survivable=True),
    Kind("Looker answers late", _looker(LookerKind.SLOW, seconds=0.4), survivable=True),
    Kind("Looker hangs", _looker(LookerKind.HANG, handled=True)),
    Kind("Looker's error never ends", _looker(LookerKind.HANGING_BODY, status=502)),
    Kind("Looker resets the connection", _looker(LookerKind.RESET, handled=True), share=2),
    Kind("Looker's answer is empty", _looker(LookerKind.EMPTY, handled=True)),
    Kind("Looker is away", _looker_is_away),
)  # fmt: skip
