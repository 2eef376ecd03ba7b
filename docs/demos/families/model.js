/* Four of the six families: naive Bayes, Gaussian and mixture (scripts/train/bayes.py) and the decoder of the VAE (scripts/train/vae.py);
   and the question whether an image is a copy (scripts/train/measures.py). No DOM.
   A digit and noise go in, 64 numbers come out: exact, not yet rounded to the 17 grey levels of the data. */

import { linear, normal, relu, sigmoid } from "../nn.js"

export const PIXELS = 64, GREY = 16, HIDDEN = 8
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

/** To the 17 grey levels of the data, as all scores are taken. */
export const rounded = image => image.map(value => Math.min(GREY, Math.max(0, Math.round(GREY * value))) / GREY)

/** The training image that differs least: {index, distance}, the distance Euclidean over the 64 pixels (0 is a copy). */
export function nearest(image, data) {
  let index = 0, least = Infinity
  for (let i = 0; i < data.train; i++) {
    let sum = 0
    for (let k = 0, at = PIXELS * i; k < PIXELS && sum < least; k++) sum += (image[k] - data.images[at + k]) ** 2
    if (sum < least) {
      least = sum
      index = i
    }
  }
  return { index, distance: Math.sqrt(least) }
}

/** How near may a new image come? 99 % of the real test images are farther from all training images. Yields after each; returns it. */
export function* usual(data) {
  const found = []
  for (let i = data.train; i < data.labels.length; i++) {
    found.push(nearest(data.image(i), data).distance)
    yield
  }
  found.sort((a, b) => a - b)
  const at = .01 * (found.length - 1), low = Math.floor(at)
  return found[low] + (at - low) * (found[low + 1] - found[low])
}
