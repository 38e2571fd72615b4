// <field-explorer>: layers stacked over a row of inputs. Point at a cell: all that it sees, and all that sees it.

import { fields, levels, limits, region, seen } from "../arithmetic.js";
import { Explorer, make } from "./explorer.js";

const [CELL, ROW, SIDE, MOST] = [30, 70, 74, 4];

class FieldExplorer extends Explorer {
  usual() {
    return { size: 9, layers: [[3, 1, 0, 1], [3, 1, 0, 1]], index: 0 };
  }

  valid({ size, layers, index }) {
    const whole = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
    if (!whole(size, 1, 21) || !Array.isArray(layers[0]) || layers.length > MOST) return false;
    if (!layers.every((layer) => layer.length === 4 && whole(layer[0], 1, 7) && whole(layer[1], 1, 4) && whole(layer[2], 0, 4) && whole(layer[3], 1, 5))) return false;
    const sizes = levels(size, layers);
    return sizes !== null && whole(index, 0, Math.max(sizes[sizes.length - 1] - 1, 0));
  }

  build() {
    this.slider("size", "Inputs", () => limits(this.state, "size", 1, 21, ({ size, layers }) => levels(size, layers)));
    this.rows = make("div", { class: "layers" });
    this.controls.append(this.rows);
    this.add = make("button", { type: "button", onclick: () => this.change({ layers: [...this.state.layers, [this.room() >= 3 ? 3 : 1, 1, 0, 1]] }) }, "Add a layer");
    this.drop = make("button", { type: "button", onclick: () => this.change({ layers: this.state.layers.slice(0, -1) }) }, "Remove the last layer");
    this.controls.append(this.add, this.drop);
    this.svg = make("svg", { class: "tower", role: "group", "aria-label": "Tower of layers, the input at the bottom" });
    this.svg.addEventListener("keydown", (event) => this.walk(event));
    for (const kind of ["pointerover", "focusin", "pointerdown"]) {
      this.svg.addEventListener(kind, (event) => {
        const cell = event.target.closest("[data-at]");
        if (cell) this.look(...cell.dataset.at.split(",").map(Number), kind === "pointerdown");
      });
    }
    this.stage.classList.add("answer", "wide");
    this.stage.append(this.svg);
  }

  room() {
    return levels(this.state.size, this.state.layers).at(-1);
  }

  // One row of sliders for each layer; made again only where their number changes.
  drawRows() {
    const { layers, size } = this.state;
    if (this.rows.children.length !== layers.length) {
      this.rows.replaceChildren(...layers.map((_, n) => make("div", { class: "layer", role: "group", "aria-label": `Layer ${n + 1}` }, make("b", {}, `Layer ${n + 1}`),
        ...["kernel", "stride", "padding", "dilation"].map((name, m) => {
          const output = make("output", {});
          const input = make("input", { type: "range", "data-n": n, "data-m": m, oninput: () => this.set(n, m, Number(input.value)) });
          return make("label", {}, name, input, output);
        }))));
    }
    const bounds = [[1, 7], [1, 4], [0, 4], [1, 5]];
    for (const input of this.rows.querySelectorAll("input")) {
      const [n, m] = [Number(input.dataset.n), Number(input.dataset.m)];
      const [low, high] = limits({ value: 0 }, "value", ...bounds[m], ({ value }) => levels(size, this.with(n, m, value)));
      Object.assign(input, { min: low, max: high, value: layers[n][m] });
      input.nextSibling.textContent = layers[n][m];
    }
    this.add.disabled = layers.length >= MOST;
    this.drop.disabled = layers.length <= 1;
  }

  with(n, m, value) {
    return this.state.layers.map((layer, i) => (i === n ? layer.map((old, j) => (j === m ? value : old)) : layer));
  }

  set(n, m, value) {
    this.change({ layers: this.with(n, m, value) });
  }

  draw() {
    const { size, layers } = this.state;
    const sizes = levels(size, layers);
    this.state.index = Math.min(this.state.index, sizes.at(-1) - 1);
    this.drawRows();
    // each cell stands over the middle of what it sees
    const places = [[0, 1]];
    layers.forEach(([k, s, p, d], n) => {
      const [start, step] = places[n];
      places.push([start + step * ((d * (k - 1)) / 2 - p), step * s]);
    });
    const pads = [...layers.map((layer) => layer[2]), 0];
    const left = Math.min(...places.map(([start, step], n) => start - pads[n] * step));
    const right = Math.max(...places.map(([start, step], n) => start + (sizes[n] - 1 + pads[n]) * step));
    const x = (level, u) => SIDE + (places[level][0] + u * places[level][1] - left) * CELL;
    const y = (level) => 4 + (layers.length - level) * ROW;
    const [width, height] = [SIDE + (right - left + 1) * CELL + 4, y(0) + CELL + 6];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.style.width = `${width}px`;
    this.cells = new Map();
    const wires = make("g", { class: "wires" }), boxes = make("g", {});
    sizes.forEach((n, level) => {
      const name = level === 0 ? "input" : level === layers.length ? "output" : `layer ${level}`;
      boxes.append(make("text", { x: 0, y: y(level) + CELL / 2, class: "name" }, name));
      for (let u = -pads[level]; u < n + pads[level]; u++) {
        const inside = u >= 0 && u < n;
        const box = make("g", { class: inside ? (level ? "output" : "input") : "padding", "data-at": inside ? `${level},${u}` : null, role: inside ? "button" : null, "aria-label": inside ? `${name} ${u}` : null, tabindex: inside ? -1 : null },
          make("rect", { x: x(level, u) + 1, y: y(level), width: CELL - 2, height: CELL, rx: level ? 8 : 0 }),
          make("text", { x: x(level, u) + CELL / 2, y: y(level) + CELL / 2 }, String(u)));
        if (inside) this.cells.set(`${level},${u}`, box);
        boxes.append(box);
      }
    });
    layers.forEach(([k, s, p, d], n) => {
      for (let v = 0; v < sizes[n + 1]; v++) for (let tap = 0; tap < k; tap++) {
        const u = v * s - p + tap * d;
        wires.append(make("line", { x1: x(n + 1, v) + CELL / 2, y1: y(n + 1) + CELL, x2: x(n, u) + CELL / 2, y2: y(n), "data-wire": `${n},${u},${v}` }));
      }
    });
    this.svg.replaceChildren(wires, boxes);
    this.look(layers.length, this.state.index);
  }

  walk(event) {
    const step = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [level, u] = [this.at[0] + step[0], this.at[1] + step[1]];
    const n = levels(this.state.size, this.state.layers)[level];
    if (n) this.look(level, Math.max(0, Math.min(u, n - 1)), true);
  }

  look(level, u, focus = false) {
    const { size, layers } = this.state;
    const sizes = levels(size, layers);
    this.cells.get(this.at?.join())?.setAttribute("tabindex", -1);
    this.at = [level, u];
    const here = this.cells.get(`${level},${u}`);
    here.setAttribute("tabindex", 0);
    if (focus && document.activeElement !== here) here.focus();
    const below = seen(size, layers.slice(0, level), u);
    // upwards: everything that this cell has a part in
    const above = [new Set([u])];
    for (let n = level; n < layers.length; n++) {
      const [k, s, p, d] = layers[n];
      const next = new Set();
      for (let v = 0; v < sizes[n + 1]; v++) for (let tap = 0; tap < k; tap++) if (above.at(-1).has(v * s - p + tap * d)) next.add(v);
      above.push(next);
    }
    const on = (l, v) => (l <= level ? below[l].includes(v) : above[l - level].has(v));
    for (const [at, cell] of this.cells) {
      const [l, v] = at.split(",").map(Number);
      cell.classList.toggle("partner", on(l, v));
      cell.classList.toggle("here", l === level && v === u);
    }
    for (const wire of this.svg.querySelectorAll("[data-wire]")) {
      const [n, low, high] = wire.dataset.wire.split(",").map(Number);
      wire.classList.toggle("on", on(n + 1, high) && (n < level ? true : on(n, low)));
    }
    const name = level === 0 ? `Input ${u}` : level === layers.length ? `Output ${u}` : `Place ${u} of layer ${level}`;
    if (level === 0) {
      const reached = [...above.at(-1)];
      this.say.textContent = `${name} has a part in ${reached.length ? `the outputs ${reached.join(", ")}` : "no output"}.`;
      return;
    }
    if (level === layers.length) this.state.index = u;
    const [first, last] = region(layers.slice(0, level), u);
    const sees = below[0], inside = sees.filter((at) => at >= first && at <= last);
    const gaps = last - first + 1 - inside.length - Math.max(0, -first) - Math.max(0, last - size + 1);
    const { stride } = fields(layers)[level - 1];
    this.say.textContent = `${name} spans the inputs ${first} to ${last}, ${last - first + 1} wide${first < 0 || last >= size ? ", partly in the padding" : ""}. `
      + (gaps ? `It sees only ${sees.length} of them: ${sees.join(", ")}. ` : "") + `Its neighbour starts ${stride} further on.`;
  }

  quantity(ask) {
    const { size, layers, index } = this.state;
    if (ask === "stride") return fields(layers).at(-1).stride;
    if (ask === "seen") return seen(size, layers, index)[0].length;
    if (ask === "outputs") return levels(size, layers).at(-1);
    return fields(layers).at(-1).size;
  }
}

customElements.define("field-explorer", FieldExplorer);
