// What all explorers share: controls, the address, a prediction before the answer, and words for those who listen.

import { limits, number } from "../arithmetic.js";

let count = 0;

export function make(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG.has(tag) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}
const SVG = new Set(["svg", "g", "rect", "line", "path", "circle", "ellipse", "text"]);

export class Explorer extends HTMLElement {
  connectedCallback() {
    if (this.state) return;
    count += 1;
    this.key = this.id.replace("explorer-", "") || `e${count}`;
    this.start = { ...this.usual(), ...JSON.parse(this.dataset.settings || "{}") };
    this.state = { ...this.start, ...this.fromAddress() };
    if (!this.valid(this.state)) this.state = { ...this.start };
    this.controls = make("fieldset", { class: "controls" }, make("legend", { class: "visually-hidden" }, "Settings"));
    this.stage = make("div", { class: "stage" });
    this.say = make("p", { class: "say answer", role: "status" });
    this.sliders = [];
    const awaited = document.activeElement === this; // a reader with the Tab key was here before it was ready
    this.removeAttribute("tabindex");
    this.textContent = "";
    const ask = this.prediction();
    this.append(...[ask, this.controls, this.stage, this.say, this.tools()].filter(Boolean));
    this.build();
    this.refresh();
    this.dataset.ready = "";
    if (awaited) this.querySelector("input:enabled, select:enabled, button:enabled").focus();
  }

  // To be given by each explorer: usual() settings, valid(state), build() the controls, draw() the stage, quantity(name).
  valid() { return true; }

  refresh() {
    for (const update of this.sliders) update();
    this.draw();
  }

  change(values) {
    Object.assign(this.state, values);
    this.refresh();
    this.toAddress();
  }

  // The address carries what differs from the start, so that a setting can be sent to somebody.
  fromAddress() {
    const found = {};
    for (const [name, text] of new URLSearchParams(location.search)) {
      const [key, setting] = name.split(".");
      if (key !== this.key || !(setting in this.start)) continue;
      try {
        const value = JSON.parse(text);
        if (this.allowed(setting, value)) found[setting] = value;
      } catch { /* not one of ours */ }
    }
    return found;
  }

  // A value from the address must look like the one it replaces.
  allowed(setting, value) {
    const before = this.start[setting];
    if (typeof value !== typeof before || Array.isArray(value) !== Array.isArray(before)) return false;
    const flat = [value].flat(2);
    return flat.length > 0 && flat.length <= 400 && flat.every((part) => typeof part !== "number" || Number.isFinite(part));
  }

  toAddress() {
    const address = new URL(location);
    for (const name of Object.keys(this.start)) {
      const text = JSON.stringify(this.state[name]);
      if (text === JSON.stringify(this.start[name])) address.searchParams.delete(`${this.key}.${name}`);
      else address.searchParams.set(`${this.key}.${name}`, text);
    }
    history.replaceState(history.state, "", address);
  }

  tools() {
    const told = make("span", { role: "status" });
    const copy = async () => {
      this.toAddress();
      try {
        await navigator.clipboard.writeText(location.href);
        told.textContent = "The link is copied.";
      } catch {
        told.textContent = "The link stands in the address bar.";
      }
    };
    const reset = () => { this.change(structuredClone(this.start)); told.textContent = "As at the start."; };
    return make("div", { class: "tools" },
      make("button", { type: "button", onclick: reset }, "Start again"),
      make("button", { type: "button", onclick: copy }, "Copy a link to this"), told);
  }

  // A slider whose ends come from a rule: it cannot be set to what does not fit.
  slider(name, label, ends, { step = 1, show = number, set = (value) => this.change({ [name]: value }) } = {}) {
    const id = `${this.key}-${name}`;
    const input = make("input", { type: "range", id, step, oninput: () => set(Number(input.value)) });
    const output = make("output", { for: id });
    this.sliders.push(() => {
      const [low, high] = ends();
      Object.assign(input, { min: low, max: high, value: this.state[name], disabled: low === high });
      output.textContent = show(this.state[name]);
      input.setAttribute("aria-valuetext", show(this.state[name]));
    });
    this.controls.append(make("div", { class: "control" }, make("label", { for: id }, label), input, output));
  }

  fitting(name, label, low, high, fits) {
    this.slider(name, label, () => limits(this.state, name, low, high, fits));
  }

  choice(name, label, options, allowed = () => true, set = (value) => this.change({ [name]: value })) {
    const id = `${this.key}-${name}`;
    const entries = options.map(([value, text]) => make("option", { value }, text));
    const select = make("select", { id, onchange: () => set(select.value) }, ...entries);
    this.sliders.push(() => {
      entries.forEach((entry) => (entry.disabled = !allowed(entry.value)));
      select.value = this.state[name];
    });
    this.controls.append(make("div", { class: "control" }, make("label", { for: id }, label), select));
  }

  tick(name, label, allowed = () => true) {
    const box = make("input", { type: "checkbox", onchange: () => this.change({ [name]: box.checked }) });
    this.sliders.push(() => {
      box.checked = this.state[name];
      box.disabled = !allowed(!box.checked);
    });
    this.controls.append(make("label", { class: "control tick" }, box, label));
  }

  button(label, action) {
    this.controls.append(make("button", { type: "button", onclick: action }, label));
  }

  // The question that stands before the answer. What it asks for is computed, not written down.
  prediction() {
    const { question, ask } = this.dataset;
    if (!ask) return null;
    const truth = this.quantity(ask);
    const verdict = make("p", { class: "verdict", role: "status" });
    const done = (text) => {
      verdict.textContent = text;
      form.querySelectorAll("input, button").forEach((part) => (part.disabled = true));
      this.controls.disabled = false;
      delete this.dataset.asking;
      this.refresh();
      this.answered(ask);
      (this.querySelector("[tabindex='0']") || verdict).focus({ preventScroll: true });
    };
    const tell = typeof truth === "boolean" ? (truth ? "yes" : "no") : number(truth);
    const judge = (said, right) => done(right ? `Right: ${tell}.` : `You said ${said}. It is ${tell}.`);
    const show = make("button", { type: "button", onclick: () => done(`It is ${tell}.`) }, "Show me");
    let parts;
    if (typeof truth === "boolean") {
      parts = [true, false].map((value) => make("button", { type: "button", onclick: () => judge(value ? "yes" : "no", value === truth) }, value ? "Yes" : "No"));
    } else {
      const input = make("input", { type: "text", inputmode: "text", size: 8, autocomplete: "off", "aria-label": "Your prediction" });
      parts = [input, make("button", { type: "submit" }, "Check")];
      this.guess = () => {
        const said = Number(input.value.trim().replace("−", "-").replace(",", "."));
        if (input.value.trim() === "" || Number.isNaN(said)) verdict.textContent = "Write a number, for example 12 or −3.";
        else judge(number(said), Math.abs(said - truth) <= 0.005 * Math.abs(truth) + 1e-9);
      };
    }
    const form = make("form", { class: "ask", onsubmit: (event) => { event.preventDefault(); this.guess?.(); } },
      make("p", {}, make("strong", {}, "Predict. "), question), make("div", { class: "answers" }, ...parts, show), verdict);
    this.dataset.asking = "";
    this.controls.disabled = true;
    return form;
  }

  answered() {}
}

// A grid of cells in which the arrow keys walk. `cell` says what stands at a place; `visit` hears where the reader is.
export class Grid {
  constructor({ label, role, visit }) {
    this.label = label;
    this.role = role;
    this.visit = visit;
    this.at = [0, 0];
    this.box = make("div", { class: `grid ${role}`, role: "grid", "aria-label": label });
    this.box.addEventListener("keydown", (event) => this.walk(event));
    for (const kind of ["pointerover", "pointerdown", "focusin"]) {
      this.box.addEventListener(kind, (event) => {
        const cell = event.target.closest("[data-at]");
        if (cell) this.go(cell.dataset.at.split(",").map(Number), kind === "pointerdown");
      });
    }
  }

  // Rows and columns may start below zero: the padding.
  draw([top, bottom], [left, right], cell) {
    const shape = [top, bottom, left, right].join();
    if (shape !== this.shape) {
      this.shape = shape;
      this.cells = new Map();
      this.box.replaceChildren();
      this.box.style.setProperty("--columns", right - left);
      for (let i = top; i < bottom; i++) {
        const row = make("div", { role: "row" });
        for (let j = left; j < right; j++) {
          const node = make("div", { role: "gridcell", "data-at": `${i},${j}`, tabindex: -1 });
          this.cells.set(`${i},${j}`, node);
          row.append(node);
        }
        this.box.append(row);
      }
      if (!this.cells.has(this.at.join())) this.at = [Math.max(top, 0), Math.max(left, 0)];
    }
    for (const [at, node] of this.cells) {
      const [i, j] = at.split(",").map(Number);
      const { text, kind = "", words } = cell(i, j);
      if (node.textContent !== text) node.textContent = text;
      node.className = kind;
      node.setAttribute("aria-label", words);
      node.tabIndex = at === this.at.join() ? 0 : -1;
    }
  }

  mark(name, places) {
    const marked = new Set(places.map((place) => place.join()));
    for (const [at, node] of this.cells) node.classList.toggle(name, marked.has(at));
  }

  walk(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    const next = [this.at[0] + step[0], this.at[1] + step[1]];
    event.preventDefault();
    if (this.cells.has(next.join())) this.go(next, true);
  }

  go(at, focus = false) {
    const before = this.cells.get(this.at.join()), now = this.cells.get(at.join());
    if (!now) return;
    if (before) before.tabIndex = -1;
    this.at = at;
    now.tabIndex = 0;
    if (focus && document.activeElement !== now) now.focus({ preventScroll: false });
    this.visit(at);
  }
}

// A grid of numbers that the reader may change.
export function painter({ key, label, numbers, change }) {
  const box = make("div", { class: "grid kernel paint", role: "group", "aria-label": label });
  const draw = () => {
    const K = numbers();
    const shape = `${K.length}×${K[0].length}`;
    if (box.dataset.shape !== shape) {
      box.dataset.shape = shape;
      box.style.setProperty("--columns", K[0].length);
      box.replaceChildren(...K.map((line, a) => make("div", {}, ...line.map((_, b) => {
        const input = make("input", { type: "number", step: "any", id: `${key}-k${a}-${b}`, "data-at": `${a},${b}`, "aria-label": `${label}, row ${a}, column ${b}` });
        input.addEventListener("input", () => {
          const value = input.valueAsNumber;
          if (Number.isFinite(value) && Math.abs(value) <= 1e6) change(a, b, value);
        });
        return input;
      }))));
    }
    for (const input of box.querySelectorAll("input")) {
      const [a, b] = input.dataset.at.split(",").map(Number);
      if (document.activeElement !== input || input.valueAsNumber !== K[a][b]) if (document.activeElement !== input || input.value !== "") input.value = K[a][b];
    }
  };
  return { box, draw, mark: (name, places) => {
    const marked = new Set(places.map((place) => place.join()));
    for (const input of box.querySelectorAll("input")) input.classList.toggle(name, marked.has(input.dataset.at));
  } };
}
