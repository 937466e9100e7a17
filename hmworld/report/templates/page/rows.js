"use strict";
// Which rows are shown, and in which order: filters of clips, filters of single absences, and sorting.
HM.query = {
  text: "",
  words: {},
  lists: {},
  shown: false,
  event: { kind: "absence", cause: "", side: "", gap: 0, gapTo: 0, cut: false },
  sort: "row",
  down: false,
};

// Whether a gap in s is one of from <= gap < to; 0 for no bound. What has no gap (-1) lies within no bounds.
HM.gapFits = (gap, from, to) => (from <= 0 && to <= 0) || (gap >= 0 && gap >= from && (to <= 0 || gap < to));

// Of the events that fit, per row: how many, the longest gap in s, the first exit in s, the farthest way gone unseen in m.
HM.fit = function () {
  const rows = HM.rows,
    events = rows.events,
    asked = HM.query.event,
    count = rows.count;
  const code = (name, value) => (value === "" ? -1 : events.words[name].names.indexOf(value));
  const wanted = { kind: code("kind", asked.kind), cause: code("exit_cause", asked.cause), side: code("exit_side", asked.side) };
  const found = {
    n: new Int32Array(count),
    gap: new Float32Array(count).fill(-1),
    exit: new Float32Array(count).fill(-1),
    moved: new Float32Array(count).fill(-1),
  };
  if (Object.entries(wanted).some(([name, at]) => at < 0 && asked[name] !== "")) return found;
  const kinds = events.words.kind.of,
    causes = events.words.exit_cause.of,
    sides = events.words.exit_side.of,
    cuts = events.straddles_cut;
  const { gap_frames: gaps, exit_time_s: exits, hidden_displacement_m: moves } = events.numbers;
  for (let row = 0; row < count; row++) {
    const fps = rows.numbers.fps[row] || 1;
    for (let k = events.starts[row], end = events.starts[row + 1]; k < end; k++) {
      if (wanted.kind >= 0 && kinds[k] !== wanted.kind) continue;
      if (wanted.cause >= 0 && causes[k] !== wanted.cause) continue;
      if (wanted.side >= 0 && sides[k] !== wanted.side) continue;
      if (asked.cut && !cuts[k]) continue;
      const gap = gaps[k] < 0 ? -1 : gaps[k] / fps;
      if (!HM.gapFits(gap, asked.gap, asked.gapTo)) continue;
      found.n[row]++;
      if (gap > found.gap[row]) found.gap[row] = gap;
      if (exits[k] >= 0 && (found.exit[row] < 0 || exits[k] < found.exit[row])) found.exit[row] = exits[k];
      if (moves[k] > found.moved[row]) found.moved[row] = moves[k];
    }
  }
  return found;
};

HM.asksForEvents = function () {
  const asked = HM.query.event;
  return asked.kind !== "absence" || asked.cause !== "" || asked.side !== "" || asked.gap > 0 || asked.gapTo > 0 || asked.cut;
};

// Rows that contain every word of the search text, as a test of a row.
function textTest(text) {
  const rows = HM.rows,
    tests = [];
  for (const token of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const hits = names =>
      Uint8Array.from(names, name => (name.toLowerCase().includes(token) || HM.plain(name).toLowerCase().includes(token) ? 1 : 0));
    const words = Object.values(rows.words)
      .map(column => [column, hits(column.names)])
      .filter(([, hit]) => hit.includes(1));
    const lists = Object.values(rows.lists)
      .map(column => [column, hits(column.names)])
      .filter(([, hit]) => hit.includes(1));
    tests.push(row => {
      for (const [column, hit] of words) if (hit[column.of[row]]) return true;
      for (const [column, hit] of lists)
        for (let k = column.starts[row]; k < column.starts[row + 1]; k++) if (hit[column.of[k]]) return true;
      return rows.ids[row].includes(token) || rows.captions[row].toLowerCase().includes(token);
    });
  }
  return row => tests.every(test => test(row));
}

HM.filtered = function (fit) {
  const rows = HM.rows,
    query = HM.query,
    kept = [];
  const words = Object.entries(query.words)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [rows.words[name].of, rows.words[name].names.indexOf(value)]);
  const lists = Object.entries(query.lists)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [rows.lists[name], rows.lists[name].names.indexOf(value)]);
  const test = textTest(query.text),
    events = HM.asksForEvents();
  outer: for (let row = 0; row < rows.count; row++) {
    for (const [of, code] of words) if (of[row] !== code) continue outer;
    for (const [column, code] of lists) {
      let has = false;
      for (let k = column.starts[row]; k < column.starts[row + 1]; k++) has ||= column.of[k] === code;
      if (!has) continue outer;
    }
    if (query.shown && !HM.isShown(row)) continue;
    if (events && fit.n[row] === 0) continue;
    if (!test(row)) continue;
    kept.push(row);
  }
  return kept;
};

// A number a row that sorts it; texts by their place in alphabetical order.
function sortKeys(fit) {
  const rows = HM.rows,
    by = HM.query.sort;
  const ranked = texts => {
    const order = [...new Set(texts)].sort(),
      rank = new Map(order.map((text, k) => [text, k]));
    return texts.map(text => rank.get(text));
  };
  const joined = name => ranked(Array.from({ length: rows.count }, (_, row) => HM.list(name, row).join(", ")));
  if (by in rows.words) return rows.words[by].of;
  if (by === "subjects") return joined("subjects");
  if (by === "causes") return ranked(Array.from({ length: rows.count }, (_, row) => HM.causes(row).join(", ")));
  if (by === "id") return ranked(rows.ids);
  if (by === "caption") return ranked(rows.captions);
  if (by === "luma") return rows.numbers.mean_luma;
  if (by === "agreement") return rows.numbers.forecast_state_agreement;
  return { absences: fit.n, gap: fit.gap, exit: fit.exit, moved: fit.moved }[by] ?? null;
}

HM.causes = function (row) {
  const events = HM.rows.events,
    column = events.words.exit_cause,
    found = new Set();
  for (let k = events.starts[row]; k < events.starts[row + 1]; k++) {
    const name = column.names[column.of[k]];
    if (name !== "" && events.words.kind.names[events.words.kind.of[k]] === "absence") found.add(name);
  }
  return [...found].sort();
};

// Rows that fit, in order; those without the number that sorts them stand last either way.
HM.search = function () {
  const fit = HM.fit(),
    kept = HM.filtered(fit),
    keys = sortKeys(fit),
    sign = HM.query.down ? -1 : 1;
  if (keys) {
    const none = row => keys[row] < 0 || Number.isNaN(keys[row]);
    kept.sort((a, b) => none(a) - none(b) || (none(a) ? 0 : sign * (keys[a] - keys[b])) || a - b);
  } else if (HM.query.down) kept.reverse();
  return { rows: kept, fit };
};
