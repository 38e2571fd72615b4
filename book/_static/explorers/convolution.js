// <convolution-explorer>: input, kernel and output side by side. Whatever is pointed at shows what it is computed with.

import { USUAL, limits, links, number, read, sentence, sizeOf } from "../arithmetic.js";
import { Explorer, Grid, make, painter } from "./explorer.js";

const MOST = 8;

class ConvolutionExplorer extends Explorer {
  usual() {
    return { ...USUAL, input: [[0, 1, 2], [3, 4, 5], [6, 7, 8]], kernel: [[0, 1], [2, 3]] };
  }

  // The settings as the arithmetic wants them.
  get convolution() {
    const { input, kernel } = this.state;
    return { ...this.state, rows: input.length, columns: input[0].length, kernelRows: kernel.length, kernelColumns: kernel[0].length };
  }

  valid(state) {
    const whole = (value, least) => Number.isInteger(value) && value >= least && value <= MOST;
    const matrix = (M) => Array.isArray(M[0]) && M.length <= MOST && M.every((row) => row.length === M[0].length && row.length > 0 && row.length <= MOST && row.every(Number.isFinite));
    const { input, kernel } = state;
    if (!matrix(input) || !matrix(kernel) || !["zeros", "reflect", "replicate", "circular"].includes(state.mode)) return false;
    if (![["stride", 1], ["padding", 0], ["dilation", 1], ["outputPadding", 0]].every(([name, least]) => whole(state[name], least))) return false;
    return sizeOf({ ...state, rows: input.length, columns: input[0].length, kernelRows: kernel.length, kernelColumns: kernel[0].length }) !== null;
  }

  build() {
    const fits = (settings) => {
      const size = sizeOf(settings);
      return size && Math.max(...size) <= 2 * MOST;
    };
    const sized = (name, label, matrix, [rows, columns]) => {
      this.sliders.push(() => (this.state[rows] = this.state[matrix].length, this.state[columns] = this.state[matrix][0].length));
      for (const [setting, text] of [[rows, `${label} rows`], [columns, `${label} columns`]]) {
        this.slider(setting, text, () => limits(this.convolution, setting, 1, MOST, fits), { set: (value) => this.resize(matrix, setting === rows, value) });
      }
    };
    sized("input", "Input", "input", ["rows", "columns"]);
    sized("kernel", "Kernel", "kernel", ["kernelRows", "kernelColumns"]);
    for (const [name, label, low, high] of [["stride", "Stride", 1, 4], ["padding", "Padding", 0, 4], ["dilation", "Dilation", 1, 4], ["outputPadding", "Output padding", 0, 3]]) {
      this.slider(name, label, () => limits(this.convolution, name, low, name === "outputPadding" && !this.state.transposed ? 0 : high, fits));
    }
    const could = (change) => fits({ ...this.convolution, ...change });
    this.choice("mode", "Beyond the edge", [["zeros", "zeros"], ["reflect", "reflect"], ["replicate", "replicate"], ["circular", "circular"]], (mode) => could({ mode }));
    this.tick("flip", "Turn the kernel (true convolution)");
    this.tick("transposed", "Transposed", (transposed) => could({ transposed, outputPadding: 0 }));
    const grid = (role, label, visit) => new Grid({ role, label, visit });
    this.grids = {
      x: grid("input", "Input", (at) => this.look("x", at)),
      y: grid("output", "Output", (at) => this.look("y", at)),
    };
    this.kernel = painter({
      key: this.key, label: "Kernel", numbers: () => this.state.kernel,
      change: (a, b, value) => this.change({ kernel: this.state.kernel.map((row, i) => row.map((old, j) => (i === a && j === b ? value : old))) }),
    });
    for (const kind of ["pointerover", "focusin"]) {
      this.kernel.box.addEventListener(kind, (event) => event.target.dataset.at && this.look("k", event.target.dataset.at.split(",").map(Number)));
    }
    const block = (name, ...parts) => make("figure", { class: "block" }, make("figcaption", {}, name), ...parts);
    this.sizes = make("p", { class: "sizes answer" });
    this.stage.append(block("input", this.grids.x.box), block("kernel", this.kernel.box), block("output", make("div", { class: "answer" }, this.grids.y.box)));
    this.stage.after(this.sizes);
  }

  // A larger grid keeps its numbers and gets new ones, always the same, neither even nor symmetric.
  resize(matrix, byRows, value) {
    const old = this.state[matrix];
    const [rows, columns] = byRows ? [value, old[0].length] : [old.length, value];
    const fill = (i, j) => (matrix === "input" ? (i * 5 + j * 3 + i * j) % 10 : ((i * 2 + j) % 4) - (i % 2));
    this.change({ [matrix]: Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => old[i]?.[j] ?? fill(i, j))) });
  }

  change(values) {
    if (values.transposed === true) values = { ...values, mode: "zeros" };
    if (values.transposed === false) values = { ...values, outputPadding: 0 };
    super.change(values);
  }

  draw() {
    const c = this.convolution;
    const { input: X, kernel: K, padding: p, mode, transposed } = c;
    const size = sizeOf(c);
    this.links = links(c);
    const Y = (this.output = Array.from({ length: size[0] }, () => Array(size[1]).fill(0)));
    for (const { x, k, y } of this.links) Y[y[0]][y[1]] += read(X, x, mode) * K[k[0]][k[1]];
    const ring = transposed ? 0 : p;
    this.grids.x.draw([-ring, X.length + ring], [-ring, X[0].length + ring], (i, j) => {
      const inside = i >= 0 && i < X.length && j >= 0 && j < X[0].length;
      const text = number(read(X, [i, j], mode));
      return { text, kind: inside ? "" : "padding", words: `${inside ? "input" : "padding"} row ${i}, column ${j}: ${text}` };
    });
    this.kernel.draw();
    this.grids.y.draw([0, size[0]], [0, size[1]], (i, j) => ({ text: number(Y[i][j]), words: `output row ${i}, column ${j}: ${number(Y[i][j])}` }));
    this.sizes.textContent = `The output has ${size[0]} rows and ${size[1]} columns.`;
    const at = this.grids.y.cells.has(this.spot?.join()) ? this.spot : [0, 0];
    this.look("y", at);
  }

  // Show the partners of a place in one grid in the two others, and say the sum.
  look(role, at) {
    if (role === "y") this.spot = at;
    const same = (one, other) => one[0] === other[0] && one[1] === other[1];
    let here = this.links.filter((link) => same(link[role], at));
    if (role === "k") here = here.filter((link) => same(link.y, this.spot));
    const { input: X, kernel: K, mode } = this.state;
    for (const [name, grid] of [["x", this.grids.x], ["k", this.kernel], ["y", this.grids.y]]) {
      grid.mark("partner", name === role ? [] : here.map((link) => link[name]));
      grid.mark("here", name === role ? [at] : role === "k" && name === "y" ? [this.spot] : []);
    }
    const value = ({ x, k }) => [read(X, x, mode), K[k[0]][k[1]]];
    if (role === "x") {
      const text = here.map(({ k, y, x }) => `${number(read(X, x, mode))}·${number(K[k[0]][k[1]])} into (${y})`);
      this.say.textContent = here.length ? `Input (${at}) goes into ${here.length} ${here.length === 1 ? "place" : "places"}: ${text.slice(0, 9).join("; ")}${text.length > 9 ? " …" : ""}.` : `Input (${at}) is read by no window.`;
    } else if (role === "k") {
      this.say.textContent = here.length ? `Kernel (${at}) multiplies input (${here[0].x}) in output (${this.spot}): ${value(here[0]).map(number).join("·")}.` : `Kernel (${at}) has no part in output (${this.spot}).`;
    } else {
      this.say.textContent = `Output (${at}): ${sentence(here.map(value), this.output[at[0]][at[1]])}`;
    }
  }

  quantity(ask) {
    const size = sizeOf(this.convolution);
    if (ask === "rows") return size[0];
    if (ask === "columns") return size[1];
    const [i, j] = ask.split(" ").map(Number);
    const { input: X, kernel: K, mode } = this.state;
    return links(this.convolution).filter(({ y }) => y[0] === i && y[1] === j).reduce((sum, { x, k }) => sum + read(X, x, mode) * K[k[0]][k[1]], 0);
  }

  answered(ask) {
    if (/^\d+ \d+$/.test(ask)) this.grids.y.go(ask.split(" ").map(Number));
  }
}

customElements.define("convolution-explorer", ConvolutionExplorer);
