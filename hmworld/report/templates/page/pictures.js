"use strict";
// The contact sheet: of each clip that fits, a moment before, in and after its longest absence.
const PICTURES_AT_ONCE = 24;

HM.Pictures = class {
  constructor(place) {
    this.grid = HM.make("div", { class: "grid" });
    this.more = HM.make("button", { type: "button", class: "more", onclick: () => this.add() });
    this.note = HM.make("p", { class: "faint" });
    place.append(this.note, this.grid, this.more);
  }

  show(found) {
    this.rows = found.rows.filter(HM.isShown);
    this.fit = found.fit;
    this.at = 0;
    this.grid.replaceChildren();
    const without = found.rows.length - this.rows.length;
    this.note.textContent =
      "Seen, gone, back: three moments of the longest absence." +
      (without ? ` ${HM.number(without)} of the clips that fit have no pictures in this report.` : "");
    this.add();
  }

  add() {
    for (const row of this.rows.slice(this.at, this.at + PICTURES_AT_ONCE)) this.grid.append(this.card(row));
    this.at = Math.min(this.rows.length, this.at + PICTURES_AT_ONCE);
    this.more.hidden = this.at >= this.rows.length;
    this.more.textContent = `More (${HM.number(this.rows.length - this.at)} left)`;
  }

  // The focus for one who comes back from a clip.
  focus(row) {
    [...this.grid.children].find(card => card.hash === `#clip/${HM.rows.ids[row]}`)?.focus();
  }

  card(row) {
    const id = HM.rows.ids[row],
      subjects = HM.list("subjects", row).map(HM.plain).join(", ");
    const facts = [`${this.fit.n[row]} ${this.fit.n[row] === 1 ? "absence" : "absences"}`];
    if (this.fit.gap[row] >= 0) facts.push(`longest ${this.fit.gap[row].toFixed(1)} s`);
    const causes = HM.causes(row).map(HM.plain).join(", ");
    if (causes) facts.push(`by ${causes}`);
    const picture = HM.make("img", {
      src: `stills/${id}.jpg`,
      loading: "lazy",
      alt: `Three moments of clip ${id}`,
      width: 786,
      height: 150,
    });
    picture.addEventListener("error", () => picture.replaceWith(HM.make("span", { class: "problem" }, "This clip could not be read.")));
    return HM.make(
      "a",
      { class: "card picture", href: `#clip/${id}` },
      picture,
      HM.make("span", { class: "title" }, subjects),
      HM.make("span", { class: "faint" }, `${HM.plain(HM.word("scene", row))}, ${HM.plain(HM.word("look", row))}`),
      HM.make("span", { class: "faint" }, facts.join(" · ")),
    );
  }
};
