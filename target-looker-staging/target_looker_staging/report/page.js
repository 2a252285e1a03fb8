"use strict";
// Draws each chart whose figures are in the page. Everything is text or SVG; names are never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const INK = "#1b2430", BLUE = "#1f5fa8", PALE = "#a9c3e0", RED = "#b3372f", GREEN = "#2c8a57";
const short = d3.format(".3~s"), whole = d3.format(",.0f"), percent = d3.format(".0%");
const money = (value) => short(value).replace("G", "bn").replace("k", " k").replace("M", " M");
const month = (row) => new Date(row.month + "T00:00:00Z");
const clip = (text) => { const name = [...String(text).trim().replace(/\s+/g, " ")]; return name.length > 28 ? name.slice(0, 27).join("") + "…" : name.join(""); };
const base = { width: 580, height: 270, style: { fontSize: "12px", color: INK, background: "none", fontFamily: "inherit" } };
const months = { type: "utc", label: null };
const amounts = { label: null, grid: true, tickFormat: money, ticks: 5, zero: true };

function stackByMonth(rows, colours) {
  return { marginLeft: 56, x: { ...months, interval: "month" }, y: amounts,
    color: { domain: Object.keys(colours), range: Object.values(colours), legend: Object.keys(colours).length > 1 },
    marks: [Plot.rectY(rows, { x: month, y: "amount", fill: (r) => r.state ?? "Spend", interval: "month", inset: 1.5,
      tip: { format: { x: d3.utcFormat("%B %Y"), y: whole, fill: rows[0].state !== undefined } } }), Plot.ruleY([0], { stroke: INK })] };
}

function bars(rows, colours, group) {
  const totals = d3.rollup(rows, (v) => d3.sum(v, (r) => Math.max(0, r.amount)), (r) => r.name);
  const names = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const kinds = Object.keys(colours);
  const grouped = group && kinds.length > 1;
  const mark = grouped
    ? Plot.barX(rows, { x: "amount", y: group, fy: "name", fill: group, sort: null, tip: { format: { x: whole, fy: false, y: false } } })
    : Plot.barX(rows, { x: "amount", y: "name", fill: group ?? (() => kinds[0]), inset: 2, tip: { format: { x: whole, fill: Boolean(group) } } });
  const axis = grouped
    ? { fy: { domain: names, label: null, tickFormat: clip, padding: 0.25, axis: "left" }, y: { axis: null, domain: kinds } }
    : { y: { domain: names, label: null, tickFormat: clip, tickSize: 0 } };
  return { height: 30 * names.length + 50, marginLeft: 200, marginRight: 14, x: { ...amounts, axis: "bottom" }, ...axis,
    color: { domain: kinds, range: Object.values(colours), legend: kinds.length > 1 },
    marks: [mark, Plot.ruleX([0], { stroke: INK })] };
}

const charts = {
  ageing: (rows) => ({ marginLeft: 56, marginTop: 30, x: { domain: rows.map((r) => r.bucket), label: null, tickSize: 0, padding: 0.3 }, y: amounts,
    marks: [Plot.barY(rows, { x: "bucket", y: "amount", fill: (r, i) => (i ? d3.interpolateRgb("#e0a09a", RED)((i - 1) / 3) : BLUE) }),
      Plot.text(rows, { x: "bucket", y: "amount", text: (r) => whole(r.amount), dy: -8, fill: INK }), Plot.ruleY([0], { stroke: INK })],
    color: { type: "identity" } }),
  spend_by_month: (rows) => stackByMonth(rows, { Spend: BLUE }),
  spend_by_vendor: (rows) => bars(rows, { Spend: BLUE }),
  spend_by_group: (rows) => bars(rows, { Spend: BLUE }),
  orders_by_month: (rows) => stackByMonth(rows, { "Past due": RED, "Not due yet": BLUE }),
  delivery_by_month: (rows) => ({ marginLeft: 44, x: months, y: { label: null, grid: true, tickFormat: percent, domain: [0, 1] },
    color: { domain: ["In full", "On time", "On time in full"], range: [PALE, GREEN, BLUE], legend: true },
    marks: [Plot.lineY(rows, { x: month, y: "share", stroke: "name", strokeWidth: 2.2, tip: { format: { x: d3.utcFormat("%B %Y"), y: percent } } })] }),
  expenses: (rows) => bars(rows, { "This year": BLUE, "Prior year": PALE }, "year"),
};
// A stacked chart has one bar per name; only years stand side by side.
charts.stock_by_class = (rows) => {
  const plot = bars(rows, { Moving: BLUE }, undefined);
  plot.color = { domain: ["Moving", "Slow moving"], range: [BLUE, "#e0a09a"], legend: true };
  plot.marks[0] = Plot.barX(rows, { x: "amount", y: "name", fill: "state", inset: 2, tip: { format: { x: whole } } });
  return plot;
};

for (const [name, rows] of Object.entries(data)) {
  const place = document.querySelector(`#${name} .chart`);
  place.append(Plot.plot({ ...base, ariaLabel: document.querySelector(`#${name} h3`).textContent, ...charts[name](rows) }));
}
document.documentElement.dataset.drawn = Object.keys(data).length;
