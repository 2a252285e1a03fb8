# Sync health: the run log that the loader writes beside the data.

view: sync_runs {
  sql_table_name: @{STAGING_SCHEMA}._sync_runs ;;
  label: "Run"

  dimension: run_id { primary_key: yes label: "Run" description: "Id of the run." type: string sql: ${TABLE}.run_id ;; }
  dimension_group: started { label: "Started" description: "When the run began, UTC." type: time timeframes: [raw, time, date, week] datatype: timestamp sql: ${TABLE}.started_at ;; }
  dimension_group: finished { label: "Finished" description: "When the run ended, UTC." type: time timeframes: [raw, time, date] datatype: timestamp sql: ${TABLE}.finished_at ;; }
  dimension: status { label: "Status" description: "complete, incomplete, failed, interrupted or running." type: string sql: ${TABLE}.status ;; }
  dimension: error { label: "Error" description: "Why the run is not complete." type: string sql: ${TABLE}.error ;; }
  dimension: tap { label: "Tap" description: "Name and version of the tap." type: string sql: ${TABLE}.tap ;; }
  dimension: seconds { label: "Seconds" description: "How long the run took." type: number sql: extract(epoch FROM ${TABLE}.finished_at - ${TABLE}.started_at) ;; value_format_name: decimal_0 }
  dimension: is_failure { hidden: yes type: yesno sql: ${TABLE}.status IN ('failed', 'incomplete', 'interrupted') ;; }
  dimension: is_complete { hidden: yes type: yesno sql: ${TABLE}.status = 'complete' ;; }
  dimension: is_latest { label: "Is Latest Run (Yes / No)" description: "The run that began last." type: yesno sql: ${TABLE}.started_at = (SELECT max(started_at) FROM @{STAGING_SCHEMA}._sync_runs) ;; }

  measure: run_count { label: "Runs" description: "Number of runs." type: count drill_fields: [run_id, started_time, status, error] }
  measure: failures { label: "Failed Runs" description: "Runs that failed, were interrupted or left something out." type: count filters: [is_failure: "yes"] drill_fields: [run_id, started_time, status, error] }
  measure: rows_changed { label: "Rows Changed" description: "Rows inserted, updated or deleted." type: sum sql: ${TABLE}.rows_changed ;; value_format_name: decimal_0 }
  measure: hours_since_complete { label: "Hours since Last Complete Run" description: "Age of the figures." type: number sql: extract(epoch FROM now() - max(CASE WHEN ${is_complete} THEN ${finished_raw} END)) / 3600 ;; value_format_name: decimal_1 }
}

view: sync_streams {
  sql_table_name: @{STAGING_SCHEMA}._sync_run_streams ;;
  label: "Stream"

  dimension: source_id { primary_key: yes hidden: yes type: string sql: ${TABLE}.run_id || '~' || ${TABLE}.stream ;; }
  dimension: run_id { hidden: yes type: string sql: ${TABLE}.run_id ;; }
  dimension: stream { label: "Stream" description: "Name of the stream and of its table." type: string sql: ${TABLE}.stream ;; }

  measure: records_received { label: "Records Received" description: "Records that came from the source." type: sum sql: ${TABLE}.records_received ;; value_format_name: decimal_0 }
  measure: rows_inserted { label: "Rows Inserted" description: "New rows." type: sum sql: ${TABLE}.rows_inserted ;; value_format_name: decimal_0 }
  measure: rows_updated { label: "Rows Updated" description: "Changed rows." type: sum sql: ${TABLE}.rows_updated ;; value_format_name: decimal_0 }
  measure: rows_deleted { label: "Rows Deleted" description: "Rows gone from the source." type: sum sql: ${TABLE}.rows_deleted ;; value_format_name: decimal_0 }
  measure: rows_rejected { label: "Rows Rejected" description: "Records that could not be staged." type: sum sql: ${TABLE}.rows_rejected ;; value_format_name: decimal_0 }
  measure: hours_since_commit { label: "Hours since Last Rows" description: "Hours since records of the stream were last committed." type: number sql: extract(epoch FROM now() - max(${TABLE}.last_commit_at)) / 3600 ;; value_format_name: decimal_1 }
}

view: looker_refreshes {
  sql_table_name: @{STAGING_SCHEMA}._looker_refreshes ;;
  label: "Refresh"

  dimension: id { primary_key: yes hidden: yes type: number sql: ${TABLE}.id ;; }
  dimension: run_id { hidden: yes type: string sql: ${TABLE}.run_id ;; }
  dimension: action { label: "Action" description: "datagroup, pdt_build or scheduled_plan." type: string sql: ${TABLE}.action ;; }
  dimension: target { label: "What" description: "The datagroup, table or plan." type: string sql: ${TABLE}.target ;; }
  dimension: status { label: "Refresh Status" description: "owed, begun, done, failed or unknown." type: string sql: ${TABLE}.status ;; }
  dimension: detail { label: "Answer" description: "What Looker answered." type: string sql: ${TABLE}.detail ;; }
  dimension_group: requested { label: "Requested" description: "When Looker was asked, UTC." type: time timeframes: [raw, time, date] datatype: timestamp sql: ${TABLE}.requested_at ;; }
  dimension: is_owed {
    label: "Is Owed (Yes / No)"
    description: "The latest request for this target was not fulfilled."
    type: yesno
    sql:
      ${TABLE}.id IN (SELECT max(id) FROM @{STAGING_SCHEMA}._looker_refreshes GROUP BY action, target)
      AND (${TABLE}.status IN ('owed', 'failed') OR ${TABLE}.status = 'begun' AND ${TABLE}.action <> 'scheduled_plan') ;;
  }

  measure: refresh_count { label: "Refreshes" description: "Number of requests." type: count }
  measure: owed { label: "Refreshes Owed" description: "What the next run still has to ask Looker for." type: count filters: [is_owed: "yes"] drill_fields: [action, target, status, detail] }
}
