// <channels-explorer>: which input channels each output channel reads, from one group to depthwise, and what it costs.

import { commonDivisors, limits, multiplications, number, parameters, reads, shuffled } from "../arithmetic.js";
import { Explorer, make } from "./explorer.js";

const [CELL, ROW, SIDE, MOST] = [34, 78, 76, 16];

class ChannelsExplorer extends Explorer {
  usual() {
    return { inChannels: 6, outChannels: 6, groups: 1, kernel: 3, size: 30, bias: true, shuffle: false, pick: 0 };
  }

  valid({ inChannels, outChannels, groups, kernel, size, pick }) {
    const whole = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
    return whole(inChannels, 1, MOST) && whole(outChannels, 1, MOST) && whole(kernel, 1, 11) && whole(size, 1, 512) && whole(pick, 0, outChannels - 1) && commonDivisors(inChannels, outChannels).includes(groups);
  }

  build() {
    const nearest = (inChannels, outChannels) => commonDivisors(inChannels, outChannels).filter((d) => d <= this.state.groups).at(-1);
    const set = (name) => (value) => {
      const next = { inChannels: this.state.inChannels, outChannels: this.state.outChannels, [name]: value };
      this.change({ ...next, groups: nearest(next.inChannels, next.outChannels), pick: Math.min(this.state.pick, next.outChannels - 1) });
    };
    this.slider("inChannels", "Input channels", () => [1, MOST], { set: set("inChannels") });
    this.slider("outChannels", "Output channels", () => [1, MOST], { set: set("outChannels") });
    // groups must divide both numbers of channels: the slider walks over the divisors only
    const id = `${this.key}-groups`;
    const input = make("input", { type: "range", id, min: 0, oninput: () => this.change({ groups: commonDivisors(this.state.inChannels, this.state.outChannels)[Number(input.value)] }) });
    const output = make("output", { for: id });
    this.sliders.push(() => {
      const divisors = commonDivisors(this.state.inChannels, this.state.outChannels);
      Object.assign(input, { max: divisors.length - 1, value: divisors.indexOf(this.state.groups), disabled: divisors.length === 1 });
      output.textContent = String(this.state.groups);
      input.setAttribute("aria-valuetext", output.textContent);
    });
    this.controls.append(make("div", { class: "control" }, make("label", { for: id }, "Groups"), input, output));
    this.slider("kernel", "Kernel size", () => limits(this.state, "kernel", 1, 11, () => true));
    this.slider("size", "Output height and width", () => [1, Math.max(64, this.start.size)]);
    this.tick("bias", "Bias");
    this.tick("shuffle", "Shuffle, then a second layer");
    this.svg = make("svg", { class: "tower", role: "group", "aria-label": "Channels, the input at the top" });
    for (const kind of ["pointerover", "focusin", "pointerdown"]) {
      this.svg.addEventListener(kind, (event) => {
        const cell = event.target.closest("[data-at]");
        if (cell) this.look(...cell.dataset.at.split(",").map(Number), kind === "pointerdown");
      });
    }
    this.svg.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const row = this.at[0] + step[0];
      if (row >= 0 && row < this.rows.length) this.look(row, Math.max(0, Math.min(this.at[1] + step[1], this.rows[row] - 1)), true);
    });
    this.bars = make("div", { class: "bars answer" });
    this.stage.classList.add("wide");
    this.stage.append(this.svg);
    this.stage.after(this.bars);
  }

  // For each row but the first: which places of the row above each place is computed from.
  get sources() {
    const { inChannels, outChannels, groups, shuffle } = this.state;
    const layer = (from) => Array.from({ length: outChannels }, (_, o) => reads(o, from, outChannels, groups));
    return shuffle ? [layer(inChannels), shuffled(outChannels, groups).map((from) => [from]), layer(outChannels)] : [layer(inChannels)];
  }

  draw() {
    const { inChannels, outChannels, groups, kernel, size, bias, shuffle } = this.state;
    const rows = (this.rows = [inChannels, ...this.sources.map((row) => row.length)]);
    const wide = Math.max(...rows) * CELL + (groups - 1) * 10;
    const x = (row, c) => SIDE + (wide - rows[row] * CELL - (groups - 1) * 10) / 2 + c * CELL + Math.floor((c * groups) / rows[row]) * 10;
    const y = (row) => 4 + row * ROW;
    const height = y(rows.length - 1) + CELL + 6;
    this.svg.setAttribute("viewBox", `0 0 ${SIDE + wide + 4} ${height}`);
    this.svg.style.width = `${SIDE + wide + 4}px`;
    const names = shuffle ? ["input", "layer 1", "shuffled", "layer 2"] : ["input", "output"];
    const wires = make("g", { class: "wires answer" }), boxes = make("g", {});
    this.cells = new Map();
    rows.forEach((n, row) => {
      boxes.append(make("text", { x: 0, y: y(row) + CELL / 2, class: "name" }, names[row]));
      for (let c = 0; c < n; c++) {
        const label = row === 2 ? shuffled(outChannels, groups)[c] : c;
        const box = make("g", { class: row ? "output" : "input", "data-at": `${row},${c}`, role: "button", tabindex: -1, "aria-label": `${names[row]}, channel ${label}` },
          make("rect", { x: x(row, c) + 1, y: y(row), width: CELL - 2, height: CELL, rx: row ? 8 : 0 }),
          make("text", { x: x(row, c) + CELL / 2, y: y(row) + CELL / 2 }, String(label)));
        this.cells.set(`${row},${c}`, box);
        boxes.append(box);
      }
    });
    this.sources.forEach((row, n) => row.forEach((from, to) => from.forEach((c) => wires.append(make("line", {
      x1: x(n, c) + CELL / 2, y1: y(n) + CELL, x2: x(n + 1, to) + CELL / 2, y2: y(n + 1), "data-wire": `${n},${c},${to}`,
    })))));
    this.svg.replaceChildren(wires, boxes);
    const second = shuffle ? [outChannels, outChannels, kernel] : null;
    const cost = (g) => [
      parameters(inChannels, outChannels, kernel, bias, g) + (second ? parameters(...second, bias, g) : 0),
      multiplications(inChannels, outChannels, kernel, size, g) + (second ? multiplications(...second, size, g) : 0),
    ];
    const [now, most] = [cost(groups), cost(1)];
    this.bars.replaceChildren(...["parameters", "multiplications"].map((name, n) => make("div", { class: "bar" },
      make("span", {}, name), make("span", { class: "track" }, make("span", { style: `width:${(100 * now[n]) / most[n]}%` })),
      make("span", {}, `${now[n].toLocaleString("en")}${groups > 1 ? ` of ${most[n].toLocaleString("en")}` : ""}`))));
    this.look(rows.length - 1, Math.min(this.state.pick, rows.at(-1) - 1));
  }

  look(row, c, focus = false) {
    const sources = this.sources;
    this.cells.get(this.at?.join())?.setAttribute("tabindex", -1);
    this.at = [row, c];
    const here = this.cells.get(`${row},${c}`);
    here.setAttribute("tabindex", 0);
    if (focus && document.activeElement !== here) here.focus();
    const on = this.rows.map(() => new Set());
    on[row].add(c);
    for (let n = row; n > 0; n--) for (const to of on[n]) for (const from of sources[n - 1][to]) on[n - 1].add(from);
    for (let n = row; n < sources.length; n++) sources[n].forEach((from, to) => from.some((at) => on[n].has(at)) && on[n + 1].add(to));
    for (const [at, cell] of this.cells) {
      const [n, m] = at.split(",").map(Number);
      cell.classList.toggle("partner", on[n].has(m) && !("asking" in this.dataset)); // what is asked for is not shown
      cell.classList.toggle("here", n === row && m === c);
    }
    for (const wire of this.svg.querySelectorAll("[data-wire]")) {
      const [n, from, to] = wire.dataset.wire.split(",").map(Number);
      wire.classList.toggle("on", on[n].has(from) && on[n + 1].has(to));
    }
    const { inChannels, outChannels, groups } = this.state;
    const kind = groups === 1 ? "an ordinary layer" : groups === inChannels ? "a depthwise layer" : `a layer in ${groups} groups`;
    const list = (set) => [...set].sort((a, b) => a - b).join(", ");
    if (row === this.rows.length - 1) this.state.pick = c;
    this.say.textContent = row === 0
      ? `Input ${c} has a part in ${on.at(-1).size} of ${outChannels} outputs: ${list(on.at(-1))}. This is ${kind}.`
      : `This channel depends on ${on[0].size} of ${inChannels} inputs: ${list(on[0])}. This is ${kind}.`;
  }

  quantity(ask) {
    const { inChannels, outChannels, kernel, size, bias, groups, shuffle, pick } = this.state;
    if (ask === "parameters") return parameters(inChannels, outChannels, kernel, bias, groups) + (shuffle ? parameters(outChannels, outChannels, kernel, bias, groups) : 0);
    if (ask === "multiplications") return multiplications(inChannels, outChannels, kernel, size, groups) + (shuffle ? multiplications(outChannels, outChannels, kernel, size, groups) : 0);
    let on = new Set([pick]);
    for (const row of [...this.sources].reverse()) on = new Set([...on].flatMap((to) => row[to]));
    return on.size; // "inputs": how many inputs the picked output depends on
  }
}

customElements.define("channels-explorer", ChannelsExplorer);
