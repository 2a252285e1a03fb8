"""The operations that the stand-in offers, each as the API's description and documentation say."""

from __future__ import annotations

from sandbox.looker import content, refreshing, session
from sandbox.looker.routing import Operation, Router


def build_router() -> Router:
    """Return all operations; fixed paths stand before those with a placeholder in their place."""
    return Router(
        [
            Operation("login", "POST", "/login", session.login, open=True),
            Operation("logout", "DELETE", "/logout", session.logout),
            Operation("versions", "GET", "/versions", session.versions, open=True),
            Operation("me", "GET", "/user", session.me),
            Operation("all_datagroups", "GET", "/datagroups", refreshing.all_datagroups),
            Operation("datagroup", "GET", "/datagroups/{datagroup_id}", refreshing.datagroup),
            Operation(
                "update_datagroup",
                "PATCH",
                "/datagroups/{datagroup_id}",
                refreshing.update_datagroup,
            ),
            Operation(
                "all_scheduled_plans", "GET", "/scheduled_plans", refreshing.all_scheduled_plans
            ),
            Operation(
                "scheduled_plan",
                "GET",
                "/scheduled_plans/{scheduled_plan_id}",
                refreshing.scheduled_plan,
            ),
            Operation(
                "scheduled_plan_run_once_by_id",
                "POST",
                "/scheduled_plans/{scheduled_plan_id}/run_once",
                refreshing.scheduled_plan_run_once_by_id,
            ),
            Operation(
                "graph_derived_tables_for_view",
                "GET",
                "/derived_table/graph/view/{view}",
                refreshing.graph_derived_tables_for_view,
            ),
            Operation(
                "start_pdt_build",
                "GET",
                "/derived_table/{model_name}/{view_name}/start",
                refreshing.start_pdt_build,
            ),
            Operation(
                "check_pdt_build",
                "GET",
                "/derived_table/{materialization_id}/status",
                refreshing.check_pdt_build,
            ),
            Operation(
                "stop_pdt_build",
                "GET",
                "/derived_table/{materialization_id}/stop",
                refreshing.stop_pdt_build,
            ),
            Operation("all_lookml_models", "GET", "/lookml_models", session.all_lookml_models),
            Operation(
                "lookml_model", "GET", "/lookml_models/{lookml_model_name}", session.lookml_model
            ),
            Operation(
                "lookml_model_explore",
                "GET",
                "/lookml_models/{lookml_model_name}/explores/{explore_name}",
                session.lookml_model_explore,
            ),
            Operation("all_connections", "GET", "/connections", session.all_connections),
            Operation("connection", "GET", "/connections/{connection_name}", session.connection),
            Operation(
                "test_connection",
                "PUT",
                "/connections/{connection_name}/test",
                session.test_connection,
            ),
            Operation("search_folders", "GET", "/folders/search", content.search_folders),
            Operation("folder", "GET", "/folders/{folder_id}", content.folder),
            Operation("create_folder", "POST", "/folders", content.create_folder),
            Operation("search_dashboards", "GET", "/dashboards/search", content.search_dashboards),
            Operation(
                "dashboard_lookml",
                "GET",
                "/dashboards/lookml/{dashboard_id}",
                content.dashboard_lookml,
            ),
            Operation(
                "import_dashboard_from_lookml",
                "POST",
                "/dashboards/lookml",
                content.import_dashboard_from_lookml,
            ),
            Operation("dashboard", "GET", "/dashboards/{dashboard_id}", content.dashboard),
            Operation(
                "move_dashboard",
                "PATCH",
                "/dashboards/{dashboard_id}/move",
                content.move_dashboard,
            ),
        ]
    )
