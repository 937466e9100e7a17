"use strict";
// What is drawn over the video: masks pixel for pixel, and boxes, joints and names in lines as fine as the screen's.
const NOWHERE = -32768,
  PIXEL_STEPS = 8;
const BOX_EDGES = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [0, 2],
  [1, 3],
  [4, 6],
  [5, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

// Colours of subjects over pictures: --v0 to --v7 of the style sheet.
HM.videoColour = function (subject) {
  const style = getComputedStyle(document.documentElement);
  return style.getPropertyValue(`--v${subject % 8}`).trim();
};

HM.Overlay = class {
  constructor(clip, masks, lines) {
    Object.assign(this, { clip, masks, lines, on: { mask: true, box: true, joints: false, box3d: false }, frame: -1 });
    masks.width = clip.render.width;
    masks.height = clip.render.height;
    this.colours = clip.subjects.map((_, s) => HM.videoColour(s));
    this.rgb = this.colours.map(colour => [1, 3, 5].map(k => parseInt(colour.slice(k, k + 2), 16)));
    new ResizeObserver(() => this.draw(this.frame)).observe(lines);
  }

  draw(frame) {
    this.frame = frame;
    this.drawMasks(frame);
    this.drawLines(frame);
  }

  drawMasks(frame) {
    const { width, height } = this.masks,
      context = this.masks.getContext("2d");
    context.clearRect(0, 0, width, height);
    if (!this.on.mask || frame < 0) return;
    const image = context.createImageData(width, height),
      data = new Uint32Array(image.data.buffer);
    this.clip.subjects.forEach((_, s) => {
      const [r, g, b] = this.rgb[s],
        runs = HM.maskRuns(this.clip, s, frame);
      const fill = ((95 << 24) | (b << 16) | (g << 8) | r) >>> 0,
        edge = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
      for (let k = 0; k < runs.length; k += 3) data.fill(fill, runs[k] * width + runs[k + 1], runs[k] * width + runs[k + 1] + runs[k + 2]);
      // The rim: pixels of the mask with a neighbour that is not of it.
      for (let k = 0; k < runs.length; k += 3) {
        const start = runs[k] * width + runs[k + 1],
          end = start + runs[k + 2];
        for (let at = start; at < end; at++) {
          const up = at - width,
            down = at + width;
          if (at === start || at === end - 1 || !(data[up] === fill || data[up] === edge) || !(data[down] === fill || data[down] === edge))
            data[at] = edge;
        }
      }
    });
    context.putImageData(image, 0, 0);
  }

  drawLines(frame) {
    const canvas = this.lines,
      scale = window.devicePixelRatio || 1,
      width = Math.round(canvas.clientWidth * scale),
      height = Math.round(canvas.clientHeight * scale);
    if (!width) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext("2d"),
      zoom = width / this.clip.render.width;
    context.clearRect(0, 0, width, height);
    if (frame < 0) return;
    const pen = { context, zoom, fine: scale };
    this.clip.subjects.forEach((subject, s) => {
      if (this.on.box3d) this.edges(pen, subject.box3d, 8, frame, BOX_EDGES, this.colours[s], 1.25);
      if (this.on.joints) this.skeleton(pen, subject, frame, this.colours[s]);
      if (this.on.box) this.box(pen, s, frame);
    });
  }

  edges({ context, zoom, fine }, points, count, frame, pairs, colour, thick) {
    const at = k => {
      const p = 2 * (frame * count + k);
      return points[p] === NOWHERE ? null : [(points[p] * zoom) / PIXEL_STEPS, (points[p + 1] * zoom) / PIXEL_STEPS];
    };
    context.beginPath();
    for (const [a, b] of pairs) {
      const from = at(a),
        to = at(b);
      if (from && to) {
        context.moveTo(...from);
        context.lineTo(...to);
      }
    }
    context.lineCap = "round";
    context.strokeStyle = "rgba(0,0,0,.65)";
    context.lineWidth = (thick + 1.75) * fine;
    context.stroke();
    context.strokeStyle = colour;
    context.lineWidth = thick * fine;
    context.stroke();
  }

  skeleton(pen, subject, frame, colour) {
    const count = subject.parents.length,
      bones = subject.parents.map((parent, k) => [parent, k]).filter(([parent]) => parent >= 0);
    this.edges(pen, subject.joints, count, frame, bones, colour, 2);
    const { context, zoom, fine } = pen;
    context.fillStyle = "#fff";
    context.strokeStyle = "rgba(0,0,0,.7)";
    context.lineWidth = fine;
    for (let k = 0; k < count; k++) {
      const p = 2 * (frame * count + k);
      if (subject.joints[p] === NOWHERE) continue;
      context.beginPath();
      context.arc((subject.joints[p] * zoom) / PIXEL_STEPS, (subject.joints[p + 1] * zoom) / PIXEL_STEPS, 2.4 * fine, 0, 7);
      context.fill();
      context.stroke();
    }
  }

  box({ context, zoom, fine }, s, frame) {
    const p = 4 * (s * this.clip.render.frames + frame),
      [x0, y0, x1, y1] = this.clip.box2d.subarray(p, p + 4);
    if (x0 < 0) return;
    const colour = this.colours[s];
    for (const [style, thick] of [
      ["rgba(0,0,0,.65)", 3.25],
      [colour, 1.5],
    ]) {
      context.strokeStyle = style;
      context.lineWidth = thick * fine;
      context.strokeRect(x0 * zoom, y0 * zoom, (x1 - x0) * zoom, (y1 - y0) * zoom);
    }
    const name = HM.plain(this.clip.subjects[s].name),
      size = 12 * fine,
      pad = 4 * fine;
    context.font = `600 ${size}px system-ui, sans-serif`;
    const wide = context.measureText(name).width + 2 * pad,
      high = size + 1.5 * pad;
    const left = Math.max(0, Math.min(x0 * zoom - 0.75 * fine, context.canvas.width - wide)),
      top = y0 * zoom > high ? y0 * zoom - high : y0 * zoom;
    context.fillStyle = colour;
    context.fillRect(left, top, wide, high);
    context.fillStyle = "#111";
    context.textBaseline = "middle";
    context.fillText(name, left + pad, top + high / 2 + 0.5 * fine);
  }
};
