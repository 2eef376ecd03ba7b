/* A network that is trained in the page: 64 pixels → 32 units → 10 scores. Its gradients are written out by hand. No DOM. */

import { argmax, normal, random, sample } from "../nn.js"

const PIXELS = 64, UNITS = 32, DIGITS = 10, BATCH = 32, KEEP = .9
export const STEPS = 1500

/* ---- Which examples, and what they are said to be ---- */

/** Row numbers of `size` of the first `train` images, drawn by seed, as many of each digit. All of them when there are no more. */
export function choose(labels, train, size, seed) {
  const uniform = random(seed), rows = sample(Array(train).keys(), uniform)
  if (size >= train) return rows
  const taken = Array(DIGITS).fill(0)
  return rows.filter(row => taken[labels[row]]++ < size / DIGITS)
}

/** The labels of these rows, spoilt: "20" makes 20 % of them another digit at random, "7" calls every 7 a 1. */
export function spoil(labels, rows, errors, seed) {
  const told = Uint8Array.from(rows, row => labels[row])
  if (errors === "7") return told.map(digit => digit === 7 ? 1 : digit)
  const uniform = random(seed + 1000)
  for (const i of sample(rows.keys(), uniform, Math.round(rows.length * errors / 100)))
    told[i] = (told[i] + 1 + Math.floor(9 * uniform())) % DIGITS
  return told
}

/* ---- The network ---- */

/** Weights before any learning: small numbers by chance, larger where fewer inputs come in. */
export function begin(seed) {
  const chance = normal(random(seed))
  const draw = (count, inputs) => Float64Array.from({ length: count }, () => chance() * Math.sqrt(2 / inputs))
  return { w1: draw(UNITS * PIXELS, PIXELS), b1: new Float64Array(UNITS), w2: draw(DIGITS * UNITS, UNITS), b2: new Float64Array(DIGITS) }
}

/** Ten probabilities, and the 32 units that led to them. */
export function forward({ w1, b1, w2, b2 }, image) {
  const units = new Float64Array(UNITS), p = new Float64Array(DIGITS)
  for (let u = 0; u < UNITS; u++) {
    let sum = b1[u]
    for (let i = 0, w = u * PIXELS; i < PIXELS; i++) sum += w1[w + i] * image[i]
    units[u] = sum > 0 ? sum : 0
  }
  let top = -Infinity, total = 0
  for (let d = 0; d < DIGITS; d++) {
    p[d] = b2[d]
    for (let u = 0; u < UNITS; u++) p[d] += w2[d * UNITS + u] * units[u]
    top = Math.max(top, p[d])
  }
  for (let d = 0; d < DIGITS; d++) total += p[d] = Math.exp(p[d] - top)
  for (let d = 0; d < DIGITS; d++) p[d] /= total
  return { p, units }
}

/** The loss (mean of −ln of the probability given to the label) of some images, and how it changes with each weight. */
export function gradients(net, images, told) {
  const slope = Object.fromEntries(Object.entries(net).map(([name, weights]) => [name, new Float64Array(weights.length)]))
  const share = 1 / images.length
  let loss = 0
  images.forEach((image, n) => {
    const { p, units } = forward(net, image)
    loss -= Math.log(p[told[n]]) * share
    p[told[n]] -= 1 // probability minus what it should have been: the slope of the loss in each score
    for (let u = 0; u < UNITS; u++) {
      let back = 0
      for (let d = 0; d < DIGITS; d++) {
        slope.w2[d * UNITS + u] += share * p[d] * units[u]
        back += p[d] * net.w2[d * UNITS + u]
      }
      if (units[u] <= 0) continue // a unit that was silent has no part in it
      slope.b1[u] += share * back
      for (let i = 0, w = u * PIXELS; i < PIXELS; i++) slope.w1[w + i] += share * back * image[i]
    }
    for (let d = 0; d < DIGITS; d++) slope.b2[d] += share * p[d]
  })
  return { loss, slope }
}

/* ---- The loop ---- */

/** A training of `steps` steps, each smaller than the one before. step() looks at one batch and returns its loss, which is not finite or
    beyond all reason when the steps are too large; the weights in `net` change. data: {image(row)}; told: a label for each row. */
export function training({ data, rows, told, rate, seed, steps = STEPS }) {
  const net = begin(seed), speed = begin(seed), uniform = random(seed + 2000)
  for (const weights of Object.values(speed)) weights.fill(0)
  let done = 0
  return {
    net,
    get done() { return done },
    step() {
      const stride = rate * (1 - done++ / steps)
      const batch = Array.from({ length: Math.min(BATCH, rows.length) }, () => Math.floor(uniform() * rows.length))
      const { loss, slope } = gradients(net, batch.map(i => data.image(rows[i])), batch.map(i => told[i]))
      for (const [name, weights] of Object.entries(net)) for (let i = 0; i < weights.length; i++) {
        speed[name][i] = KEEP * speed[name][i] - stride * slope[name][i] // go downhill, and keep most of the speed of before
        weights[i] += speed[name][i]
      }
      return loss
    },
  }
}

/** Which digit the network finds most probable. */
export const reads = (net, image) => argmax(forward(net, image).p)
