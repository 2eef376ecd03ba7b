/* The arithmetic that all models share. Plain functions on Float32Array; no import, no DOM.
   Shapes as in the trainers (scripts/train): a linear map is [out, in], a convolution [out, in, k, k], images are [channels, rows, columns]. */

/* ---- Weights ---- */

const POWERS = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 25))

/** Numbers of a float16. */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1024 + fraction) * POWERS[exponent]
}

/** All of them at once, in a plain loop: `from` with a function takes several times as long. */
function halves(bits) {
  const numbers = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) numbers[i] = half(bits[i])
  return numbers
}

/** Read a safetensors file (ArrayBuffer) → {tensors: {name: Float32Array with .shape}, notes}. int8 rows are multiplied by `name.scale`.
    Throws when the file is cut short or of a kind that is not used here. */
export function unpack(buffer) {
  const view = new DataView(buffer)
  if (buffer.byteLength < 8) throw new Error("the weights are cut short")
  const size = Number(view.getBigUint64(0, true)), start = 8 + size
  if (start > buffer.byteLength) throw new Error("the weights are cut short")
  const { __metadata__: notes = {}, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)))
  const read = ({ dtype, data_offsets: [from, to] }) => {
    if (start + to > buffer.byteLength) throw new Error("the weights are cut short")
    const bytes = buffer.slice(start + from, start + to)
    if (dtype === "F32") return new Float32Array(bytes)
    if (dtype === "F16") return halves(new Uint16Array(bytes))
    if (dtype === "I8") return new Float32Array(new Int8Array(bytes))
    throw new Error(`weights of kind ${dtype} are not used here`)
  }
  const tensors = {}
  for (const [name, entry] of Object.entries(entries)) {
    if (name.endsWith(".scale") && entries[name.slice(0, -6)]) continue
    const data = read(entry)
    if (entry.dtype === "I8") {
      const scale = read(entries[`${name}.scale`]), row = data.length / scale.length
      for (let i = 0; i < data.length; i++) data[i] *= scale[Math.floor(i / row)]
    }
    tensors[name] = Object.assign(data, { shape: entry.shape })
  }
  return { tensors, notes }
}

/** The tensors whose names begin with `prefix.`, without the prefix. */
export const part = (tensors, prefix) =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`)).map(([name, data]) => [name.slice(prefix.length + 1), data]))

/* ---- Chance ---- */

/** A repeatable source of chance: uniform numbers in 0..1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Normal numbers (mean 0, deviation 1) from a uniform source. */
export const normal = uniform => () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

/** Draw an index with the given probabilities. */
export function pick(probabilities, uniform) {
  let rest = uniform()
  for (let i = 0; i < probabilities.length - 1; i++) if ((rest -= probabilities[i]) < 0) return i
  return probabilities.length - 1
}

/** `count` things of a list in random order, none drawn twice; all of them if nothing else is said. */
export function sample(list, uniform, count = Infinity) {
  const rest = [...list]
  for (let i = 0; i < Math.min(count, rest.length); i++) {
    const j = i + Math.floor(uniform() * (rest.length - i));
    [rest[i], rest[j]] = [rest[j], rest[i]]
  }
  return rest.slice(0, count)
}

/* ---- Order ---- */

/** The index of the largest number, the first one if there are several. */
export function argmax(values) {
  let top = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[top]) top = i
  return top
}

/** All indices, that of the largest number first; of equals, the first. */
export const ranked = values => [...values.keys()].sort((a, b) => values[b] - values[a])

/** The value below which a `share` of rising `values` lies, in between in proportion, as the trainers' percentiles are. */
export function quantile(values, share) {
  const at = share * (values.length - 1), low = Math.floor(at), high = Math.min(low + 1, values.length - 1)
  return values[low] + (at - low) * (values[high] - values[low])
}

/* ---- Likeness of images of 64 pixels (scripts/train/measures.py) ---- */

export const GREY = 16 // the darkest of the 17 grey levels of the data

/** To the grey levels of the data, as all scores are taken. */
export const rounded = image => image.map(value => Math.min(GREY, Math.max(0, Math.round(GREY * value))) / GREY)

/** The nearest of the first `count` images [count × 64] → {index, distance}, Euclidean, in units of one pixel from paper to ink. */
export function nearest(image, images, count) {
  let index = 0, least = Infinity
  for (let n = 0; n < count; n++) {
    let sum = 0
    for (let i = 0, at = 64 * n; i < 64 && sum < least; i++) sum += (image[i] - images[at + i]) ** 2
    if (sum < least) { least = sum; index = n }
  }
  return { index, distance: Math.sqrt(least) }
}

/** How far the test images are from their nearest training images, in rising order. A generator function: it pauses after each image. */
export function* usualDistances({ images, image, labels, train }) {
  const found = []
  for (let n = train; n < labels.length; n++) {
    found.push(nearest(image(n), images, train).distance)
    yield
  }
  return found.sort((a, b) => a - b)
}

/* ---- Layers ---- */

/** weight [out, in] · x [in] + bias [out] */
export function linear(x, weight, bias) {
  const [outs, ins] = weight.shape, y = new Float32Array(outs)
  for (let o = 0; o < outs; o++) {
    let sum = bias ? bias[o] : 0
    for (let i = 0, w = o * ins; i < ins; i++) sum += weight[w + i] * x[i]
    y[o] = sum
  }
  return y
}

/** Convolution of x [ins, size, size] with weight [outs, ins, k, k]; zero padding `pad`. → [outs, out size, out size] */
export function convolve(x, size, weight, bias, { stride = 1, pad = 1 } = {}) {
  const [outs, ins, k] = weight.shape, out = Math.floor((size + 2 * pad - k) / stride) + 1, y = new Float32Array(outs * out * out)
  for (let o = 0; o < outs; o++) for (let r = 0; r < out; r++) for (let c = 0; c < out; c++) {
    let sum = bias ? bias[o] : 0
    for (let i = 0; i < ins; i++) for (let a = 0; a < k; a++) {
      const row = r * stride + a - pad
      if (row < 0 || row >= size) continue
      for (let b = 0; b < k; b++) {
        const column = c * stride + b - pad
        if (column >= 0 && column < size) sum += weight[((o * ins + i) * k + a) * k + b] * x[(i * size + row) * size + column]
      }
    }
    y[(o * out + r) * out + c] = sum
  }
  return y
}

/** The largest of each 2×2 square: [channels, size, size] → [channels, size/2, size/2] */
export function maxPool(x, channels, size) {
  const half = size / 2, y = new Float32Array(channels * half * half)
  for (let i = 0; i < channels; i++) for (let r = 0; r < half; r++) for (let c = 0; c < half; c++) {
    const p = (i * size + 2 * r) * size + 2 * c
    y[(i * half + r) * half + c] = Math.max(x[p], x[p + 1], x[p + size], x[p + size + 1])
  }
  return y
}

/** Each pixel four times: [channels, size, size] → [channels, 2 size, 2 size] */
export function double(x, channels, size) {
  const big = 2 * size, y = new Float32Array(channels * big * big)
  for (let i = 0; i < channels; i++) for (let r = 0; r < big; r++) for (let c = 0; c < big; c++)
    y[(i * big + r) * big + c] = x[(i * size + (r >> 1)) * size + (c >> 1)]
  return y
}

/* These change x in place and return it. */
const each = change => x => { for (let i = 0; i < x.length; i++) x[i] = change(x[i]); return x }
export const relu = each(v => v < 0 ? 0 : v)
export const leaky = each(v => v < 0 ? .2 * v : v)
export const sigmoid = each(v => 1 / (1 + Math.exp(-v)))
export const gelu = each(v => .5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + .044715 * v ** 3))))
export const add = (x, y) => { for (let i = 0; i < x.length; i++) x[i] += y[i]; return x }

/** Probabilities from scores. A low temperature sharpens, a high one flattens. */
export function softmax(scores, temperature = 1) {
  const count = scores.length, p = new Float32Array(count)
  let top = -Infinity, sum = 0
  for (let i = 0; i < count; i++) top = Math.max(top, scores[i])
  for (let i = 0; i < count; i++) sum += p[i] = Math.exp((scores[i] - top) / temperature)
  for (let i = 0; i < count; i++) p[i] /= sum
  return p
}

/** −ln p[index] for scores before softmax: the surprise at what came. */
export function surprise(scores, index) {
  let top = -Infinity, sum = 0
  for (const score of scores) top = Math.max(top, score)
  for (const score of scores) sum += Math.exp(score - top)
  return Math.log(sum) + top - scores[index]
}

/** Layer norm: mean 0, deviation 1, then scale and shift. */
export function norm(x, scale, shift) {
  const count = x.length, y = new Float32Array(count)
  let mean = 0, spread = 0
  for (let i = 0; i < count; i++) mean += x[i] / count
  for (let i = 0; i < count; i++) spread += (x[i] - mean) ** 2 / count
  const by = 1 / Math.sqrt(spread + 1e-5)
  for (let i = 0; i < count; i++) y[i] = (x[i] - mean) * by * scale[i] + shift[i]
  return y
}

/** One query against all keys so far. query [width], keys and values: arrays of [width] → {mixed [width], weights: one Float32Array a head} */
export function attend(query, keys, values, heads) {
  const width = query.length, each = width / heads, mixed = new Float32Array(width), weights = []
  for (let h = 0; h < heads; h++) {
    const from = h * each, scores = new Float32Array(keys.length)
    for (let j = 0; j < keys.length; j++) {
      const key = keys[j]
      let sum = 0
      for (let i = from; i < from + each; i++) sum += query[i] * key[i]
      scores[j] = sum / Math.sqrt(each)
    }
    const weight = softmax(scores)
    for (let j = 0; j < values.length; j++) {
      const share = weight[j], value = values[j]
      for (let i = from; i < from + each; i++) mixed[i] += share * value[i]
    }
    weights.push(weight)
  }
  return { mixed, weights }
}
