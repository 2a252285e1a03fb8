connection: "@{CONNECTION_NAME}"
label: "Epicor Kinetic"
week_start_day: monday

# Datagroups that watch the run log. If the target triggers them by API, include those of the second line, and not both.
include: "/components/*.lkml"
# include: "/triggered/*.lkml"
include: "/views/base/*.view.lkml"
include: "/views/core/*.view.lkml"
include: "/explores/*.explore.lkml"
include: "/dashboards/*.dashboard.lookml"
include: "/tests/*.lkml"
# One user, one company: see examples/company_access.lkml before including it.
# include: "/examples/company_access.lkml"

persist_with: staging
