"use strict";
// The table: of all rows only those in view are in the document, so that any number of them opens and scrolls at once.
HM.COLUMNS = [
  ["id", "Clip", row => HM.rows.ids[row].slice(0, 8)],
  ["split", "Split", row => HM.word("split", row)],
  ["scene", "Scene", row => HM.plain(HM.word("scene", row))],
  ["look", "Look", row => HM.plain(HM.word("look", row))],
  ["camera", "Camera", row => HM.plain(HM.word("camera", row))],
  ["subjects", "Subjects", row => HM.list("subjects", row).map(HM.plain).join(", ")],
  ["absences", "Absences", (row, fit) => String(fit.n[row])],
  ["gap", "Gap", (row, fit) => (fit.gap[row] < 0 ? "" : `${fit.gap[row].toFixed(2)} s`)],
  ["exit", "Exit", (row, fit) => (fit.exit[row] < 0 ? "" : `${fit.exit[row].toFixed(2)} s`)],
  ["causes", "Cause", row => HM.causes(row).map(HM.plain).join(", ")],
  ["luma", "Luma", row => (HM.rows.numbers.mean_luma[row] < 0 ? "" : HM.rows.numbers.mean_luma[row].toFixed(0))],
  [
    "agreement",
    "Forecast",
    row => {
      const share = HM.rows.numbers.forecast_state_agreement[row];
      return share < 0 ? "" : `${(100 * share).toFixed(1)} %`;
    },
  ],
  ["caption", "Caption", row => HM.rows.captions[row]],
];
const MEANING = {
  gap: "Longest gap of those absences",
  exit: "First exit",
  causes: "What made it leave: the camera's movement or the subject's own",
  luma: "Mean luma",
  agreement: "Frames whose state was forecast",
  absences: "Absences, or the events that the filter names",
};
const NUMERIC = new Set(["absences", "gap", "exit", "luma", "agreement"]);
const ROW_PX = 34,
  AROUND = 10;

HM.Table = class {
  constructor(place, sorted) {
    this.place = place;
    this.head = HM.make("tr");
    for (const [name, title] of HM.COLUMNS) {
      const button = HM.make("button", { type: "button", "data-sort": name, title: MEANING[name], onclick: () => sorted(name) }, title);
      this.head.append(HM.make("th", { scope: "col", class: `c-${name}${NUMERIC.has(name) ? " n" : ""}` }, button));
    }
    this.body = HM.make("tbody");
    this.above = HM.make("tbody", { "aria-hidden": "true" }, HM.make("tr", {}, HM.make("td")));
    this.below = this.above.cloneNode(true);
    this.table = HM.make("table", { "aria-label": "All clips" }, HM.make("thead", {}, this.head), this.above, this.body, this.below);
    this.scroller = HM.make("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Table of clips" }, this.table);
    this.where = HM.make("span", { class: "where", "aria-live": "polite" });
    const page = (text, label, to) => HM.make("button", { type: "button", "aria-label": label, title: label, onclick: to }, text);
    this.pager = HM.make(
      "div",
      { class: "pager" },
      page("⇤", "First rows", () => this.to(0)),
      page("←", "Rows before", () => this.to(this.first() - this.perPage())),
      this.where,
      page("→", "Next rows", () => this.to(this.first() + this.perPage())),
      page("⇥", "Last rows", () => this.to(this.found.rows.length)),
    );
    place.append(this.scroller, this.pager);
    // Of the rows one is a stop of the Tab key: the current one, which the arrows move.
    this.current = 0;
    this.scroller.addEventListener("scroll", () => this.draw());
    this.scroller.addEventListener("keydown", event => this.key(event));
    this.body.addEventListener("focusin", event => {
      this.current = Number(event.target.closest("tr").getAttribute("aria-rowindex")) - 2;
      this.mark();
    });
    new ResizeObserver(() => {
      this.page = 0;
      this.draw(true);
    }).observe(this.scroller);
  }

  headPx() {
    return this.head.offsetHeight || ROW_PX;
  }
  perPage() {
    return (this.page ||= Math.max(1, Math.floor((this.scroller.clientHeight - this.headPx()) / ROW_PX)));
  }
  first() {
    return Math.round(this.scroller.scrollTop / ROW_PX);
  }
  to(row) {
    this.scroller.scrollTop = Math.max(0, row) * ROW_PX;
    this.current = this.first();
    this.draw(true);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !this.found?.rows.length) return;
    const on = this.body.contains(event.target);
    if (!on && event.target !== this.scroller) return;
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -this.perPage(), PageDown: this.perPage(), Home: -Infinity, End: Infinity }[event.key];
    // From the scroller the arrows enter the rows at the current one.
    if (by !== undefined) this.go(this.current + (on || Math.abs(by) > 1 ? by : 0));
    else if (event.key === "Enter" && !on) this.link()?.click();
    else return;
    event.preventDefault();
  }

  // Makes a row the current one, scrolls as far as it needs, and gives it the focus.
  go(place) {
    const last = this.found.rows.length - 1;
    this.current = Math.max(0, Math.min(last, place));
    if (this.current < this.first()) this.scroller.scrollTop = this.current * ROW_PX;
    else if (this.current >= this.first() + this.perPage()) this.scroller.scrollTop = (this.current - this.perPage() + 1) * ROW_PX;
    this.draw(true);
    this.link()?.focus();
  }

  // The focus for one who comes back from a clip: its row, or the table if it is not in it.
  focus(row) {
    const place = this.found.rows.indexOf(row);
    if (place >= 0) this.go(place);
    else this.scroller.focus({ preventScroll: true });
  }

  link() {
    return this.body.children[this.current - this.from]?.querySelector("a");
  }

  mark() {
    for (const link of this.body.querySelectorAll("a[tabindex='0']")) link.tabIndex = -1;
    const link = this.link();
    if (link) link.tabIndex = 0;
  }

  // A browser forgets how far a hidden element was scrolled.
  keep() {
    this.kept = this.scroller.scrollTop;
  }
  restore() {
    this.scroller.scrollTop = this.kept ?? 0;
    this.draw(true);
  }

  show(found) {
    this.found = found;
    this.scroller.scrollTop = 0;
    this.current = 0;
    this.table.setAttribute("aria-rowcount", found.rows.length + 1);
    for (const cell of this.head.children) {
      const name = cell.firstChild.dataset.sort;
      if (name === HM.query.sort) cell.setAttribute("aria-sort", HM.query.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    this.scroller.style.height = `${Math.min(found.rows.length, 18) * ROW_PX + this.headPx() + 2}px`;
    this.page = 0;
    this.draw(true);
  }

  draw(anew = false) {
    if (!this.found || this.place.hidden || this.place.closest("[hidden]")) return;
    const { rows, fit } = this.found,
      top = this.first();
    const from = Math.max(0, top - AROUND),
      to = Math.min(rows.length, top + this.perPage() + AROUND + 1);
    const last = Math.min(rows.length, top + this.perPage());
    this.where.textContent = rows.length ? `${HM.number(top + 1)} to ${HM.number(last)} of ${HM.number(rows.length)}` : "no clips fit";
    if (!anew && from === this.from && to === this.until) return;
    [this.from, this.until] = [from, to];
    this.above.firstChild.firstChild.style.height = `${from * ROW_PX}px`;
    this.below.firstChild.firstChild.style.height = `${(rows.length - to) * ROW_PX}px`;
    this.above.hidden = from === 0;
    this.below.hidden = to === rows.length;
    if (this.current < from || this.current >= to) this.current = top;
    // The row that has the focus is the current one; drawn anew it has it again.
    const held = this.body.contains(document.activeElement);
    this.body.replaceChildren(...rows.slice(from, to).map((row, k) => this.line(row, from + k, fit)));
    this.mark();
    if (held) (this.link() ?? this.scroller).focus({ preventScroll: true });
  }

  line(row, place, fit) {
    const line = HM.make("tr", { "data-id": HM.rows.ids[row], "aria-rowindex": place + 2, class: HM.isShown(row) ? "has" : "" });
    for (const [name, , text] of HM.COLUMNS) {
      const words = text(row, fit);
      const inside = name === "id" ? HM.make("a", { href: `#clip/${HM.rows.ids[row]}`, tabindex: -1 }, words) : words;
      const hint =
        name === "caption" || name === "subjects" || name === "camera" || name === "scene" || name === "causes"
          ? words
          : name === "id"
            ? HM.rows.ids[row]
            : null;
      line.append(HM.make("td", { class: `c-${name}${NUMERIC.has(name) ? " n" : ""}`, title: hint }, inside));
    }
    line.addEventListener("click", event => {
      if (!event.target.closest("a") && !String(getSelection())) location.hash = `clip/${HM.rows.ids[row]}`;
    });
    return line;
  }
};
