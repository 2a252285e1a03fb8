"""`looker-staging refresh`: what Looker was not told yet."""

from __future__ import annotations

from dataclasses import replace

import click

from target_looker_staging.audit import RunLog
from target_looker_staging.commands.console import read_config, warehouse
from target_looker_staging.connection import transaction
from target_looker_staging.errors import READING_RUN_LOG
from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.refreshing import Refresher
from target_looker_staging.settings import LoadSettings


@click.command()
@click.option("--all", "everything", is_flag=True, help="Tell Looker all that the settings name.")
@click.pass_obj
def refresh(config_files: list[str], *, everything: bool) -> None:
    """Tell Looker what it is still owed."""
    config = read_config(config_files)
    looker = LookerSettings.from_config(config)
    if looker is None:
        raise click.ClickException("looker_base_url is not set, so there is no Looker to tell.")
    log = RunLog(LoadSettings.from_config(config).target_schema)
    with warehouse(config) as connection:
        refresher = Refresher(connection, log)
        refresher.take_turn()
        with transaction(connection, READING_RUN_LOG) as cursor:
            run_id = log.latest_complete_run(cursor)
            if run_id is None:
                raise click.ClickException("There is no complete run, so Looker is not told.")
            wanted = replace(looker, refresh_when="always" if everything else "changed")
            due = refresher.owe(cursor, wanted, run_id, ())
        refresher.pay(replace(looker, refresh_when="changed"), due)
    click.echo(f"{len(due)} of the actions in the settings were due.")
