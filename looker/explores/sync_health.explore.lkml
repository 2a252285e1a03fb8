# Sync health: the run log. Not cached, for it tells whether anything else may be trusted.

explore: sync_runs {
  group_label: "Epicor Kinetic"
  label: "Sync Runs"
  description: "Runs of the load, whether they were complete, and how old the figures are."
  persist_for: "0 seconds"
}

explore: sync_streams {
  group_label: "Epicor Kinetic"
  label: "Sync Streams"
  description: "What each run did to each table."
  persist_for: "0 seconds"

  join: sync_runs {
    type: left_outer
    relationship: many_to_one
    fields: [sync_runs.run_id, sync_runs.started_time, sync_runs.started_date, sync_runs.status, sync_runs.is_latest]
    sql_on: ${sync_runs.run_id} = ${sync_streams.run_id} ;;
  }
}

explore: looker_refreshes {
  group_label: "Epicor Kinetic"
  label: "Looker Refreshes"
  description: "What the load asked Looker to refresh, and what came of it."
  persist_for: "0 seconds"
}
