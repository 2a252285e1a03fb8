"use strict";
// Draws each chart whose figures are in the page, as wide as its place. Everything is text or SVG; names are never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const INK = "#1b2430", SOFT = "#5d6875", BLUE = "#1f5fa8", PALE = "#a9c3e0", RED = "#b3372f", ROSE = "#e0a09a", GREEN = "#2c8a57";
const short = d3.format(".3~s"), whole = d3.format(",.0f"), percent = d3.format(".0%"), change = d3.format("+.0%");
const money = (value) => short(value).replace("G", "\u2009bn").replace("k", "\u2009k").replace("M", "\u2009M");
const month = (row) => new Date(row.month + "T00:00:00Z");
const named = (text) => String(text).trim().replace(/\s+/g, " ") || "(none)";
const months = { type: "utc", label: null };
const amounts = { label: null, grid: true, tickFormat: money, ticks: 5, zero: true };

// Names of bars get a third of the width, and what does not fit into that is cut.
const nameWidth = (width) => Math.min(200, Math.round(width * 0.34));
const clip = (width) => (text) => {
  const letters = [...named(text)], room = Math.floor(nameWidth(width) / 6.8);
  return letters.length > room ? letters.slice(0, room - 1).join("") + "…" : letters.join("");
};

function stackByMonth(rows, colours) {
  return { marginLeft: 56, x: { ...months, interval: "month" }, y: amounts,
    color: { domain: Object.keys(colours), range: Object.values(colours), legend: Object.keys(colours).length > 1 },
    marks: [Plot.rectY(rows, { x: month, y: "amount", fill: (r) => r.state ?? "Spend", interval: "month", inset: 1.5,
      tip: { format: { x: d3.utcFormat("%B %Y"), y: whole, fill: rows[0].state !== undefined } } }), Plot.ruleY([0], { stroke: INK })] };
}

// One bar for each name, of one colour or stacked by state, its amount beside it.
function bars(rows, width, colours) {
  const totals = [...d3.rollup(rows, (v) => d3.sum(v, (r) => r.amount), (r) => r.name)].sort((a, b) => b[1] - a[1]);
  return { height: 26 * totals.length + 50, marginLeft: nameWidth(width), marginRight: 76,
    x: { ...amounts, axis: "bottom", ticks: width < 520 ? 3 : 5 }, y: { domain: totals.map(([name]) => name), label: null, tickFormat: clip(width), tickSize: 0 },
    color: { domain: Object.keys(colours), range: Object.values(colours), legend: Object.keys(colours).length > 1 },
    marks: [Plot.barX(rows, { x: "amount", y: "name", fill: (r) => r.state ?? Object.keys(colours)[0], inset: 2,
        tip: { format: { x: whole, fill: rows[0].state !== undefined } } }),
      Plot.text(totals, { x: (t) => Math.max(0, t[1]), y: "0", text: (t) => whole(t[1]), textAnchor: "start", dx: 5, fill: INK }),
      Plot.ruleX([0], { stroke: INK })] };
}

// This year above the year before, and the change beside them.
function years(rows, width) {
  const kinds = ["This year", "Prior year"];
  const pairs = [...d3.rollup(rows, (v) => new Map(v.map((r) => [r.year, r.amount])), (r) => r.name)]
    .map(([name, of]) => ({ name, now: of.get(kinds[0]) ?? 0, then: of.get(kinds[1]) ?? 0 })).sort((a, b) => b.now - a.now);
  return { height: 26 * pairs.length + 50, marginLeft: nameWidth(width), marginRight: 76,
    x: { ...amounts, axis: "bottom", ticks: width < 520 ? 3 : 5 }, y: { axis: null, domain: kinds },
    fy: { domain: pairs.map((p) => p.name), label: null, tickFormat: clip(width), padding: 0.25, axis: "left" },
    color: { domain: kinds, range: [BLUE, PALE], legend: true },
    marks: [Plot.barX(rows, { x: "amount", y: "year", fy: "name", fill: "year", sort: null, tip: { format: { x: whole, fy: false, y: false } } }),
      Plot.text(pairs, { x: (p) => Math.max(0, p.now, p.then), y: () => kinds[0], fy: "name", dy: 5, dx: 5, textAnchor: "start", fill: SOFT,
        text: (p) => (p.then > 0 ? change(p.now / p.then - 1).replace(/^[+−]0%$/, "0%") : "new") }),
      Plot.ruleX([0], { stroke: INK })] };
}

const charts = {
  ageing: (rows, width) => {
    const all = d3.sum(rows, (r) => r.amount);
    return { marginLeft: 56, marginTop: 36, x: { domain: rows.map((r) => r.bucket), label: null, tickSize: 0, padding: 0.3,
        tickFormat: (name) => (width < 520 ? name.replace(" days", "") : name) }, y: amounts, color: { type: "identity" },
      marks: [Plot.barY(rows, { x: "bucket", y: "amount", fill: (r, i) => (i ? d3.interpolateRgb(ROSE, RED)((i - 1) / 3) : BLUE) }),
        Plot.text(rows, { x: "bucket", y: (r) => Math.max(0, r.amount), text: (r) => whole(r.amount), dy: -20, fill: INK }),
        Plot.text(rows, { x: "bucket", y: (r) => Math.max(0, r.amount), text: (r) => (all > 0 ? percent(r.amount / all) : ""), dy: -7, fill: SOFT }),
        Plot.ruleY([0], { stroke: INK })] };
  },
  spend_by_month: (rows) => stackByMonth(rows, { Spend: BLUE }),
  spend_by_vendor: (rows, width) => bars(rows, width, { Spend: BLUE }),
  spend_by_group: (rows, width) => bars(rows, width, { Spend: BLUE }),
  stock_by_class: (rows, width) => bars(rows, width, { Moving: BLUE, "Slow moving": ROSE }),
  orders_by_month: (rows) => stackByMonth(rows, { "Past due": RED, "Not due yet": BLUE }),
  delivery_by_month: (rows) => ({ marginLeft: 44, marginRight: 40, x: months, y: { label: null, grid: true, tickFormat: percent, domain: [0, 1] },
    color: { domain: ["In full", "On time", "On time in full"], range: [PALE, GREEN, BLUE], legend: true },
    marks: [Plot.lineY(rows, { x: month, y: "share", stroke: "name", strokeWidth: 2.2, tip: { format: { x: d3.utcFormat("%B %Y"), y: percent } } }),
      Plot.text(rows.filter((r) => r.name !== "On time"), Plot.selectLast({ x: month, y: "share", z: "name", text: (r) => percent(r.share), textAnchor: "start", dx: 6, fill: INK }))] }),
  expenses: (rows, width) => years(rows, width),
};

function draw() {
  for (const [name, rows] of Object.entries(data)) {
    const place = document.querySelector(`#${name} .chart`), width = Math.max(280, place.clientWidth);
    const style = { fontSize: "12px", color: INK, background: "none", fontFamily: "inherit" };
    const ariaLabel = document.querySelector(`#${name} h3`).textContent;
    place.replaceChildren(Plot.plot({ width, height: 270, style, ariaLabel, ...charts[name](rows, width) }));
  }
}

let drawnFor = 0;
function drawIfWider() {
  if (document.body.clientWidth !== drawnFor) { drawnFor = document.body.clientWidth; draw(); }
}
drawIfWider();
addEventListener("resize", drawIfWider);
document.documentElement.dataset.drawn = Object.keys(data).length;
