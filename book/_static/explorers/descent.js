// <descent-explorer>: a kernel of two weights, the map of its loss, and gradient descent with a step size of your choice.

import { convolve, curvature, eigenvalues, gradient, largestStep, loss, number } from "../arithmetic.js";
import { Explorer, make } from "./explorer.js";

const [SIDE, REACH, MOST] = [340, 5, 60]; // pixels, weights from −5 to 5, steps at once

class DescentExplorer extends Explorer {
  usual() {
    const row = [1, 1, 0, 0, 0, 0, 1, 1];
    return { input: Array.from({ length: 6 }, () => row), kernel: [2, -2], from: [0, 0], step: 0.03, steps: 0 };
  }

  valid({ input, kernel, from, step, steps }) {
    if (!input.every((row) => Array.isArray(row) && row.length === input[0].length && row.length > 1)) return false;
    return [kernel, from].every((K) => K.length === 2 && K.every((w) => Math.abs(w) <= REACH)) && step > 0 && step <= 1 && Number.isInteger(steps) && steps >= 0 && steps <= MOST;
  }

  build() {
    const { input, kernel } = this.state;
    this.target = convolve(input, [kernel]);
    this.curve = curvature(input);
    this.most = largestStep(input);
    const fine = 10 ** Math.floor(Math.log10(this.most / 20));
    const top = Math.ceil((1.5 * this.most) / fine) * fine;
    this.slider("step", "Step size", () => [fine, top], { step: fine, show: (value) => `${number(value)}${value > this.most && !("asking" in this.dataset) ? ", too large" : ""}` });
    for (const n of [0, 1]) {
      const [id, set] = [`${this.key}-from${n}`, (value) => this.change({ from: this.state.from.map((old, m) => (m === n ? value : old)), steps: 0 })];
      const slide = make("input", { type: "range", id, min: -REACH, max: REACH, step: 0.1, oninput: () => set(Number(slide.value)) });
      const output = make("output", { for: id });
      this.sliders.push(() => (slide.value = this.state.from[n], output.textContent = number(this.state.from[n])));
      this.controls.append(make("div", { class: "control" }, make("label", { for: id }, `Start, weight ${n}`), slide, output));
    }
    const more = (n) => () => this.change({ steps: Math.min(this.state.steps + n, MOST) });
    this.button("One step", more(1));
    this.button("Ten steps", more(10));
    this.button("Back to step 0", () => this.change({ steps: 0 }));
    this.map = make("svg", { class: "map", viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", "aria-label": "Map of the loss over the two weights" });
    const aim = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = this.map.getBoundingClientRect();
      const at = (part, size) => Math.max(-REACH, Math.min(REACH, Math.round(((part / size) * 2 - 1) * REACH * 10) / 10));
      this.change({ from: [at(event.clientX - box.left, box.width), -at(event.clientY - box.top, box.height) || 0], steps: 0 });
    };
    this.map.addEventListener("pointerdown", aim);
    this.map.addEventListener("pointermove", aim);
    this.background();
    this.path = make("g", { class: "answer" });
    this.map.append(this.path);
    this.table = make("table", { class: "answer" });
    this.stage.append(make("figure", { class: "block" }, make("figcaption", {}, "loss over the two weights; press to choose a start"), this.map), make("div", { class: "scroll" }, this.table));
  }

  x(w) { return (w / REACH + 1) * SIDE / 2; }
  y(w) { return (1 - w / REACH) * SIDE / 2; }

  // Lines of equal loss are ellipses round the kernel that is looked for: their axes are those of the curvature.
  background() {
    const [low, high] = eigenvalues(this.curve);
    const [[a, b]] = this.curve;
    const turn = (Math.atan2(high - a, b) * 180) / Math.PI || 0;
    const [cx, cy] = [this.x(this.state.kernel[0]), this.y(this.state.kernel[1])];
    const scale = SIDE / 2 / REACH;
    for (let n = 1; n <= 9; n++) {
      const level = high * n * n;
      const radius = (value) => Math.min(Math.sqrt(level / Math.max(value, 1e-9)), 40) * scale;
      this.map.append(make("ellipse", { cx, cy, rx: radius(high), ry: radius(low), transform: `rotate(${-turn} ${cx} ${cy})` }));
    }
    this.map.append(make("line", { x1: 0, x2: SIDE, y1: SIDE / 2, y2: SIDE / 2, class: "axis" }), make("line", { x1: SIDE / 2, x2: SIDE / 2, y1: 0, y2: SIDE, class: "axis" }),
      make("text", { x: SIDE - 4, y: SIDE / 2 - 8, "text-anchor": "end" }, "weight 0"), make("text", { x: SIDE / 2 + 6, y: 12 }, "weight 1"),
      make("path", { d: `M${cx - 7} ${cy - 7}l14 14m0 -14l-14 14`, class: "goal" }));
  }

  // The kernels that descent visits.
  walk(state) {
    const visited = [state.from];
    for (let n = 0; n < state.steps; n++) {
      const K = visited[n], slope = gradient(state.input, [K], this.target)[0];
      visited.push(K.map((w, m) => w - state.step * slope[m]));
    }
    return visited;
  }

  draw() {
    const { input, step, steps } = this.state;
    const visited = this.walk(this.state);
    const losses = visited.map((K) => loss(input, [K], this.target));
    const far = (w) => Math.max(-1e4, Math.min(1e4, w));
    const points = visited.map(([a, b]) => [this.x(far(a)), this.y(far(b))].map((part) => part.toFixed(1)));
    this.path.replaceChildren(make("path", { d: `M${points.map((point) => point.join(" ")).join("L")}`, class: "way" }),
      ...points.map(([cx, cy], n) => (n ? make("circle", { cx, cy, r: 3.5 }) : make("rect", { x: cx - 5, y: cy - 5, width: 10, height: 10 }))));
    const rows = visited.map((K, n) => [n, K[0], K[1], losses[n]]).slice(-6);
    this.table.replaceChildren(make("caption", {}, "the last steps"), make("tr", {}, ...["step", "weight 0", "weight 1", "loss"].map((name) => make("th", { scope: "col" }, name))),
      ...rows.map((row) => make("tr", {}, ...row.map((value) => make("td", {}, number(value))))));
    const factors = eigenvalues(this.curve).map((value) => number(1 - step * value));
    const kernel = visited[steps].map(number).join(", ");
    const trend = steps === 0 ? "" : losses[steps] < losses[steps - 1] ? " The loss fell." : losses[steps] > losses[steps - 1] ? " The loss grew." : " The loss stayed.";
    this.say.textContent = `Step ${steps}: the kernel is (${kernel}), the loss ${number(losses[steps])}.${trend} Each step multiplies the error by ${factors[0]} along the valley and by ${factors[1]} across it. The largest step that settles is ${number(this.most)}.`;
  }

  quantity(ask) {
    const { input, kernel, step } = this.state;
    if (ask === "settles") return step < largestStep(input);
    if (ask === "largest") return largestStep(input);
    this.target = convolve(input, [kernel]); // "loss n": the loss after n steps
    return loss(input, [this.walk({ ...this.state, steps: Number(ask.split(" ")[1]) }).at(-1)], this.target);
  }

  answered(ask) {
    if (ask.startsWith("loss")) this.change({ steps: Number(ask.split(" ")[1]) });
    else if (ask === "settles") this.change({ steps: 10 });
  }
}

customElements.define("descent-explorer", DescentExplorer);
