// The explorers' arithmetic: numbers in, numbers out, and no page. Equal to the Python library `lib`; tests/site compares.
// Matrices are arrays of rows. A convolution is given as {rows, columns, kernelRows, kernelColumns, stride, padding,
// dilation, mode, flip, transposed, outputPadding}.

export const USUAL = { stride: 1, padding: 0, dilation: 1, mode: "zeros", flip: false, transposed: false, outputPadding: 0 };

export const outputSize = (n, k, s = 1, p = 0, d = 1) => Math.floor((n + 2 * p - d * (k - 1) - 1) / s) + 1;

export const transposedSize = (n, k, s = 1, p = 0, extra = 0, d = 1) => (n - 1) * s - 2 * p + d * (k - 1) + extra + 1;

// The size of the output as [rows, columns], or null where the library would refuse.
export function sizeOf(c) {
  const one = (n, k) => {
    if (c.transposed) {
      const size = transposedSize(n, k, c.stride, c.padding, c.outputPadding, c.dilation);
      return c.outputPadding < Math.max(c.stride, c.dilation) && c.mode === "zeros" && size >= 1 ? size : null;
    }
    const widest = { zeros: Infinity, replicate: Infinity, reflect: n - 1, circular: n }[c.mode];
    return c.padding <= widest && n + 2 * c.padding > c.dilation * (k - 1) ? outputSize(n, k, c.stride, c.padding, c.dilation) : null;
  };
  const size = [one(c.rows, c.kernelRows), one(c.columns, c.kernelColumns)];
  return size.includes(null) ? null : size;
}

// The lowest and the highest value from low to high that a setting can take while the others stay: a slider's ends.
export function limits(settings, name, low, high, fits = sizeOf) {
  const good = [];
  for (let value = low; value <= high; value++) if (fits({ ...settings, [name]: value })) good.push(value);
  return [good[0], good[good.length - 1]];
}

// Where place i of the padded input takes its number from: an index, or -1 for a zero.
export function source(i, n, mode = "zeros") {
  if (i >= 0 && i < n) return i;
  if (mode === "replicate") return i < 0 ? 0 : n - 1;
  if (mode === "reflect") return i < 0 ? -i : 2 * (n - 1) - i;
  if (mode === "circular") return (i + n) % n;
  return -1;
}

// Every multiplication of a convolution: input place x (in the padded input), kernel place k, output place y.
export function links(c) {
  const [rows, columns] = sizeOf(c);
  const found = [];
  const [high, wide] = c.transposed ? [c.rows, c.columns] : [rows, columns];
  for (let i = 0; i < high; i++) for (let j = 0; j < wide; j++) {
    for (let a = 0; a < c.kernelRows; a++) for (let b = 0; b < c.kernelColumns; b++) {
      const far = [i * c.stride + a * c.dilation - c.padding, j * c.stride + b * c.dilation - c.padding];
      const k = c.flip ? [c.kernelRows - 1 - a, c.kernelColumns - 1 - b] : [a, b];
      if (!c.transposed) found.push({ x: far, k, y: [i, j] });
      else if (far[0] >= 0 && far[0] < rows && far[1] >= 0 && far[1] < columns) found.push({ x: [i, j], k, y: far });
    }
  }
  return found;
}

// The number at a place of the padded input.
export function read(X, [i, j], mode) {
  const row = source(i, X.length, mode), column = source(j, X[0].length, mode);
  return row < 0 || column < 0 ? 0 : X[row][column];
}

export function convolve(X, K, options = {}) {
  const c = { ...USUAL, ...options, rows: X.length, columns: X[0].length, kernelRows: K.length, kernelColumns: K[0].length };
  const [rows, columns] = sizeOf(c);
  const Y = Array.from({ length: rows }, () => Array(columns).fill(0));
  for (const { x, k, y } of links(c)) Y[y[0]][y[1]] += read(X, x, c.mode) * K[k[0]][k[1]];
  return Y;
}

// A photograph, as a flat row of pixels, under a kernel: every window that fits, as a flat row.
export function filter(pixels, width, height, K) {
  const [rows, columns] = [height - K.length + 1, width - K[0].length + 1];
  const out = new Float64Array(rows * columns);
  K.forEach((line, a) => line.forEach((weight, b) => {
    if (weight) for (let i = 0; i < rows; i++) for (let j = 0, from = (i + a) * width + b; j < columns; j++) out[i * columns + j] += weight * pixels[from + j];
  }));
  return out;
}

export const total = (M) => M.flat().reduce((sum, value) => sum + value, 0);

// Receptive fields after each layer [kernel_size, stride, padding, dilation]: how wide, how far apart, where they start.
export function fields(layers) {
  let size = 1, stride = 1, padding = 0;
  return layers.map(([k, s = 1, p = 0, d = 1]) => {
    padding += p * stride;
    size += d * (k - 1) * stride;
    stride *= s;
    return { size, stride, padding };
  });
}

// The row's length at each level, input first; null where a layer does not fit.
export function levels(size, layers) {
  const sizes = [size];
  for (const [k, s = 1, p = 0, d = 1] of layers) {
    const n = sizes[sizes.length - 1];
    if (n + 2 * p <= d * (k - 1)) return null;
    sizes.push(outputSize(n, k, s, p, d));
  }
  return sizes;
}

// First and last input place under one output; either may lie in the padding.
export function region(layers, index) {
  let first = index, last = index;
  for (const [k, s = 1, p = 0, d = 1] of [...layers].reverse()) {
    first = first * s - p;
    last = last * s - p + d * (k - 1);
  }
  return [first, last];
}

// At each level, input first, the places that reach one output; places in the padding hold no number.
export function seen(size, layers, index) {
  const sizes = levels(size, layers);
  let now = [index];
  const found = [now];
  for (let level = layers.length - 1; level >= 0; level--) {
    const [k, s = 1, p = 0, d = 1] = layers[level];
    const below = new Set(now.flatMap((v) => Array.from({ length: k }, (_, tap) => v * s - p + tap * d)));
    now = [...below].filter((u) => u >= 0 && u < sizes[level]).sort((a, b) => a - b);
    found.unshift(now);
  }
  return found;
}

// Gradient descent on the squared error of a kernel: loss, gradient, and the curvature that limits the step.
export function loss(X, K, Y) {
  return convolve(X, K).flat().reduce((sum, value, n) => sum + (value - Y.flat()[n]) ** 2, 0);
}

export function gradient(X, K, Y) {
  const error = convolve(X, K).map((row, i) => row.map((value, j) => 2 * (value - Y[i][j])));
  return convolve(X, error);
}

// The second derivatives of the loss of a kernel with one row of two weights: [[a, b], [b, c]].
export function curvature(X) {
  const at = (K) => gradient(X, [K], X.map((row) => row.slice(1).map(() => 0)))[0];
  const [[a, b], [, c]] = [at([1, 0]), at([0, 1])];
  return [[a, b], [b, c]];
}

// Eigenvalues of a symmetric 2×2 matrix, the smaller first.
export function eigenvalues([[a, b], [, c]]) {
  const middle = (a + c) / 2, spread = Math.hypot((a - c) / 2, b);
  return [middle - spread, middle + spread];
}

export const largestStep = (X) => 2 / eigenvalues(curvature(X))[1];

// What stands at each place after a channel shuffle: a row per group, read column by column.
export const shuffled = (count, groups) => Array.from({ length: count }, (_, n) => (n % groups) * (count / groups) + Math.floor(n / groups));

// The inputs that output o of a layer in groups reads.
export function reads(o, inChannels, outChannels, groups) {
  const per = inChannels / groups, group = Math.floor(o / (outChannels / groups));
  return Array.from({ length: per }, (_, n) => group * per + n);
}

export const parameters = (inChannels, outChannels, k, bias = true, groups = 1) => outChannels * (inChannels / groups) * k * k + (bias ? outChannels : 0);

export const multiplications = (inChannels, outChannels, k, size, groups = 1) => outChannels * (inChannels / groups) * k * k * size * size;

export const commonDivisors = (a, b) => Array.from({ length: Math.min(a, b) }, (_, n) => n + 1).filter((d) => a % d === 0 && b % d === 0);

// A number as the drawings write it: a real minus sign, at most four digits.
export function number(value) {
  const text = Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(4)));
  return (text === "-0" ? "0" : text).replace("-", "−");
}

// A sum of products as one would write it: 0·0 + 1·1 + 3·2 + 4·3 = 19.
export function sentence(terms, result) {
  const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));
  return `${terms.map(([a, b]) => `${factor(a)}·${factor(b)}`).join(" + ") || "0"} = ${number(result)}`;
}
