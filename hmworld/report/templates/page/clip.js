"use strict";
// The view of one clip: player with overlay, timeline, map, what happens, facts and checks.
const OVERLAYS = [
  ["mask", "Mask", "m"],
  ["box", "Box", "b"],
  ["joints", "Joints", "j"],
  ["box3d", "3D box", "d"],
];

HM.ClipView = class {
  constructor(place, clip) {
    this.clip = clip;
    const { fps, frames, width, height } = clip.render;
    this.video = HM.make("video", { src: `clips/${clip.clip_id}.mp4`, preload: "auto", playsinline: true, muted: true, width, height });
    this.video.muted = true;
    const masks = HM.make("canvas", { class: "masks" }),
      lines = HM.make("canvas", { class: "lines" });
    this.screen = HM.make("div", { class: "screen", "data-frame": "-1" }, this.video, masks, lines);
    this.video.addEventListener("error", () =>
      this.screen.append(
        HM.make(
          "p",
          { class: "problem" },
          "This browser cannot play the clip's video (H.264 in mp4). Chrome, Edge, Safari and Firefox with its codecs can.",
        ),
      ),
    );
    this.screen.addEventListener("click", () => this.player.toggle());
    this.overlay = new HM.Overlay(clip, masks, lines);
    this.count = HM.make("output", { class: "count" });
    const left = HM.make("div", { class: "left" }, this.screen, this.controls());
    const map = HM.make("section", { class: "card map-card" }, HM.make("h3", {}, "From above ", HM.make("small", {}, "dashed: not seen")));
    const right = HM.make("div", { class: "right" }, map, this.happenings());
    const ground = HM.make(
      "section",
      { class: "card line-card" },
      HM.make("h3", {}, "When each subject is seen ", HM.make("small", {}, "height: visible pixels; bracket: absence")),
    );
    left.append(ground, this.legend());
    place.append(
      HM.make("p", { class: "caption" }, clip.caption),
      HM.make("div", { class: "two" }, left, right),
      this.facts(),
      this.checks(),
    );
    this.timeline = new HM.Timeline(ground, clip, frame => {
      this.video.pause();
      this.player.seek(frame);
    });
    this.map = new HM.Map(map, clip);
    this.map.at(0);
    this.player = new HM.Player(this.video, clip.render, frame => this.at(frame));
    for (const name of ["play", "pause"])
      this.video.addEventListener(name, () => {
        this.playButton.textContent = this.video.paused ? "Play" : "Pause";
      });
    this.timeline.svg.addEventListener("keydown", event => {
      if (event.key === "PageDown" || event.key === "PageUp") {
        this.player.step(event.key === "PageUp" ? fps : -fps);
        event.preventDefault();
      }
    });
    this.at(0, frames);
  }

  at(frame) {
    this.screen.dataset.frame = frame;
    this.overlay.draw(frame);
    this.timeline.at(frame);
    this.map.at(frame);
    const { fps, frames } = this.clip.render;
    this.count.textContent = `frame ${frame}/${frames - 1} · ${(frame / fps).toFixed(2)} s`;
  }

  controls() {
    const button = (text, label, act) => HM.make("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    this.playButton = button("Play", "Play or pause (space)", () => this.player.toggle());
    this.playButton.classList.add("play");
    const speed = HM.make(
      "select",
      { "aria-label": "Speed" },
      ...[0.25, 0.5, 1, 2].map(rate => HM.make("option", { value: rate, selected: rate === 1 }, `${rate}×`)),
    );
    speed.addEventListener("change", () => {
      this.video.playbackRate = Number(speed.value);
      // Keys are the player's again.
      speed.blur();
    });
    this.toggles = OVERLAYS.map(([name, title, key]) => {
      const box = HM.make("input", { type: "checkbox", "data-overlay": name, checked: this.overlay.on[name] });
      box.addEventListener("change", () => {
        this.overlay.on[name] = box.checked;
        this.overlay.draw(this.overlay.frame);
      });
      return HM.make("label", { class: "toggle", title: `${title} (${key})` }, box, title);
    });
    return HM.make(
      "div",
      { class: "controls" },
      this.playButton,
      button("‹", "One frame back (left arrow)", () => this.player.step(-1)),
      button("›", "One frame on (right arrow)", () => this.player.step(1)),
      speed,
      this.count,
      HM.make("span", { class: "toggles" }, ...this.toggles),
    );
  }

  happenings() {
    const list = HM.make("ol", { class: "events" }),
      absences = HM.absences(this.clip);
    const entry = (event, words, letter) => {
      const s = event.subject - 1,
        who = this.clip.subjects[s];
      const item = HM.make(
        "li",
        { class: `event ${event.kind}` },
        HM.make("span", { class: `chip s${s % 8}` }, HM.make("i", {}, letter)),
        HM.make("span", {}, HM.make("b", {}, who ? HM.plain(who.name) : "?"), ` ${words}`, this.details(event)),
      );
      if (event.kind === "absence") {
        const loop = HM.make("button", { type: "button", class: "small", "aria-pressed": "false", "data-loop": letter }, "loop");
        loop.addEventListener("click", () => this.loop(event, loop));
        item.append(loop);
      }
      return item;
    };
    for (const { event, words, letter } of absences) list.append(entry(event, words, letter));
    this.clip.events.forEach((event, e) => {
      const sign = { exit_only: "↗", entry_only: "↙" }[event.kind] ?? "◐";
      if (event.kind !== "absence") list.append(entry(event, this.clip.words[e], sign));
    });
    const nothing = this.clip.subjects.length ? "Nothing leaves the picture." : "There are no masks, so nobody knows who leaves.";
    if (!list.children.length) list.append(HM.make("li", { class: "faint" }, nothing));
    return HM.make("section", { class: "card" }, HM.make("h3", {}, "What happens"), list);
  }

  details(event) {
    const parts = [];
    if (event.exit_time_s >= 0) parts.push(`out ${event.exit_time_s.toFixed(3)} s`);
    if (event.return_time_s >= 0) parts.push(`back ${event.return_time_s.toFixed(3)} s`);
    if (event.hidden_displacement_m >= 0) parts.push(`${event.hidden_displacement_m.toFixed(2)} m from where it left`);
    if (event.hidden_turn_deg >= 0) parts.push(`turned ${event.hidden_turn_deg.toFixed(0)}°`);
    return HM.make("span", { class: "faint detail" }, parts.join(" · "));
  }

  // Plays an absence again and again, with a second before and after.
  loop(event, button) {
    const on = button.getAttribute("aria-pressed") !== "true",
      { fps, frames } = this.clip.render;
    for (const other of document.querySelectorAll("[data-loop]")) other.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", String(on));
    this.player.loop = on ? [Math.max(0, event.last_visible_frame - fps), Math.min(frames - 1, event.entry_frame + fps)] : null;
    if (on) {
      this.player.seek(this.player.loop[0]);
      this.video.play();
    }
  }

  legend() {
    const sample = (name, text) => HM.make("span", {}, HM.make("i", { class: `sample ${name}` }), text);
    return HM.make(
      "p",
      { class: "legend faint" },
      sample("visible", "visible"),
      sample("occluded", "occluded"),
      sample("too_small", "too small"),
      sample("out_of_frame", "out of frame"),
      HM.make("span", { class: "keys" }, "Keys: space, ← →, m b j d"),
    );
  }

  facts() {
    const { clip } = this,
      { render, camera, quality } = clip;
    const pairs = [
      ["Clip", clip.clip_id],
      ["Split", clip.split + (clip.unseen ? `, unseen: ${clip.unseen}` : "")],
      ["Scene", [clip.scene, clip.stage.name].filter(name => name !== "").map(HM.plain).join(", ")],
      ["Look", HM.plain(clip.look)],
      ["Camera", `${HM.plain(camera.trajectory)}${camera.mirrored ? ", mirrored" : ""}; ${camera.hfov_deg.toFixed(1)}° wide`],
      ["Pictures", `${render.width}×${render.height}, ${render.frames} at ${render.fps}/s, cut at ${render.context_frames}`],
      ["Mean luma", quality.mean_luma < 0 ? "" : quality.mean_luma.toFixed(1)],
      ["Forecast right", quality.forecast_state_agreement < 0 ? "" : `${(100 * quality.forecast_state_agreement).toFixed(1)} % of frames`],
      ...clip.subjects.map(s => [
        `Subject ${s.id}`,
        // An imported clip does not tell all of them.
        [HM.plain(s.name), s.noun, HM.plain(s.species), s.height_m > 0 ? `${s.height_m.toFixed(2)} m` : "", HM.plain(s.gait), HM.plain(s.path)]
          .filter(known => known !== "" && known !== "unknown")
          .join(", "),
      ]),
    ];
    if (clip.derived_from) pairs.push(["Derived from", clip.derived_from]);
    if (clip.counterfactual) pairs.push(["Counterfactual", clip.counterfactual]);
    pairs.push(["Caption by", clip.caption_source], ["Motion", clip.motion_id]);
    const list = HM.make("dl", {});
    for (const [name, value] of pairs.filter(([, value]) => value !== "")) list.append(HM.make("div", {}, HM.make("dt", {}, name), HM.make("dd", {}, value)));
    return HM.make("section", { class: "card facts" }, HM.make("h3", {}, "Facts"), list);
  }

  checks() {
    const { checks } = this.clip,
      card = HM.make("section", { class: "card checks" }, HM.make("h3", {}, "Checks"));
    if (checks === null) {
      card.append(HM.make("p", { class: "faint" }, "Not checked: the page was made with --no-checks."));
      return card;
    }
    const wrong = checks.reduce((sum, check) => sum + check.problems.length, 0);
    card.append(
      HM.make(
        "p",
        { class: wrong ? "problem" : "good" },
        wrong
          ? `✗ ${wrong} ${wrong === 1 ? "problem" : "problems"}`
          : this.clip.specified
            ? "✓ Derived a second time from the clip's specification: all agrees. (`hmworld validate` looks at every picture, too.)"
            : "✓ Imported, so without a specification: what it holds agrees with itself. (`hmworld validate` looks at every picture, too.)",
      ),
    );
    const list = HM.make("ul", {});
    for (const check of checks) {
      const item = HM.make(
        "li",
        { class: check.problems.length ? "bad" : "ok" },
        `${check.problems.length ? "✗" : "✓"} ${HM.plain(check.name)} `,
        HM.make("span", { class: "faint" }, check.looked ? HM.number(check.looked) : ""),
      );
      for (const problem of check.problems) item.append(HM.make("p", { class: "problem" }, problem));
      list.append(item);
    }
    card.append(list);
    return card;
  }

  key(event) {
    const toggle = OVERLAYS.findIndex(([, , key]) => key === event.key);
    if (event.key === " ") this.player.toggle();
    else if (event.key === "ArrowLeft") this.player.step(-1);
    else if (event.key === "ArrowRight") this.player.step(1);
    else if (event.key === "Home") this.player.seek(0);
    else if (event.key === "End") this.player.seek(this.clip.render.frames - 1);
    else if (toggle >= 0) this.toggles[toggle].firstChild.click();
    else return;
    event.preventDefault();
  }

  close() {
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    this.video.remove();
  }
};
