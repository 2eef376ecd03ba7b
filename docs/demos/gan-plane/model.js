/* A generative adversarial network on a plane, small enough to be trained while you watch.
   Points are pairs of numbers in a flat array: x0 y0 x1 y1 …. A network is a list of layers {weight [out × in], bias [out]}; all backward passes are written out here. */

import { normal, random } from "../nn.js"

export const SIZES = { generator: [4, 32, 32, 2], discriminator: [2, 32, 32, 1] }
export const RECIPE = { rateG: 2e-3, rateD: 4e-3, batch: 64, bound: 1.6, generatorSteps: 1, rounds: 2000 }
const SLOPE = .2, MEMORY = globalThis.MEM ?? .9, TINY = 1e-8  // LeakyReLU below 0; how long Adam remembers squares (it keeps no momentum here)

/* ---- Networks ---- */

/** Layers with random weights. Adam's memory (`squares`) and the gradients lie beside what they belong to. */
export function network(sizes, draw) {
  return sizes.slice(1).map((outs, i) => {
    const ins = sizes[i], weight = Float64Array.from({ length: outs * ins }, () => draw() * Math.sqrt(1.5 / ins)), bias = new Float64Array(outs)
    return { ins, outs, weight, bias, direction: Float64Array.from({ length: ins }, draw) }
  })
}

/** Run `count` inputs through a network → {out, inputs: what each layer was given}. */
export function forward(layers, x, count) {
  const inputs = []
  layers.forEach(({ ins, outs, weight, bias }, depth) => {
    inputs.push(x)
    const y = new Float64Array(count * outs), last = depth === layers.length - 1
    for (let n = 0; n < count; n++) for (let o = 0; o < outs; o++) {
      let sum = bias[o]
      for (let i = 0, w = o * ins, p = n * ins; i < ins; i++) sum += weight[w + i] * x[p + i]
      y[n * outs + o] = last || sum > 0 ? sum : SLOPE * sum
    }
    x = y
  })
  return { out: x, inputs }
}

/** Trace `slope`, the slope of a loss by each output, back → {gradients: [{weight, bias}] by layer, slope by each input}. */
export function backward(layers, { inputs }, slope, count) {
  const gradients = []
  for (let depth = layers.length - 1; depth >= 0; depth--) {
    const { ins, outs, weight } = layers[depth], x = inputs[depth], back = new Float64Array(count * ins)
    const gradient = gradients[depth] = { weight: new Float64Array(outs * ins), bias: new Float64Array(outs) }
    for (let n = 0; n < count; n++) for (let o = 0; o < outs; o++) {
      const s = slope[n * outs + o]
      if (s === 0) continue
      gradient.bias[o] += s
      for (let i = 0, w = o * ins, p = n * ins; i < ins; i++) {
        gradient.weight[w + i] += s * x[p + i]
        back[p + i] += s * weight[w + i]
      }
    }
    if (depth > 0) for (let i = 0; i < back.length; i++) if (x[i] < 0) back[i] *= SLOPE
    slope = back
  }
  return { gradients, slope }
}

/** One step of Adam down the gradients. */
function descend(layers, gradients, rate, time) {
  layers.forEach((layer, depth) => {
    for (const part of ["weight", "bias"]) {
      const squares = (layer.squares ??= {})[part] ??= new Float64Array(layer[part].length), gradient = gradients[depth][part], values = layer[part]
      for (let i = 0; i < values.length; i++) {
        squares[i] = MEMORY * squares[i] + (1 - MEMORY) * gradient[i] ** 2
        values[i] -= rate * gradient[i] / (Math.sqrt(squares[i] / (1 - MEMORY ** time)) + TINY)
      }
    }
  })
}

/** Spectral bound: shrink each weight matrix that stretches any direction by more than `bound` (one power iteration a step). */
export function restrain(layers, bound) {
  for (const { ins, outs, weight, direction } of layers) {
    const image = new Float64Array(outs), back = new Float64Array(ins)
    for (let o = 0; o < outs; o++) for (let i = 0; i < ins; i++) image[o] += weight[o * ins + i] * direction[i]
    const length = Math.hypot(...image) + TINY
    for (let o = 0; o < outs; o++) for (let i = 0; i < ins; i++) back[i] += weight[o * ins + i] * image[o] / length
    const stretch = Math.hypot(...back) + TINY
    for (let i = 0; i < ins; i++) direction[i] = back[i] / stretch
    if (stretch > bound) for (let i = 0; i < weight.length; i++) weight[i] *= bound / stretch
  }
}

/* ---- The contest ---- */

/** A new contest about `real` points. The same seed gives the same contest. */
export function contest(real, seed, recipe = {}) {
  const chance = random(seed), draw = normal(chance)
  return {
    real, recipe: { ...RECIPE, ...recipe }, chance, draw, round: 0, stepsG: 0, stepsD: 0,
    generator: network(SIZES.generator, draw), discriminator: network(SIZES.discriminator, draw),
  }
}

const noise = (game, count) => Float64Array.from({ length: 4 * count }, game.draw)

/** The discriminator's loss on `count` real and `count` made points: real ones should score ≥ 1, made ones ≤ −1 (hinge). → {loss, gradients} */
export function discriminatorLoss(layers, real, made, count) {
  const both = new Float64Array(4 * count)
  both.set(real), both.set(made, 2 * count)
  const trace = forward(layers, both, 2 * count), slope = new Float64Array(2 * count)
  let loss = 0
  for (let n = 0; n < 2 * count; n++) {
    const want = n < count ? 1 : -1, short = 1 - want * trace.out[n]
    if (short > 0) loss += short / count, slope[n] = -want / count
  }
  return { loss, gradients: backward(layers, trace, slope, 2 * count).gradients }
}

/** The generator's loss: minus the mean verdict on what it makes of `z`. → {loss, gradients, pull: for each point the way to look more real} */
export function generatorLoss(generator, discriminator, z, count) {
  const made = forward(generator, z, count), judged = forward(discriminator, made.out, count)
  const { slope } = backward(discriminator, judged, new Float64Array(count).fill(-1 / count), count)
  return { loss: -judged.out.reduce((sum, v) => sum + v, 0) / count, gradients: backward(generator, made, slope, count).gradients, pull: slope.map(s => -s * count) }
}
const decay = game => game.recipe.decay ? Math.max(.02, (1 - game.round / game.recipe.rounds) ** game.recipe.decay) : 1
export function discriminatorStep(game) {
  const { real, recipe: { batch, rateD, bound } } = game, sample = new Float64Array(2 * batch)
  for (let n = 0; n < batch; n++) {
    const row = Math.floor(game.chance() * real.length / 2)
    sample[2 * n] = real[2 * row], sample[2 * n + 1] = real[2 * row + 1]
  }
  const made = forward(game.generator, noise(game, batch), batch).out
  const { loss, gradients } = discriminatorLoss(game.discriminator, sample, made, batch)
  descend(game.discriminator, gradients, rateD*decay(game), ++game.stepsD)
  restrain(game.discriminator, bound)
  return game.lossD = loss
}

export function generatorStep(game) {
  const { batch, rateG } = game.recipe
  const { loss, gradients } = generatorLoss(game.generator, game.discriminator, noise(game, batch), batch)
  descend(game.generator, gradients, rateG*decay(game), ++game.stepsG)
  return game.lossG = loss
}

export function playRound(game) {
  discriminatorStep(game)
  for (let i = 0; i < game.recipe.generatorSteps; i++) generatorStep(game)
  return ++game.round
}

/* ---- Measuring ---- */

/** Mean distance between the points of two flat arrays (all pairs; the same array: all pairs of different points). */
export function meanDistance(left, right) {
  let sum = 0
  const a = left.length / 2, b = right.length / 2
  for (let i = 0; i < a; i++) for (let j = left === right ? i + 1 : 0; j < b; j++)
    sum += Math.sqrt((left[2 * i] - right[2 * j]) ** 2 + (left[2 * i + 1] - right[2 * j + 1]) ** 2)
  return left === right ? 2 * sum / (a * (a - 1)) : sum / (a * b)
}
