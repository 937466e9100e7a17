"use strict";
// What the dataset is made of: a bar a value, as long as clips have it; a click shows those clips.
const BARS = 9;

// Groups of bars. A bar's number is that of the clips which its query finds, one of `HM.query`; null for a value that none asks for.
HM.strata = function () {
  const { rows } = HM,
    { events } = rows,
    found = [];
  // Clips of each value; a clip that has it twice counts once. `each` tells of every row and value.
  const clips = (names, each) => {
    const n = new Array(names.length).fill(0),
      last = new Array(names.length).fill(-1);
    each((row, k) => {
      if (last[k] !== row) n[k]++;
      last[k] = row;
    });
    return n;
  };
  const add = (title, names, each, query, inOrder = false) => {
    const n = clips(names, each);
    found.push({ title, inOrder, bars: names.map((name, k) => ({ name, n: n[k], query: name === "" ? null : query(name, k) })) });
  };
  const word = (name, title) => {
    const column = rows.words[name];
    add(title, column.names, tell => column.of.forEach((k, row) => tell(row, k)), value => ({ words: { [name]: value } }));
  };
  const list = (name, title) => {
    const column = rows.lists[name];
    const each = tell => {
      for (let row = 0; row < rows.count; row++)
        for (let k = column.starts[row]; k < column.starts[row + 1]; k++) tell(row, column.of[k]);
    };
    add(title, column.names, each, value => ({ lists: { [name]: value } }));
  };
  const absence = events.words.kind.names.indexOf("absence");
  const eachAbsence = tell => {
    for (let row = 0; row < rows.count; row++)
      for (let k = events.starts[row]; k < events.starts[row + 1]; k++) if (events.words.kind.of[k] === absence) tell(row, k);
  };
  const ofAbsences = (name, title, field) => {
    const column = events.words[name];
    const each = tell => eachAbsence((row, k) => tell(row, column.of[k]));
    add(title, column.names, each, value => ({ event: { [field]: value } }));
  };
  word("scene", "Scene");
  list("subjects", "Subject");
  word("camera", "Camera path");
  list("species", "Species");
  word("look", "Look");
  word("split", "Split");
  if (rows.words.unseen.names.length > 1) word("unseen", "Unseen in training");
  ofAbsences("exit_cause", "What made it leave", "cause");
  ofAbsences("exit_side", "Where it left", "side");
  const edges = [0, 0.5, 1, 2, 3, 5],
    spans = edges.map((from, k) => [from, edges[k + 1] ?? 0]);
  const eachGap = tell =>
    eachAbsence((row, k) => {
      const gap = events.numbers.gap_frames[k] / (rows.numbers.fps[row] || 1);
      const span = spans.findIndex(([from, to]) => HM.gapFits(gap, from, to));
      if (span >= 0) tell(row, span);
    });
  const names = spans.map(([from, to]) => (to ? `${from} to ${to} s` : `${from} s and more`));
  const ofSpan = (_, k) => ({ event: { gap: spans[k][0], gapTo: spans[k][1] } });
  add("Length of the gap", names, eachGap, ofSpan, true);
  return found;
};

HM.drawStrata = function (place, choose) {
  const strata = HM.strata().filter(stratum => stratum.bars.length);
  place.replaceChildren(
    ...strata.map(stratum => {
      const there = stratum.bars.filter(bar => bar.n > 0 || stratum.inOrder);
      if (!stratum.inOrder) there.sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1));
      const most = Math.max(1, ...there.map(bar => bar.n)),
        bars = HM.make("ul", { class: "bars" });
      bars.style.setProperty("--n", `${HM.number(most).length + 1}ch`);
      there.forEach((bar, at) => {
        const fill = HM.make("i"),
          name = HM.plain(bar.name) || "none",
          off = bar.query === null;
        fill.style.width = `${(100 * bar.n) / most}%`;
        bars.append(
          HM.make(
            "li",
            { hidden: at >= BARS },
            HM.make(
              "button",
              { type: "button", title: off ? name : `Show those: ${name}`, disabled: off, onclick: () => choose(bar.query) },
              HM.make("span", { class: "name" }, name),
              HM.make("span", { class: "bar" }, fill),
              HM.make("span", { class: "n" }, HM.number(bar.n)),
            ),
          ),
        );
      });
      const card = HM.make("section", { class: "card stratum" }, HM.make("h3", {}, stratum.title), bars);
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
