connection: "@{CONNECTION_NAME}"
label: "Epicor Kinetic"
week_start_day: monday

include: "/components/*.lkml"
include: "/views/base/*.view.lkml"
include: "/views/core/*.view.lkml"
include: "/explores/*.explore.lkml"
include: "/dashboards/*.dashboard.lookml"
include: "/tests/*.lkml"
# One user, one company: see examples/company_access.lkml before including it.
# include: "/examples/company_access.lkml"

persist_with: staging
