/* Four of the six families: naive Bayes, Gaussian and mixture (scripts/train/bayes.py) and the decoder of the VAE (scripts/train/vae.py). No DOM.
   A digit and noise go in, 64 numbers come out: exact, not yet rounded to the 17 grey levels of the data. */

import { linear, normal, relu, sigmoid } from "../nn.js"

export const PIXELS = 64, HIDDEN = 8
const DIRECTIONS = 16, WAYS = 4

const row = (table, index, width) => table.subarray(width * index, width * (index + 1))

/** mean + L noise, for the lower triangle of L row by row. */
function spread(mean, factor, noise) {
  let at = 0
  return mean.map((value, i) => {
    for (let j = 0; j <= i; j++) value += factor[at++] * noise[j]
    return value
  })
}

/** Every pixel by itself. noise: 64 normal numbers */
export function naiveBayes({ mean, sd }, digit, noise) {
  const spreads = row(sd, digit, PIXELS)
  return row(mean, digit, PIXELS).map((value, i) => value + spreads[i] * noise[i])
}

/** All pixels together. noise: 64 normal numbers */
export function gaussian({ mean, factor }, digit, noise) {
  return spread(row(mean, digit, PIXELS), row(factor, digit, PIXELS * (PIXELS + 1) / 2), noise)
}

/** `chance` (0…1) chooses one of four ways of writing, the first 16 numbers of `noise` place the image within it. */
export function mixture({ centre, axes, weight, mean, factor }, digit, noise, chance) {
  const shares = row(weight, digit, WAYS), whole = shares.reduce((sum, share) => sum + share, 0)
  let way = 0, sum = shares[0] / whole
  while (way < WAYS - 1 && chance > sum) sum += shares[++way] / whole
  const cloud = WAYS * digit + way
  const inside = spread(row(mean, cloud, DIRECTIONS), row(factor, cloud, DIRECTIONS * (DIRECTIONS + 1) / 2), noise)
  return centre.map((value, i) => {
    for (let k = 0; k < DIRECTIONS; k++) value += inside[k] * axes[PIXELS * k + i]
    return value
  })
}

/** The decoder: 8 normal numbers and the digit → the mean of each pixel. */
export function decode(weights, digit, hidden) {
  const input = new Float32Array(HIDDEN + 10)
  input.set(hidden)
  input[HIDDEN + digit] = 1
  const layer = (x, number) => linear(x, weights[`decoder.${number}.weight`], weights[`decoder.${number}.bias`])
  return sigmoid(layer(relu(layer(relu(layer(input, 0)), 2)), 4))
}

/** `count` normal numbers from a uniform source. */
export function noise(count, uniform) {
  const next = normal(uniform)
  return Float32Array.from({ length: count }, next)
}
