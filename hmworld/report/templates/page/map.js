"use strict";
// The clip from above: ways and obstacles, and where camera and subjects are in the frame shown.
HM.Map = class {
  constructor(place, clip) {
    this.clip = clip;
    const { map } = clip,
      add = (parent, name, attributes, ...children) => {
        const made = HM.makeSvg(name, attributes, ...children);
        parent.append(made);
        return made;
      };
    const svg = HM.makeSvg("svg", {
      class: "map",
      viewBox: `0 0 ${map.width} ${map.height}`,
      role: "img",
      "aria-label": "The clip seen from above",
    });
    add(svg, "rect", { class: "ground", width: map.width, height: map.height });
    if (map.stage) {
      const [x, y, r] = map.stage;
      add(svg, "circle", { class: "stage", cx: x, cy: y, r });
    }
    for (const shape of map.obstacles) {
      const kind = `obstacle${shape.solid ? " solid" : ""}`;
      if (shape.points) add(svg, "polygon", { class: kind, points: shape.points });
      else
        add(svg, "ellipse", {
          class: kind,
          cx: shape.x,
          cy: shape.y,
          rx: shape.rx,
          ry: shape.ry,
          transform: `rotate(${shape.turn_deg} ${shape.x} ${shape.y})`,
        });
    }
    for (const points of map.camera_way) add(svg, "polyline", { class: "way camera", points });
    map.ways.forEach((pieces, s) => {
      for (const [points, seen] of pieces) add(svg, "polyline", { class: `way s${s % 8} ${seen ? "seen" : "unseen"}`, points });
    });
    this.wedge = add(svg, "polygon", { class: "wedge" });
    this.eye = add(svg, "circle", { class: "eye", r: 5.5 });
    this.dots = clip.subjects.map((_, s) => {
      const dot = add(svg, "g", { class: `subject s${s % 8}`, "data-subject": s + 1 });
      add(dot, "polygon", { points: "15,0 5,-6 5,6" });
      add(dot, "circle", { r: 7.5 });
      return dot;
    });
    const scale = add(svg, "g", { class: "scale", transform: `translate(14 ${map.height - 14})` });
    add(scale, "path", { d: `M0 -4V4M0 0H${map.scale_px}M${map.scale_px} -4V4` });
    add(scale, "text", { x: map.scale_px / 2, y: -6 }, `${map.scale_m} m`);
    place.append(svg);
    this.svg = svg;
  }

  // What the camera sees: its eye and an arc.
  at(frame) {
    const { map, render } = this.clip,
      x = map.eye[2 * frame],
      y = map.eye[2 * frame + 1],
      heading = map.looks[2 * frame],
      reach = map.looks[2 * frame + 1];
    const points = [`${x},${y}`];
    for (let k = 0; k <= 12; k++) {
      const turn = heading + map.half_angle * (1 - k / 6);
      points.push(`${(x + reach * Math.cos(turn)).toFixed(1)},${(y - reach * Math.sin(turn)).toFixed(1)}`);
    }
    this.wedge.setAttribute("points", points.join(" "));
    this.eye.setAttribute("cx", x);
    this.eye.setAttribute("cy", y);
    this.dots.forEach((dot, s) => {
      const k = s * render.frames + frame,
        seen = this.clip.state[k] === 1,
        known = Number.isFinite(map.roots[2 * k]);
      dot.setAttribute("visibility", known ? "visible" : "hidden");
      if (known)
        dot.setAttribute("transform", `translate(${map.roots[2 * k]} ${map.roots[2 * k + 1]}) rotate(${(-map.headings[k] * 180) / Math.PI})`);
      dot.classList.toggle("hidden", !seen);
    });
  }
};
