- dashboard: sync_health
  title: Sync Health
  description: "Whether last night's load came, came whole, and was passed on to Looker."
  preferred_slug: tzvNPnQgZfuX6w7KYnk65p
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true
  elements:
  - name: hours_since_last_complete_run
    title: Hours since Last Complete Run
    type: single_value
    model: epicor_kinetic
    explore: sync_runs
    fields: [sync_runs.hours_since_complete]
    listen: {}
    row: 0
    col: 0
    width: 8
    height: 3
  - name: failed_runs
    title: Failed Runs
    type: single_value
    model: epicor_kinetic
    explore: sync_runs
    fields: [sync_runs.failures]
    listen: {}
    row: 0
    col: 8
    width: 8
    height: 3
  - name: refreshes_owed
    title: Refreshes Owed
    type: single_value
    model: epicor_kinetic
    explore: looker_refreshes
    fields: [looker_refreshes.owed]
    listen: {}
    row: 0
    col: 16
    width: 8
    height: 3
  - name: latest_runs
    title: Latest Runs
    type: looker_grid
    model: epicor_kinetic
    explore: sync_runs
    fields: [sync_runs.started_time, sync_runs.status, sync_runs.seconds, sync_runs.error, sync_runs.rows_changed]
    sorts: [sync_runs.started_time desc]
    limit: 14
    listen: {}
    row: 3
    col: 0
    width: 24
    height: 7
  - name: freshness_per_stream
    title: Freshness per Stream
    type: looker_grid
    model: epicor_kinetic
    explore: sync_streams
    fields: [sync_streams.stream, sync_streams.hours_since_commit, sync_streams.records_received, sync_streams.rows_inserted, sync_streams.rows_updated, sync_streams.rows_deleted, sync_streams.rows_rejected]
    sorts: [sync_streams.stream]
    limit: 500
    listen: {}
    row: 10
    col: 0
    width: 14
    height: 12
  - name: looker_refreshes
    title: Looker Refreshes
    type: looker_grid
    model: epicor_kinetic
    explore: looker_refreshes
    fields: [looker_refreshes.requested_time, looker_refreshes.action, looker_refreshes.target, looker_refreshes.status, looker_refreshes.detail]
    sorts: [looker_refreshes.requested_time desc]
    limit: 50
    listen: {}
    row: 10
    col: 14
    width: 10
    height: 12
