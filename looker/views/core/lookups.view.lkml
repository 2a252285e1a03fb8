# What the joined tables show in explores.

include: "/views/base/*.view.lkml"

view: +vendors {
  label: "Vendor"
  fields_hidden_by_default: yes
  dimension: vendorid { hidden: no label: "Vendor ID" description: "The vendor's id in Kinetic." }
  dimension: name {
    hidden: no
    label: "Vendor"
    description: "Name of the vendor."
    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if vendors.source_url._value %}{{ vendors.source_url._value }}{% endif %}"
    }
  }
  dimension: country { hidden: no label: "Vendor Country" description: "Country of the vendor's address." }
  dimension: city { hidden: no label: "Vendor City" description: "City of the vendor's address." }
  dimension: currencycode { hidden: no label: "Vendor Currency" description: "Currency that the vendor bills in." }
  dimension: approved { hidden: no label: "Is Approved (Yes / No)" description: "Approved for purchasing." }
  measure: vendor_count { hidden: no label: "Vendors" description: "Number of vendors." type: count drill_fields: [vendorid, name, country] }
}

view: +vendor_groups {
  label: "Vendor"
  fields_hidden_by_default: yes
  dimension: groupdesc { hidden: no label: "Vendor Group" description: "Description of the vendor's group." }
}

view: +payment_terms {
  label: "AP Invoice"
  fields_hidden_by_default: yes
  dimension: description { hidden: no label: "Payment Terms" description: "Terms of payment of the invoice." }
}

view: +buyers {
  label: "Buyer"
  fields_hidden_by_default: yes
  dimension: buyerid { hidden: no label: "Buyer ID" description: "The buyer's id in Kinetic." }
  dimension: name { hidden: no label: "Buyer" description: "Name of the buyer." }
}

view: +parts {
  label: "Part"
  fields_hidden_by_default: yes
  dimension: partnum { hidden: no label: "Part Number" description: "Number of the part." }
  dimension: partdescription { hidden: no label: "Part" description: "Description of the part." }
}

view: +part_classes {
  label: "Part"
  fields_hidden_by_default: yes
  dimension: description { hidden: no label: "Part Class" description: "Description of the part's class." }
}

view: +plants {
  label: "Site"
  fields_hidden_by_default: yes
  dimension: name { hidden: no label: "Site" description: "Name of the plant." }
}

view: +warehouses {
  label: "Site"
  fields_hidden_by_default: yes
  dimension: description { hidden: no label: "Warehouse" description: "Description of the warehouse." }
}

view: +purchase_orders {
  label: "Purchase Order"
  fields_hidden_by_default: yes
  dimension: ponum { hidden: no label: "PO Number" description: "Number of the purchase order." }
  dimension_group: order { hidden: no label: "Order" description: "Date of the purchase order." }
  dimension: openorder { hidden: no label: "Is Order Open (Yes / No)" description: "The order is open." }
}

view: +purchase_order_lines {
  label: "PO Line"
  fields_hidden_by_default: yes
  dimension: partnum { hidden: no label: "Ordered Part" description: "Part number of the line; may be no part of ours." }
  dimension: linedesc { hidden: no label: "Line Description" description: "Text of the line." }
  dimension: unitcost { value_format_name: decimal_4 }
}

view: +part_costs {
  fields_hidden_by_default: yes
  dimension: standard_cost {
    label: "Standard Cost"
    description: "Standard cost of one unit, all cost elements; company currency."
    type: number
    sql: (${TABLE}.stdmaterialcost + ${TABLE}.stdlaborcost + ${TABLE}.stdburdencost + ${TABLE}.stdsubcontcost + ${TABLE}.stdmtlburcost) ;;
    value_format_name: decimal_4
  }
}

view: +gl_books {
  label: "GL"
  fields_hidden_by_default: yes
  dimension: bookid { hidden: no label: "Book" description: "Id of the book." }
  dimension: mainbook { hidden: no label: "Is Main Book (Yes / No)" description: "The company's main book." }
}

view: +gl_accounts {
  label: "GL"
  fields_hidden_by_default: yes
  dimension: accountdesc { hidden: no label: "GL Account Description" description: "Description of the full account." }
}
