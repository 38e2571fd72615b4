// <photo-explorer>: a photograph, a kernel to paint, and the photograph's response, blue below zero and red above.

import { filter, number, sentence, total } from "../arithmetic.js";
import { Explorer, make, painter } from "./explorer.js";

class PhotoExplorer extends Explorer {
  usual() {
    return { kernel: [[1, -1]], at: [40, 60] };
  }

  valid({ kernel, at }) {
    const shape = Array.isArray(kernel[0]) && kernel.length <= 7 && kernel[0].length <= 7 && kernel.every((row) => row.length === kernel[0].length && row.every((w) => Math.abs(w) <= 1e6));
    return shape && at.length === 2 && at.every((part) => Number.isInteger(part) && part >= 0);
  }

  get named() {
    return JSON.parse(this.dataset.kernels || "{}");
  }

  build() {
    const names = Object.keys(this.named);
    const id = `${this.key}-named`;
    const select = make("select", { id, onchange: () => this.named[select.value] && this.change({ kernel: this.named[select.value] }) }, ...names.map((name) => make("option", { value: name }, name)), make("option", { value: "" }, "your own"));
    this.sliders.push(() => (select.value = names.find((name) => JSON.stringify(this.named[name]) === JSON.stringify(this.state.kernel)) ?? ""));
    this.controls.append(make("div", { class: "control" }, make("label", { for: id }, "Kernel"), select));
    for (const [axis, label] of [[0, "Kernel rows"], [1, "Kernel columns"]]) {
      const shape = () => [this.state.kernel.length, this.state.kernel[0].length];
      const name = `size${axis}`;
      this.sliders.push(() => (this.state[name] = shape()[axis]));
      this.slider(name, label, () => [1, 7], { set: (value) => {
        const [rows, columns] = shape().map((old, n) => (n === axis ? value : old));
        this.change({ kernel: Array.from({ length: rows }, (_, a) => Array.from({ length: columns }, (_, b) => this.state.kernel[a]?.[b] ?? 0)) });
      } });
    }
    this.kernel = painter({
      key: this.key, label: "Kernel", numbers: () => this.state.kernel,
      change: (a, b, value) => this.change({ kernel: this.state.kernel.map((row, i) => row.map((old, j) => (i === a && j === b ? value : old))) }),
    });
    this.before = make("canvas", { role: "img", "aria-label": this.dataset.alt || "Photograph" });
    this.after = make("canvas", { role: "application", tabindex: 0, "aria-label": "Response. The arrow keys move the window.", "aria-describedby": `${this.key}-say` });
    const { width, height } = this.dataset; // before the photograph is there, so that nothing jumps
    for (const canvas of [this.before, this.after]) Object.assign(canvas, { width, height });
    this.say.id = `${this.key}-say`;
    this.sum = make("p", { class: "sizes answer" });
    const block = (name, ...parts) => make("figure", { class: "block" }, make("figcaption", {}, name), ...parts);
    this.bar = make("div", { class: "scale" });
    this.stage.append(block("photograph", this.before), block("kernel", this.kernel.box), make("div", { class: "answer" }, block("response", this.after, this.bar)));
    this.stage.after(this.sum);
    this.listen();
    this.load();
  }

  listen() {
    const aim = (canvas) => (event) => {
      const box = canvas.getBoundingClientRect();
      this.move([((event.clientY - box.top) / box.height) * canvas.height, ((event.clientX - box.left) / box.width) * canvas.width].map(Math.floor));
    };
    for (const canvas of [this.before, this.after]) {
      canvas.addEventListener("pointermove", aim(canvas));
      canvas.addEventListener("pointerdown", aim(canvas));
    }
    this.after.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const far = event.shiftKey ? 10 : 1;
      this.move(this.state.at.map((part, axis) => part + step[axis] * far));
      this.toAddress();
    });
  }

  async load() {
    const image = new Image();
    image.src = this.dataset.photo;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    Object.assign(this.before, { width, height });
    const paper = this.before.getContext("2d", { willReadFrequently: true });
    paper.drawImage(image, 0, 0);
    const data = paper.getImageData(0, 0, width, height).data;
    this.grey = Float64Array.from({ length: width * height }, (_, n) => data[4 * n]);
    this.picture = image;
    this.draw();
  }

  // The response's pixel must exist.
  move([row, column]) {
    const inside = (value, size) => Math.max(0, Math.min(value, size - 1));
    this.state.at = [inside(row, this.after.height), inside(column, this.after.width)];
    this.point();
  }

  // Colours run evenly from the most negative to the most positive value, so that white is exactly zero.
  draw() {
    this.kernel.draw();
    if (!this.grey) return;
    const K = this.state.kernel;
    const { width, height } = this.before;
    this.response = filter(this.grey, width, height, K);
    const [columns, rows] = [width - K[0].length + 1, height - K.length + 1];
    const most = this.response.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
    const stops = this.dataset.colours.split(" ").map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const table = Array.from({ length: 257 }, (_, n) => {
      const at = (n / 256) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
      return stops[low].map((part, m) => part + (stops[low + 1][m] - part) * (at - low));
    });
    const pixels = new ImageData(columns, rows);
    this.response.forEach((value, n) => {
      const colour = table[Math.round((value / most + 1) * 128)];
      pixels.data.set([...colour, 255], 4 * n);
    });
    Object.assign(this.after, { width: columns, height: rows });
    this.pixels = pixels;
    this.bar.replaceChildren(...[-most, 0, most].map((value) => make("span", {}, number(value))));
    this.bar.style.setProperty("--scale", `linear-gradient(to right, ${this.dataset.colours.split(" ").join(", ")})`);
    this.sum.textContent = `The kernel's numbers add up to ${number(total(K))}. Where the photograph is even, with brightness b, the response is ${number(total(K))}·b.`;
    this.move(this.state.at);
  }

  // The window on the photograph, its cell on the response, and the sum in words.
  point() {
    if (!this.grey) return;
    const [row, column] = this.state.at, K = this.state.kernel;
    const look = getComputedStyle(this);
    const frame = (paper, x, y, w, h, name) => {
      paper.lineWidth = 3;
      paper.strokeStyle = "#fff";
      paper.strokeRect(x - 2.5, y - 2.5, w + 5, h + 5);
      paper.lineWidth = 2;
      paper.strokeStyle = look.getPropertyValue(name);
      paper.strokeRect(x - 1, y - 1, w + 2, h + 2);
    };
    const [one, other] = [this.before, this.after].map((canvas) => canvas.getContext("2d"));
    one.drawImage(this.picture, 0, 0);
    frame(one, column, row, K[0].length, K.length, "--kernel");
    other.putImageData(this.pixels, 0, 0);
    frame(other, column, row, 1, 1, "--highlight");
    const terms = K.flatMap((line, a) => line.map((weight, b) => [this.grey[(row + a) * this.before.width + column + b], weight]));
    const value = this.response[row * this.after.width + column];
    const shown = terms.filter(([, weight]) => weight !== 0);
    this.say.textContent = `Row ${row}, column ${column}: ${shown.length <= 9 ? sentence(shown, value) : `${shown.length} products add up to ${number(value)}`}`;
  }

  quantity(ask) {
    const [kind, brightness] = ask.split(" "); // "even 100": the response where the brightness is 100; "sum": the weights' sum
    return kind === "even" ? total(this.state.kernel) * Number(brightness) : total(this.state.kernel);
  }
}

customElements.define("photo-explorer", PhotoExplorer);
