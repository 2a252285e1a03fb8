# The same datagroups without a trigger of their own, for a target that triggers them by API (looker_datagroups). Include this
# file in the place of components/datagroups.lkml: a datagroup with both would fire twice for one load.

datagroup: staging {
  label: "Any staging table"
  description: "Any staging table: triggered by the load through the API, when all of its streams are whole"
  max_cache_age: "12 hours"
}

datagroup: payables {
  label: "Accounts payable"
  description: "Accounts payable: triggered by the load through the API, when all of its streams are whole"
  max_cache_age: "12 hours"
}

datagroup: purchasing {
  label: "Purchasing"
  description: "Purchasing: triggered by the load through the API, when all of its streams are whole"
  max_cache_age: "12 hours"
}

datagroup: inventory {
  label: "Inventory"
  description: "Inventory: triggered by the load through the API, when all of its streams are whole"
  max_cache_age: "12 hours"
}

datagroup: general_ledger {
  label: "General ledger"
  description: "General ledger: triggered by the load through the API, when all of its streams are whole"
  max_cache_age: "12 hours"
}
