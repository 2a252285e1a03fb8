"""Logging in, and what the instance says about itself: release, user, models, connections."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from sandbox.looker.errors import not_found
from sandbox.looker.routing import Answer

if TYPE_CHECKING:
    from sandbox.looker.instance import Connection, Instance
    from sandbox.looker.routing import Request


def login(instance: Instance, request: Request) -> Answer:
    """Give a token for a client id and secret; wrong ones are "not found", as in Looker."""
    client_id, secret = request.body.get("client_id"), str(request.body.get("client_secret"))
    for user in instance.users:
        if user.client_id == client_id and hmac.compare_digest(
            user.client_secret.encode(), secret.encode()
        ):
            return Answer(
                {
                    "access_token": instance.issue_token(user),
                    "token_type": "Bearer",
                    "expires_in": instance.token_seconds,
                    "refresh_token": None,
                }
            )
    raise not_found()


def logout(instance: Instance, request: Request) -> Answer:
    """End the life of the caller's token."""
    instance.tokens.pop(request.token, None)
    return Answer(None, 204)


def versions(instance: Instance, request: Request) -> Answer:  # noqa: ARG001
    """Tell the release; needs no token."""
    element = {"version": "4.0", "full_version": "4.0.26.12", "status": "current"}
    return Answer(
        {
            "looker_release_version": instance.release,
            "current_version": element,
            "supported_versions": [element],
            "api_server_url": "https://looker.example.com",
            "web_server_url": "https://looker.example.com",
        }
    )


def me(instance: Instance, request: Request) -> Answer:  # noqa: ARG001
    """Tell who calls."""
    user = request.caller
    return Answer(
        {
            "id": user.id,
            "display_name": f"User {user.id}",
            "is_disabled": False,
            "role_ids": ["2" if user.admin else "5"],
            "personal_folder_id": f"2{user.id}",
        }
    )


def all_lookml_models(instance: Instance, request: Request) -> Answer:
    """List the models that the caller's roles cover."""
    return Answer([_model(instance, name) for name in instance.models if _sees(request, name)])


def lookml_model(instance: Instance, request: Request) -> Answer:
    """Show one model."""
    name = request.path["lookml_model_name"]
    if name not in instance.models or not _sees(request, name):
        raise not_found()
    return Answer(_model(instance, name))


def lookml_model_explore(instance: Instance, request: Request) -> Answer:
    """Show one explore: which connection it uses, and what the caller may do with its model."""
    model, explore = request.path["lookml_model_name"], request.path["explore_name"]
    if model not in instance.models or not _sees(request, model):
        raise not_found()
    if explore not in instance.explores:
        raise not_found()
    return Answer(
        {
            "id": f"{model}::{explore}",
            "name": explore,
            "model_name": model,
            "connection_name": instance.connections[0].name,
            "can_develop": request.caller.may("develop", model),
        }
    )


def all_connections(instance: Instance, request: Request) -> Answer:
    """List the connections. Assumed: without the right to manage them the list is empty."""
    allowed = request.caller.may("manage_project_connections")
    return Answer([_connection(each) for each in instance.connections if allowed])


def connection(instance: Instance, request: Request) -> Answer:
    """Show one connection. Assumed: to who may manage connections only."""
    return Answer(_connection(_find_connection(instance, request)))


def test_connection(instance: Instance, request: Request) -> Answer:
    """Tell for each test whether Looker reaches the warehouse."""
    found = _find_connection(instance, request)
    tests = [name for name in request.query.get("tests", "").split(",") if name]
    return Answer([_test(found, name) for name in tests or ["connect", "query"]])


def _find_connection(instance: Instance, request: Request) -> Connection:
    for each in instance.connections:
        if each.name == request.path["connection_name"] and request.caller.may(
            "manage_project_connections"
        ):
            return each
    raise not_found()


def _sees(request: Request, model: str) -> bool:
    return request.caller.admin or model in request.caller.models


def _model(instance: Instance, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": name.replace("_", " ").title(),
        "project_name": name,
        "has_content": True,
        "allowed_db_connection_names": [each.name for each in instance.connections],
        "unlimited_db_connections": False,
        "explores": [{"name": each, "label": each, "hidden": False} for each in instance.explores],
    }


def _connection(connection: Connection) -> dict[str, Any]:
    return {
        "name": connection.name,
        "dialect_name": "postgres",
        "pdt_api_control_enabled": connection.pdt_api_control,
    }


def _test(connection: Connection, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "status": "success" if connection.works else "error",
        "message": "Can connect" if connection.works else "Connection refused",
        "connection_string": connection.jdbc if name == "connect" else None,
    }
