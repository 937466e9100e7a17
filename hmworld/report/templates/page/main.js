"use strict";
// Puts the page together: filters, table or pictures, and the clip that the address names (#clip/ID).
(function () {
  const at = id => document.getElementById(id),
    rows = HM.rows;
  const overview = at("overview"),
    clipPlace = at("clip"),
    clipBody = at("clip-body");
  const table = new HM.Table(at("table"), sortBy),
    pictures = new HM.Pictures(at("pictures"));
  let found = { rows: [] },
    view = "table",
    open = null,
    looked,
    timer = 0,
    scrolled = 0;

  const WORDS = { split: "by-split", scene: "by-scene", look: "by-look", camera: "by-camera", unseen: "by-unseen" },
    LISTS = { subjects: "by-subject", species: "by-species" },
    EVENT = { kind: "by-kind", cause: "by-cause", side: "by-side", gap: "by-gap", gapTo: "by-gap-to" };
  const few = [];

  function options(select, names, first) {
    select.append(
      HM.make("option", { value: "" }, first),
      ...names.filter(Boolean).map(name => HM.make("option", { value: name }, HM.plain(name))),
    );
    if (names.length < 2) few.push(select);
  }
  for (const [name, id] of Object.entries(WORDS)) options(at(id), rows.words[name].names, "any");
  for (const [name, id] of Object.entries(LISTS)) options(at(id), rows.lists[name].names, "any");
  options(at("by-kind"), rows.events.words.kind.names.filter(name => name !== "absence").concat("absence"), "any event");
  options(at("by-cause"), rows.events.words.exit_cause.names, "any");
  options(at("by-side"), rows.events.words.exit_side.names, "any");
  at("by-kind").value = "absence";
  at("only-shown").closest("label").hidden = rows.shown === null || rows.shown.every(Boolean);

  function read() {
    const query = HM.query;
    query.text = at("search").value;
    for (const [name, id] of Object.entries(WORDS)) query.words[name] = at(id).value;
    for (const [name, id] of Object.entries(LISTS)) query.lists[name] = at(id).value;
    query.shown = at("only-shown").checked;
    query.event = {
      kind: at("by-kind").value,
      cause: at("by-cause").value,
      side: at("by-side").value,
      gap: Number(at("by-gap").value) || 0,
      gapTo: Number(at("by-gap-to").value) || 0,
      cut: at("by-cut").checked,
    };
    const order = at("sort").value.split(":");
    query.sort = order[0];
    query.down = order[1] === "down";
    search();
  }

  function search() {
    const began = performance.now();
    found = HM.search();
    at("count").textContent =
      found.rows.length === rows.count
        ? `${HM.number(rows.count)} clips`
        : `${HM.number(found.rows.length)} of ${HM.number(rows.count)} clips`;
    at("reset").hidden = !asked();
    // A list of one value is no choice; it shows while a bar has chosen it.
    for (const select of few) select.closest("label").hidden = select.value === "";
    at("table").hidden = view !== "table";
    at("pictures").hidden = view !== "pictures";
    (view === "table" ? table : pictures).show(found);
    HM.lastSearchMs = performance.now() - began;
  }

  const asked = () =>
    HM.query.text !== "" ||
    HM.query.shown ||
    [HM.query.words, HM.query.lists].some(of => Object.values(of).some(Boolean)) ||
    HM.asksForEvents();

  function sortBy(name) {
    const down = HM.query.sort === name ? !HM.query.down : ["gap", "absences", "moved", "luma"].includes(name);
    const value = `${name}:${down ? "down" : "up"}`,
      select = at("sort");
    if (![...select.options].some(option => option.value === value)) {
      const title = HM.COLUMNS.find(([column]) => column === name)[1];
      select.append(HM.make("option", { value }, `${title}, ${down ? "descending" : "ascending"}`));
    }
    select.value = value;
    read();
  }

  // What a bar asks for, and that alone: so as many clips as it says. The order stays.
  function choose(query) {
    const fields = [WORDS, LISTS, EVENT].flatMap(Object.values);
    for (const id of ["search", ...fields]) at(id).value = "";
    for (const id of ["by-cut", "only-shown"]) at(id).checked = false;
    at("by-kind").value = "absence";
    for (const [names, asked] of [
      [WORDS, query.words],
      [LISTS, query.lists],
      [EVENT, query.event],
    ])
      for (const [name, value] of Object.entries(asked ?? {})) at(names[name]).value = value || "";
    read();
    at("clips").scrollIntoView({ block: "start" });
  }

  at("filters").addEventListener("input", event => {
    clearTimeout(timer);
    timer = setTimeout(read, event.target.type === "search" ? 120 : 0);
  });
  at("filters").addEventListener("submit", event => {
    event.preventDefault();
    read();
  });
  at("filters").addEventListener("reset", () =>
    setTimeout(() => {
      at("by-kind").value = "absence";
      read();
    }),
  );
  for (const button of document.querySelectorAll("[data-view]"))
    button.addEventListener("click", () => {
      view = button.dataset.view;
      for (const other of document.querySelectorAll("[data-view]")) other.setAttribute("aria-pressed", String(other === button));
      search();
    });

  async function route() {
    const id = /^#clip\/([\w-]+)$/.exec(location.hash)?.[1];
    if (open) {
      open.close();
      open = null;
    }
    if (!overview.hidden) {
      scrolled = window.scrollY;
      table.keep();
    }
    const row = id === undefined ? undefined : rows.rowOf.get(id);
    overview.hidden = row !== undefined;
    clipPlace.hidden = row === undefined;
    clipBody.replaceChildren();
    if (row === undefined) {
      document.title = document.body.dataset.title;
      table.restore();
      window.scrollTo(0, scrolled);
      if (looked !== undefined) (view === "table" ? table : pictures).focus(looked);
      looked = undefined;
      return;
    }
    looked = row;
    document.title = `${id.slice(0, 8)} · ${document.body.dataset.title}`;
    at("clip-title").textContent =
      [HM.list("subjects", row), [HM.word("scene", row), HM.word("look", row)].filter(name => name !== "unknown")]
        .map(names => names.map(HM.plain).join(", "))
        .filter(words => words !== "")
        .join(" · ") || id;
    at("clip-where").textContent = id;
    step("previous", row, -1);
    step("next", row, 1);
    window.scrollTo(0, 0);
    at("clip-title").focus({ preventScroll: true });
    if (!HM.isShown(row)) {
      clipBody.append(...without(row, id));
      return;
    }
    clipBody.append(HM.make("p", { class: "faint" }, "Reading the clip …"));
    try {
      const clip = await HM.loadClip(id);
      if (location.hash !== `#clip/${id}`) return;
      clipBody.replaceChildren();
      open = new HM.ClipView(clipBody, clip);
      HM.open = open;
    } catch (error) {
      if (location.hash === `#clip/${id}`) clipBody.replaceChildren(HM.make("p", { class: "problem" }, String(error.message)));
    }
  }

  // Previous and next are those of the table as it is filtered and sorted.
  function step(name, row, by) {
    const place = found.rows.indexOf(row),
      other = place < 0 ? undefined : found.rows[place + by],
      link = at(name);
    link.hidden = other === undefined;
    if (other !== undefined) link.href = `#clip/${rows.ids[other]}`;
  }

  function without(row, id) {
    const events = rows.events,
      list = HM.make("ul", {}),
      name = rows.ids[row];
    for (let k = events.starts[row]; k < events.starts[row + 1]; k++) {
      const subject = HM.list("subjects", row)[events.numbers.subject[k] - 1] ?? "?",
        kind = events.words.kind.names[events.words.kind.of[k]];
      const out = events.numbers.exit_time_s[k],
        back = events.numbers.return_time_s[k];
      const parts = [`${HM.plain(subject)}: ${HM.plain(kind)}`];
      if (out >= 0) parts.push(`out at ${out.toFixed(2)} s`);
      if (back >= 0) parts.push(`back at ${back.toFixed(2)} s`);
      list.append(HM.make("li", {}, parts.join(", ")));
    }
    const command = HM.make("code", {}, `hmworld view DATASET ${name}`);
    return [
      HM.make("p", { class: "caption" }, rows.captions[row]),
      HM.make("section", { class: "card" }, HM.make("h3", {}, "What happens"), list),
      HM.make("p", { class: "faint" }, "This clip is not among those that the report has with video. To see it: ", command),
    ];
  }

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (!clipPlace.hidden) {
      if (event.key === "Escape" && (!typing || event.target.closest("select"))) location.hash = "";
      else if (open && !typing && !(event.key === " " && event.target.closest("button, input, a"))) open.key(event);
    } else if (event.key === "/" && !typing) {
      at("search").focus();
      event.preventDefault();
    }
  });
  addEventListener("hashchange", route);

  HM.drawStrata(at("strata"), choose);
  search();
  if (location.hash) route();
  HM.readyMs = performance.now();
  document.body.dataset.ready = "1";
  const captioned = () => {
    if (!overview.hidden) {
      if (HM.query.text) read();
      else table.draw(true);
    } else if (!open && looked !== undefined) {
      // A clip without video has its caption from here.
      const place = clipBody.querySelector(".caption");
      if (place) place.textContent = rows.captions[looked];
    }
  };
  HM.loadCaptions(captioned).then(
    () => {
      document.body.dataset.captions = "1";
    },
    error => {
      at("trouble").textContent = error.message;
    },
  );
})();
