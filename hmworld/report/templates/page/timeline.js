"use strict";
// When each subject is seen: how much of it, in which state, and its absences; a click or a drag goes to that frame.
const STATES = ["out_of_frame", "visible", "occluded", "too_small"];
const LANE_PX = 62,
  LANE_TOP = 24,
  BAND_PX = 24,
  NAME_PX = 17;

// Absences by letter, in the order of subjects and events.
HM.absences = function (clip) {
  const found = [];
  clip.subjects.forEach((_, s) =>
    clip.events.forEach((event, e) => {
      if (event.kind === "absence" && event.subject === s + 1)
        found.push({ event, words: clip.words[e], letter: found.length < 26 ? String.fromCharCode(65 + found.length) : "…" });
    }),
  );
  return found;
};

HM.runsOf = function (states, from, to) {
  const runs = [];
  for (let k = from; k < to; k++) {
    if (runs.length && runs[runs.length - 1].state === states[k]) runs[runs.length - 1].length++;
    else runs.push({ state: states[k], first: k - from, length: 1 });
  }
  return runs;
};

HM.Timeline = class {
  constructor(place, clip, seek) {
    Object.assign(this, { place, clip, seek, frame: 0 });
    this.svg = HM.makeSvg("svg", {
      class: "timeline",
      role: "slider",
      tabindex: "0",
      "aria-label": "Frame",
      "aria-valuemin": 0,
      "aria-valuemax": clip.render.frames - 1,
    });
    place.append(this.svg);
    const go = event => this.seek(this.frameAt(event.clientX));
    this.svg.addEventListener("pointerdown", event => {
      this.svg.setPointerCapture(event.pointerId);
      this.dragging = true;
      go(event);
    });
    this.svg.addEventListener("pointermove", event => {
      if (this.dragging) go(event);
    });
    for (const name of ["pointerup", "pointercancel"])
      this.svg.addEventListener(name, () => {
        this.dragging = false;
      });
    new ResizeObserver(() => this.build()).observe(place);
  }

  frameAt(clientX) {
    const box = this.svg.getBoundingClientRect();
    return Math.max(0, Math.min(this.clip.render.frames - 1, Math.floor(((clientX - box.left) / box.width) * this.clip.render.frames)));
  }

  build() {
    const width = Math.max(200, this.place.clientWidth),
      { frames, fps, context_frames: cut } = this.clip.render,
      lanes = this.clip.subjects.length;
    if (width === this.width) return;
    this.width = width;
    const height = LANE_TOP + LANE_PX * lanes + 18,
      x = frame => (frame * width) / frames;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", height);
    this.svg.replaceChildren();
    const add = (name, attributes, ...children) => {
      const made = HM.makeSvg(name, attributes, ...children);
      this.svg.append(made);
      return made;
    };
    add("rect", { class: "part target", x: x(cut), y: 0, width: width - x(cut), height });
    add("text", { class: "part-name", x: x(cut) - 6, y: 12, "text-anchor": "end" }, "context");
    add("text", { class: "part-name", x: x(cut) + 6, y: 12 }, "target");
    const absences = HM.absences(this.clip);
    this.clip.subjects.forEach((subject, s) =>
      this.lane(
        add,
        x,
        subject,
        s,
        LANE_TOP + s * LANE_PX,
        absences.filter(a => a.event.subject === s + 1),
      ),
    );
    add("line", { class: "cut", x1: x(cut), x2: x(cut), y1: 0, y2: height - 16 });
    const step = [1, 2, 5, 10, 20, 60, 120, 300, 600].find(s => (frames / fps / s) * 42 <= width) ?? 1200;
    for (let second = 0; second * fps < frames; second += step) {
      const at = x(second * fps);
      add("line", { class: "tick", x1: at, x2: at, y1: height - 17, y2: height - 13 });
      add("text", { class: "second", x: Math.max(1, at), y: height - 2, "text-anchor": second ? "middle" : "start" }, `${second} s`);
    }
    this.head = add(
      "g",
      { class: "playhead" },
      HM.makeSvg("rect", { x: 0, y: 0, width: Math.max(2, width / frames), height: height - 16 }),
      HM.makeSvg("line", { x1: width / frames / 2, x2: width / frames / 2, y1: 0, y2: height - 16 }),
    );
    this.at(this.frame);
  }

  lane(add, x, subject, s, top, absences) {
    const { frames } = this.clip.render,
      from = s * frames,
      bottom = top + NAME_PX + BAND_PX,
      px = this.clip.visible_px.subarray(from, from + frames);
    add("circle", { class: `s${s % 8}`, cx: 5, cy: top + 8, r: 5 });
    add("text", { class: "name", x: 15, y: top + 12 }, HM.plain(subject.name));
    const most = Math.max(1, ...px),
      points = [`0,${bottom}`];
    px.forEach((n, k) => {
      const y = bottom - Math.sqrt(n / most) * (BAND_PX - 1);
      points.push(`${x(k).toFixed(1)},${y.toFixed(1)}`, `${x(k + 1).toFixed(1)},${y.toFixed(1)}`);
    });
    for (const run of HM.runsOf(this.clip.state, from, from + frames)) {
      const name = STATES[run.state] ?? "unknown",
        title = `${HM.plain(name)}: frames ${run.first} to ${run.first + run.length - 1}`;
      add(
        "rect",
        {
          class: `state ${name} s${s % 8}`,
          "data-first": run.first,
          "data-length": run.length,
          x: x(run.first),
          y: bottom - BAND_PX,
          width: x(run.length),
          height: BAND_PX,
        },
        HM.makeSvg("title", {}, title),
      );
    }
    add("polygon", { class: `area s${s % 8}`, points: `${points.join(" ")} ${x(frames)},${bottom}` });
    add("line", { class: "base", x1: 0, x2: x(frames), y1: bottom, y2: bottom });
    for (const { event, words, letter } of absences) {
      const a = x(event.last_visible_frame + 1),
        b = x(event.entry_frame),
        middle = (a + b) / 2;
      add("path", { class: "gap", "data-letter": letter, d: `M${a} ${bottom + 3}v5H${b}v-5` }, HM.makeSvg("title", {}, words));
      add("text", { class: "letter", x: middle, y: bottom - BAND_PX / 2 + 5 }, letter);
    }
  }

  at(frame) {
    this.frame = frame;
    this.svg.setAttribute("aria-valuenow", frame);
    this.svg.setAttribute("aria-valuetext", `frame ${frame}, ${(frame / this.clip.render.fps).toFixed(2)} s`);
    if (this.head) this.head.setAttribute("transform", `translate(${(frame * this.width) / this.clip.render.frames} 0)`);
  }
};
