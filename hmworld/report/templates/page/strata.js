"use strict";
// What the dataset is made of: a bar a value; a click filters by it.
const BARS = 9;

HM.strata = function () {
  const rows = HM.rows,
    found = [];
  const count = (names, of) => {
    const n = new Array(names.length).fill(0);
    for (const code of of) n[code]++;
    return names.map((name, k) => [name, n[k]]);
  };
  for (const [name, title] of [
    ["scene", "Scene"],
    ["camera", "Camera path"],
    ["look", "Look"],
    ["split", "Split"],
    ["unseen", "Unseen in training"],
  ]) {
    const column = rows.words[name];
    if (name !== "unseen" || column.names.length > 1)
      found.push([title, "clips", count(column.names, column.of), value => ({ words: { [name]: value } })]);
  }
  const subjects = rows.lists.subjects;
  found.splice(1, 0, ["Subject", "in clips", count(subjects.names, subjects.of), value => ({ subject: value })]);
  const species = rows.lists.species;
  found.splice(3, 0, ["Species", "subjects", count(species.names, species.of), value => ({ text: value })]);
  const events = rows.events,
    kind = events.words.kind,
    absent = kind.names.indexOf("absence");
  const ofAbsences = column => {
    const n = new Array(column.names.length).fill(0);
    for (let k = 0; k < column.of.length; k++) if (kind.of[k] === absent) n[column.of[k]]++;
    return column.names.map((name, k) => [name, n[k]]);
  };
  found.push(["What made it leave", "absences", ofAbsences(events.words.exit_cause), value => ({ event: { cause: value } })]);
  found.push(["Where it left", "absences", ofAbsences(events.words.exit_side), value => ({ event: { side: value } })]);
  const edges = [0, 0.5, 1, 2, 3, 5, Infinity],
    gaps = edges.slice(1).map((end, k) => [end === Infinity ? `${edges[k]} s and more` : `${edges[k]} to ${end} s`, 0, edges[k]]);
  for (let row = 0; row < rows.count; row++)
    for (let k = events.starts[row]; k < events.starts[row + 1]; k++) {
      if (kind.of[k] !== absent) continue;
      const gap = events.numbers.gap_frames[k] / (rows.numbers.fps[row] || 1);
      gaps[edges.findLastIndex(edge => edge <= Math.max(0, gap))][1]++;
    }
  found.push(["Length of the gap", "absences", gaps, (value, k) => ({ event: { gap: gaps[k][2] } }), true]);
  return found;
};

HM.drawStrata = function (place, choose) {
  place.replaceChildren(
    ...HM.strata().map(([title, unit, pairs, query, inOrder]) => {
      const there = pairs.map(([name, n], k) => ({ name, n, k })).filter(pair => pair.n > 0 || inOrder);
      if (!inOrder) there.sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1));
      const most = Math.max(1, ...there.map(pair => pair.n)),
        bars = HM.make("ul", { class: "bars" });
      bars.style.setProperty("--n", `${HM.number(most).length + 1}ch`);
      there.forEach((pair, at) => {
        const fill = HM.make("i");
        fill.style.width = `${(100 * pair.n) / most}%`;
        bars.append(
          HM.make(
            "li",
            { hidden: at >= BARS },
            HM.make(
              "button",
              { type: "button", title: `Show those: ${HM.plain(pair.name) || "none"}`, onclick: () => choose(query(pair.name, pair.k)) },
              HM.make("span", { class: "name" }, HM.plain(pair.name) || "none"),
              HM.make("span", { class: "bar" }, fill),
              HM.make("span", { class: "n" }, HM.number(pair.n)),
            ),
          ),
        );
      });
      const total = there.reduce((sum, pair) => sum + pair.n, 0);
      const card = HM.make(
        "section",
        { class: "card stratum" },
        HM.make("h3", {}, title, " ", HM.make("small", {}, unit === "clips" ? "" : `${HM.number(total)} ${unit}`)),
        bars,
      );
      if (there.length > BARS) {
        const all = HM.make("button", { type: "button", class: "link" }, `all ${there.length}`);
        all.addEventListener("click", () => {
          for (const bar of bars.children) bar.hidden = false;
          all.remove();
        });
        card.append(all);
      }
      return card;
    }),
  );
};
