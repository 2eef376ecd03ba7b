/* scripts/train/attack.py in the page: the classifier with its way back to the pixels, noise, and two attacks of the same size. No DOM.
   An image is 64 numbers, 0 paper … 1 ink; no pixel may change by more than epsilon, nor leave 0…1. */

import { argmax, convolve, linear, part, random, relu, softmax } from "../nn.js"

const SIZE = 8, MAPS = 16, HALF = SIZE / 2, PIXELS = SIZE * SIZE

/** The two networks of the file; they differ only in how they were trained. */
export const networks = tensors => ({ standard: part(tensors, "standard"), adversarial: part(tensors, "adversarial") })

/** Forwards, keeping what the way back needs. `from` says which pixel of each 2×2 square was the largest. */
export function forward(net, image) {
  const first = relu(convolve(image, SIZE, net["conv1.weight"], net["conv1.bias"]))
  const second = relu(convolve(first, SIZE, net["conv2.weight"], net["conv2.bias"]))
  const pooled = new Float32Array(MAPS * HALF * HALF), from = new Uint16Array(pooled.length)
  for (let p = 0; p < pooled.length; p++) {
    const corner = 2 * SIZE * Math.floor(p / HALF) + 2 * (p % HALF)
    let at = corner
    for (const other of [corner + 1, corner + SIZE, corner + SIZE + 1]) if (second[other] > second[at]) at = other
    pooled[p] = second[at]
    from[p] = at
  }
  const hidden = relu(linear(pooled, net["hidden.weight"], net["hidden.bias"]))
  return { first, second, pooled, from, hidden, logits: linear(hidden, net["out.weight"], net["out.bias"]) }
}

export const logits = (net, image) => forward(net, image).logits

/** What the network reads: {digit, probabilities}. Throws if the numbers are no numbers. */
export function read(net, image) {
  const probabilities = softmax(logits(net, image)), digit = argmax(probabilities)
  if (Number.isNaN(probabilities[digit])) throw new Error("the network's answer is not a number")
  return { digit, probabilities }
}

/* ---- The way back ---- */

/** slope of the outputs [out] → slope of the inputs [in], for weight [out, in] */
function linearBack(slope, weight) {
  const [outs, ins] = weight.shape, back = new Float32Array(ins)
  for (let o = 0; o < outs; o++) if (slope[o]) for (let i = 0, w = o * ins; i < ins; i++) back[i] += slope[o] * weight[w + i]
  return back
}

/** slope of the maps [outs, 8, 8] → slope of what they were made of [ins, 8, 8], for weight [outs, ins, 3, 3] and padding 1 */
function convolveBack(slope, weight) {
  const [outs, ins, k] = weight.shape, back = new Float32Array(ins * PIXELS)
  for (let o = 0; o < outs; o++) for (let r = 0; r < SIZE; r++) for (let c = 0; c < SIZE; c++) {
    const here = slope[o * PIXELS + r * SIZE + c]
    if (!here) continue
    for (let i = 0; i < ins; i++) for (let a = 0; a < k; a++) {
      const row = r + a - 1
      if (row < 0 || row >= SIZE) continue
      for (let b = 0; b < k; b++) {
        const column = c + b - 1
        if (column >= 0 && column < SIZE) back[i * PIXELS + row * SIZE + column] += here * weight[((o * ins + i) * k + a) * k + b]
      }
    }
  }
  return back
}

/** A relu lets the slope through where its output is above 0. Changes slope in place. */
function reluBack(slope, output) {
  for (let i = 0; i < slope.length; i++) if (!(output[i] > 0)) slope[i] = 0
  return slope
}

/** 64 numbers: how the loss −ln p(label) changes with each pixel. */
export function gradient(net, image, label) {
  const { first, second, from, hidden, logits } = forward(net, image)
  const slope = softmax(logits) // of the ten scores: p, less 1 for the right digit
  slope[label] -= 1
  const onHidden = reluBack(linearBack(slope, net["out.weight"]), hidden), onPooled = linearBack(onHidden, net["hidden.weight"])
  const onSecond = new Float32Array(second.length)
  for (let p = 0; p < onPooled.length; p++) onSecond[from[p]] += onPooled[p]
  const onFirst = convolveBack(reluBack(onSecond, second), net["conv2.weight"])
  return convolveBack(reluBack(onFirst, first), net["conv1.weight"])
}

/* ---- Changes of the image ---- */

const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value))

/** Each pixel up or down by epsilon at random. */
export const noisy = (image, epsilon, uniform) => image.map(v => clamp(v + (uniform() < .5 ? -epsilon : epsilon)))

/** Each pixel up or down by epsilon, whichever raises the loss (fast gradient sign method). */
export function oneStep(net, image, label, epsilon) {
  const slope = gradient(net, image, label)
  return image.map((v, i) => clamp(v + epsilon * Math.sign(slope[i])))
}

/** The attack, step by step: yields the image after each. One step is oneStep(); more are projected gradient descent:
    start anywhere within epsilon; in each step go up the loss by 2.5 epsilon / steps, then back to within epsilon. */
export function* attack(net, image, label, epsilon, steps, uniform) {
  if (steps === 1) return yield oneStep(net, image, label, epsilon)
  const low = image.map(v => clamp(v - epsilon)), high = image.map(v => clamp(v + epsilon)), by = 2.5 * epsilon / steps
  let attacked = low.map((v, i) => v + uniform() * (high[i] - v))
  for (let step = 0; step < steps; step++) {
    const slope = gradient(net, attacked, label)
    attacked = attacked.map((v, i) => clamp(v + by * Math.sign(slope[i]), low[i], high[i]))
    yield attacked
  }
}

/** Chance for one image: the same for both networks, other for each image and seed. */
export const chance = (seed, index) => random(Math.imul(seed + 1, 0x9E3779B1) ^ index)

/** The exam: `count` test images with noise and under attack. Yields after every step of the attack a tally
    {done, standard: {clean, noise, attack}, adversarial: {…}} of how many were read rightly. */
export function* exam(nets, data, { count, epsilon, steps, seed }) {
  const tally = { done: 0 }
  for (const name of Object.keys(nets)) tally[name] = { clean: 0, noise: 0, attack: 0 }
  for (let i = 0; i < count; i++) {
    const image = data.image(data.train + i), label = data.labels[data.train + i], noise = noisy(image, epsilon, chance(seed, i))
    const found = {}
    for (const [name, net] of Object.entries(nets)) {
      let attacked = image
      for (attacked of attack(net, image, label, epsilon, steps, chance(seed, i))) yield tally
      const right = given => read(net, given).digit === label
      found[name] = { clean: right(image), noise: right(noise), attack: right(attacked) }
    }
    for (const name of Object.keys(nets)) for (const kind of Object.keys(found[name])) tally[name][kind] += found[name][kind]
    tally.done++
    yield tally
  }
}
