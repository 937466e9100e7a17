"use strict";
// What arrives: the table of all clips, captions, the data of single clips. Each is a script that calls one of these functions.
const HM = { views: {}, clips: new Map(), waiting: new Map() };

HM.unpack = function (packed) {
  const text = atob(packed.b),
    bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  const kinds = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, i4: Int32Array, f4: Float32Array };
  return new kinds[packed.d](bytes.buffer);
};

HM.unpackWords = function (column) {
  return { names: column.names, of: HM.unpack(column.of), starts: column.starts && HM.unpack(column.starts) };
};

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

// All clips: `words`, `lists` and `numbers` are columns by name; events lie flattened, those of row r from starts[r] to starts[r + 1].
HM.table = function (raw) {
  HM.rows = {
    count: raw.rows,
    ids: typeof raw.ids === "string" ? (raw.rows ? raw.ids.split(" ") : []) : raw.ids,
    words: mapped(raw.words, HM.unpackWords),
    lists: mapped(raw.lists, HM.unpackWords),
    numbers: mapped(raw.numbers, HM.unpack),
    events: {
      starts: HM.unpack(raw.events.starts),
      straddles_cut: HM.unpack(raw.events.straddles_cut),
      words: mapped(raw.events.words, HM.unpackWords),
      numbers: mapped(raw.events.numbers, HM.unpack),
    },
    captions: new Array(raw.rows).fill(""),
    captionFiles: raw.captions,
    shown: null,
  };
  HM.rows.rowOf = new Map(HM.rows.ids.map((id, row) => [id, row]));
  if (raw.shown) {
    HM.rows.shown = new Uint8Array(raw.rows);
    for (const row of HM.unpack(raw.shown)) HM.rows.shown[row] = 1;
  }
};

HM.isShown = row => HM.rows.shown === null || HM.rows.shown[row] === 1;
HM.word = (name, row) => {
  const c = HM.rows.words[name];
  return c.names[c.of[row]];
};
HM.list = function (name, row) {
  const column = HM.rows.lists[name],
    found = [];
  for (let k = column.starts[row]; k < column.starts[row + 1]; k++) found.push(column.names[column.of[k]]);
  return found;
};

HM.captions = function (first, texts) {
  for (let k = 0; k < texts.length; k++) HM.rows.captions[first + k] = texts[k];
};

HM.load = function (path) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = path;
    script.onload = () => {
      script.remove();
      resolve();
    };
    script.onerror = () => {
      script.remove();
      reject(new Error(`${path} cannot be read`));
    };
    document.head.append(script);
  });
};

HM.loadCaptions = async function (whenSome) {
  for (let k = 0; k < HM.rows.captionFiles; k++) {
    await HM.load(`data/captions-${k}.js`);
    whenSome();
  }
  HM.captionsThere = true;
};

// A clip's data with its arrays unpacked; kept for the clips looked at last.
HM.clip = function (raw) {
  for (const name of ["visible_px", "state", "box2d"]) raw[name] = HM.unpack(raw[name]);
  for (const subject of raw.subjects) for (const name of ["joints", "box3d"]) subject[name] = HM.unpack(subject[name]);
  for (const name of ["starts", "bytes"]) raw.masks[name] = HM.unpack(raw.masks[name]);
  for (const name of ["eye", "looks", "roots", "headings"]) raw.map[name] = HM.unpack(raw.map[name]);
  HM.clips.set(raw.clip_id, raw);
  if (HM.clips.size > 8) HM.clips.delete(HM.clips.keys().next().value);
};

HM.failed = function (id, message) {
  HM.waiting.set(id, message);
};

HM.loadClip = async function (id) {
  if (HM.clips.has(id)) return HM.clips.get(id);
  HM.waiting.delete(id);
  await HM.load(`clips/${id}.js`);
  if (HM.waiting.has(id)) throw new Error(HM.waiting.get(id));
  return HM.clips.get(id);
};

// Runs [row, column, length, ...] of a subject's mask in a frame; see report/page/masks.py.
HM.maskRuns = function (clip, subject, frame) {
  const { starts, bytes } = clip.masks,
    at = subject * clip.render.frames + frame,
    end = starts[at + 1],
    runs = [];
  let k = starts[at],
    row = 0,
    column = 0,
    length = 0;
  const next = () => {
    let value = 0,
      shift = 0,
      byte;
    do {
      byte = bytes[k++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const signed = () => {
    const value = next();
    return value & 1 ? -(value + 1) / 2 : value / 2;
  };
  while (k < end) {
    row += next();
    column += signed();
    length += signed();
    runs.push(row, column, length);
  }
  return runs;
};

// An element with attributes and children; text is only ever set as text.
HM.make = function (name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
};

HM.makeSvg = function (name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

HM.plain = name => name.replaceAll("_", " ");
HM.number = n => n.toLocaleString("en");
