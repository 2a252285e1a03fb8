# The day that balances, ageing and "last 12 months" are as of. Every explore joins it.

view: as_of {
  label: "As Of"

  filter: as_of_date {
    label: "As-of Date"
    description: "Pick one day with 'on'. Nothing picked: today. Payments after that day are added back to balances."
    type: date
    datatype: date
    convert_tz: no
  }

  dimension: day {
    hidden: yes
    type: date_raw
    sql: COALESCE(({% date_start as_of.as_of_date %})::date, @{TODAY}) ;;
  }
}
