"""What the server answers to a request, without any network: routes, rights and documents."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from sandbox.epicor.errors import XML, RefusalError, iis_not_found, render
from sandbox.epicor.identity import OAuthError, Tokens, authenticate, oauth_token, token_resource
from sandbox.epicor.messages import Request, Response, json_response, require_method
from sandbox.epicor.metadata import baq_metadata, service_metadata
from sandbox.epicor.model import load_model
from sandbox.epicor.rows import answer_baq, answer_entities
from sandbox.epicor.shared_queries import BAQS
from sandbox.epicor.sources import Call, PresentColumns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.options import EpicorOptions
    from sandbox.epicor.store import Store

INSTANCE = "Sandbox"
BAQ_SERVICE = "BaqSvc"
# Beyond this many characters the front end answers 414 by itself.
_LONGEST_URL = 8192


class EpicorService:
    """The server behind its socket; safe to call from many threads.

    Attributes:
        store: The database.
        tokens: The tokens given out.
        options: The options in force; may be replaced at any time.
        in_flight: How many calls are under way.
        peak_in_flight: How many were at most.
    """

    def __init__(self, store: Store, options: EpicorOptions, origin: str) -> None:
        """Serve the rows of `store` at `origin`: scheme, host and port."""
        self.store = store
        self.tokens = Tokens()
        self.options = options
        self._origin = origin
        self._present = PresentColumns(store)
        self._seeds = itertools.count(random.randrange(9973))
        self.in_flight = 0
        self.peak_in_flight = 0
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Response:
        """Return the answer to a request; refusals are answers too."""
        try:
            return self._route(request, self.options)
        except OAuthError as error:
            return Response(400, error.body())
        except RefusalError as error:
            return self.refusal(request, error)

    def refusal(self, request: Request, error: RefusalError) -> Response:
        """Return a refusal in the shape that this client and these options get."""
        content_type, body = render(
            error, shape=self.options.error_shape, accepts_json=request.accepts_json
        )
        return Response(error.status, body, content_type, dict(error.headers))

    def _route(self, request: Request, options: EpicorOptions) -> Response:
        _check_length(request, options)
        segments = [unquote(part) for part in request.path.split("/")[1:]]
        match segments:
            case ["connect", "token"]:
                return self._oauth(request, options.oauth_scope, options)
            case [_, "oauth2", "v2.0", "token"]:
                return self._oauth(request, options.entra_scope, options)
            case [instance, "TokenResource.svc", *_] if instance == INSTANCE:
                require_method(request, "POST")
                answer = token_resource(request.headers, request.body, options, self.tokens)
                return Response(200, answer[1], answer[0])
            case [instance, "api", "v2", "odata", company, *rest] if instance == INSTANCE:
                return self._odata(request, company, rest, options)
        raise iis_not_found()

    def _oauth(self, request: Request, scope: str, options: EpicorOptions) -> Response:
        require_method(request, "POST")
        body = oauth_token(request.headers, request.body, scope, options, self.tokens)
        return Response(200, body)

    def _odata(
        self, request: Request, company: str, rest: list[str], options: EpicorOptions
    ) -> Response:
        parameters = parse_qs(request.query) if "api-key=" in request.query else {}
        in_query = next(iter(parameters.get("api-key", [])), None)
        authenticate(
            request.headers, options, self.tokens, request.headers.get("x-api-key") or in_query
        )
        _check_company(request, company, options)
        require_method(request, "GET")
        call = Call(
            request=request,
            company=company,
            options=options,
            model=load_model(options.updated_on, options.gl_account, options.missing_columns),
            store=self.store,
            present=self._present,
            origin=self._origin,
            base=f"{self._origin}/{INSTANCE}/api/v2/odata/{company}",
            seed=next(self._seeds),
        )
        rest = [part for part in rest if part]
        with self._licence(options):
            if not rest:
                return _services(call)
            return (
                _baq(call, rest[1:])
                if rest[0] == BAQ_SERVICE
                else _service(call, rest[0], rest[1:])
            )

    @contextmanager
    def _licence(self, options: EpicorOptions) -> Iterator[None]:
        """Hold one licence for the time of a call, and let the time of a slow network pass."""
        with self._lock:
            self.in_flight += 1
            self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
            too_many = options.license_limit is not None and self.in_flight > options.license_limit
        try:
            if too_many:
                raise licence_error()
            if options.latency_ms:
                time.sleep(options.latency_ms / 1000)
            yield
        finally:
            with self._lock:
                self.in_flight -= 1


def licence_error() -> RefusalError:
    """Return the refusal of a call for which no licence is free, though one may be soon."""
    message = "Maximum users exceeded on license type Default User. No license is available."
    return RefusalError(400, message, "LicenseAccessException")


def _check_length(request: Request, options: EpicorOptions) -> None:
    if len(request.path) + len(request.query) > _LONGEST_URL:
        raise RefusalError(414, "The request URL is too long.", shape="html")
    if options.max_query_length is not None and len(request.query) > options.max_query_length:
        raise iis_not_found()
    if options.max_url_length is not None and len(request.path) > options.max_url_length:
        raise iis_not_found()


def _check_company(request: Request, company: str, options: EpicorOptions) -> None:
    """Refuse a company that the user has not, in the URL or in CallSettings."""
    named = {company}
    settings = request.headers.get("callsettings")
    if settings:
        try:
            named.add(json.loads(settings).get("Company") or company)
        except (ValueError, AttributeError):
            named.add(company)  # settings that the server cannot read count for nothing
    foreign = sorted(named - options.companies)
    if foreign:
        message = f"User is not authorized for company {', '.join(foreign)}."
        raise RefusalError(options.foreign_company_status, message, "UnauthorizedAccessException")


def _check_rights(call: Call, name: str) -> None:
    """Refuse a service or BAQ outside the key's access scope, or closed to the user."""
    options = call.options
    if options.api_key_scope is not None and name not in options.api_key_scope:
        message = f"Access scope does not allow {name}."
        raise RefusalError(403, message, "UnauthorizedAccessException")
    if name in options.denied_services:
        message = f"Access denied to {name}."
        raise RefusalError(options.access_denied_status, message, "UnauthorizedAccessException")


def _services(call: Call) -> Response:
    names = [name for name in call.model.services if name not in call.options.missing_services]
    value = [
        {"name": name, "kind": "ServiceDocument", "url": name} for name in [*names, BAQ_SERVICE]
    ]
    return json_response({"@odata.context": f"{call.base}/$metadata", "value": value})


def _service(call: Call, service: str, rest: list[str]) -> Response:
    if service not in call.model.services or service in call.options.missing_services:
        raise RefusalError(404, f"Service '{service}' was not found.", "NotFoundException")
    _check_rights(call, service)
    if not rest:
        return _document(call, service, list(call.model.services[service]))
    if rest != ["$metadata"]:
        return answer_entities(call, service, rest)
    _require_xml(call)
    options = call.options
    body = service_metadata(
        call.model, service, namespace=options.metadata_namespace, facets=options.metadata_facets
    )
    return Response(200, body, XML)


def _baq(call: Call, rest: list[str]) -> Response:
    visible = [name for name in BAQS if name not in call.options.private_baqs]
    if not rest:
        return _document(call, BAQ_SERVICE, visible)
    name = rest[0]
    if name not in visible:
        raise RefusalError(404, f"Query {name} was not found.", "NotFoundException")
    _check_rights(call, f"{BAQ_SERVICE}/{name}")
    if not rest[1:]:
        return _document(call, f"{BAQ_SERVICE}/{name}", ["Data"])
    if rest[1:] != ["$metadata"]:
        return answer_baq(call, name, rest[1:])
    _require_xml(call)
    options = call.options
    columns = BAQS[name].properties()
    body = baq_metadata(
        columns, namespace=options.metadata_namespace, facets=options.metadata_facets
    )
    return Response(200, body, XML)


def _document(call: Call, path: str, names: list[str]) -> Response:
    """Return a service document, which names sets and holds no rows."""
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    return json_response({"@odata.context": f"{call.base}/{path}/$metadata", "value": value})


def _require_xml(call: Call) -> None:
    accept = call.request.headers.get("accept", "*/*")
    if call.options.metadata_needs_xml_accept and "xml" not in accept and "*/*" not in accept:
        raise RefusalError(406, "Not Acceptable", shape="empty")
