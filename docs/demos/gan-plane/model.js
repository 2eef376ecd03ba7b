/* A generative adversarial network on a plane, small enough to be trained while you watch.
   Points are pairs of numbers in one flat array: x0 y0 x1 y1 …. A network is a list of layers {ins, outs, weight [outs × ins], bias}.
   Nothing is hidden in a library: forward, backward, Adam and the contest all stand here. */

import { normal, random } from "../nn.js"

export const SIZES = { generator: [4, 32, 32, 2], discriminator: [2, 32, 32, 1] }
export const RECIPE = {
  rateG: 1e-3, rateD: 3e-3, // length of a step of each player
  batch: 64,                // points in a step
  bound: 1.6,               // no layer of the discriminator stretches any direction by more than this
  rounds: 2000,             // the steps of each player become shorter until then
  ahead: 50,                // steps of the generator in a round in which it runs ahead
}
const SLOPE = .2, MEMORY = .9, TINY = 1e-8 // LeakyReLU below 0; how long Adam remembers squares (it has no momentum here)

/* ---- Points ---- */

/** Images [count × 64] → their points: where they lie along the two axes [2 × 64], counted from the mean image, in units that make
    the usual distance from the centre √2. → {points, scale} */
export function onPlane(images, mean, axes, scale) {
  const count = images.length / 64, points = new Float64Array(2 * count)
  for (let n = 0; n < count; n++) for (let k = 0; k < 2; k++) for (let i = 0; i < 64; i++)
    points[2 * n + k] += (images[64 * n + i] - mean[i]) * axes[64 * k + i]
  scale ??= Math.sqrt(points.reduce((sum, v) => sum + v * v, 0) / points.length)
  return { points: points.map(v => v / scale), scale }
}

/* ---- Networks ---- */

/** Layers with random weights. `direction` is kept for `restrain`. */
export function network(sizes, draw) {
  return sizes.slice(1).map((outs, depth) => {
    const ins = sizes[depth], weight = Float64Array.from({ length: outs * ins }, () => draw() * Math.sqrt(1.5 / ins))
    return { ins, outs, weight, bias: new Float64Array(outs), direction: Float64Array.from({ length: ins }, draw) }
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

/** Trace back: from `slope`, how the loss changes with each output, to how it changes with each weight (`gradients`, layer by layer)
    and with each input (`slope`). `inputs` is what `forward` kept; `count` is even. */
export function backward(layers, inputs, slope, count) {
  const gradients = []
  for (let depth = layers.length - 1; depth >= 0; depth--) {
    const { ins, outs, weight } = layers[depth], x = inputs[depth], back = new Float64Array(count * ins)
    const gradient = gradients[depth] = { weight: new Float64Array(outs * ins), bias: new Float64Array(outs) }
    for (let n = 0; n < count; n += 2) for (let o = 0; o < outs; o++) { // two inputs at a time, which is half as slow
      const s = slope[n * outs + o], t = slope[(n + 1) * outs + o]
      if (s === 0 && t === 0) continue
      gradient.bias[o] += s + t
      for (let i = 0, w = o * ins, p = n * ins, q = p + ins; i < ins; i++) {
        gradient.weight[w + i] += s * x[p + i] + t * x[q + i]
        back[p + i] += s * weight[w + i]
        back[q + i] += t * weight[w + i]
      }
    }
    if (depth > 0) for (let i = 0; i < back.length; i++) if (x[i] < 0) back[i] *= SLOPE
    slope = back
  }
  return { gradients, slope }
}

/** One step of Adam down the gradients: each weight moves by about `rate`, whatever the size of its gradient. */
function descend(player, gradients, rate) {
  const due = 1 - MEMORY ** ++player.steps
  player.layers.forEach((layer, depth) => {
    for (const kind of ["weight", "bias"]) {
      const values = layer[kind], gradient = gradients[depth][kind], squares = player.squares[depth][kind]
      for (let i = 0; i < values.length; i++) {
        squares[i] = MEMORY * squares[i] + (1 - MEMORY) * gradient[i] ** 2
        values[i] -= rate * gradient[i] / (Math.sqrt(squares[i] / due) + TINY)
      }
    }
  })
}

/** Spectral bound: shrink each layer that stretches some direction by more than `bound`. The direction that is stretched most is followed
    by one power iteration a step. So the verdict cannot become a cliff, and the generator always finds a slope to climb. */
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

/** A new contest about `real` points. The same seed gives the same contest. `mean` is the running mean of the generator. */
export function contest(real, seed, recipe = {}) {
  const chance = random(seed), draw = normal(chance)
  const player = sizes => {
    const layers = network(sizes, draw)
    const squares = layers.map(({ weight, bias }) => ({ weight: new Float64Array(weight.length), bias: new Float64Array(bias.length) }))
    return { layers, squares, steps: 0, loss: 0 }
  }
  const generator = player(SIZES.generator), discriminator = player(SIZES.discriminator)
  const mean = generator.layers.map(layer => ({ ...layer, weight: layer.weight.slice(), bias: layer.bias.slice() }))
  return { real, recipe: { ...RECIPE, ...recipe }, chance, draw, generator, discriminator, mean, round: 0, turn: 0 }
}

export const noise = (draw, count) => Float64Array.from({ length: SIZES.generator[0] * count }, draw)

/** How wrong the discriminator is on `count` real and `count` made points: real ones should score ≥ 1, made ones ≤ −1 (hinge). */
export function discriminatorLoss(layers, real, made, count) {
  const both = new Float64Array(4 * count)
  both.set(real)
  both.set(made, 2 * count)
  const { out, inputs } = forward(layers, both, 2 * count), slope = new Float64Array(2 * count)
  let loss = 0
  out.forEach((verdict, n) => {
    const want = n < count ? 1 : -1, missing = 1 - want * verdict
    if (missing > 0) { loss += missing / count; slope[n] = -want / count } else if (Number.isNaN(missing)) loss = NaN
  })
  return { loss, gradients: backward(layers, inputs, slope, 2 * count).gradients }
}

/** How little the discriminator believes what the generator makes of the numbers `z`: minus its mean verdict. The slope is traced back
    through both networks; only the generator's gradients are used. */
export function generatorLoss(generator, discriminator, z, count) {
  const made = forward(generator, z, count), judged = forward(discriminator, made.out, count)
  const { slope } = backward(discriminator, judged.inputs, new Float64Array(count).fill(-1 / count), count)
  const loss = -judged.out.reduce((sum, verdict) => sum + verdict, 0) / count
  return { loss, gradients: backward(generator, made.inputs, slope, count).gradients }
}

/** For each point, the way in which the discriminator's verdict rises: what the generator is told. */
export const pull = (discriminator, points) => {
  const count = points.length / 2, { inputs } = forward(discriminator, points, count)
  return backward(discriminator, inputs, new Float64Array(count).fill(1), count).slope
}

export function discriminatorStep(game, length = 1) {
  const { real, generator, discriminator, recipe: { batch, rateD, bound } } = game, sample = new Float64Array(2 * batch)
  for (let n = 0; n < batch; n++) {
    const row = Math.floor(game.chance() * real.length / 2)
    sample.set(real.subarray(2 * row, 2 * row + 2), 2 * n)
  }
  const made = forward(generator.layers, noise(game.draw, batch), batch).out
  const { loss, gradients } = discriminatorLoss(discriminator.layers, sample, made, batch)
  descend(discriminator, gradients, rateD * length)
  restrain(discriminator.layers, bound)
  discriminator.loss = loss
}

export function generatorStep(game, length = 1) {
  const { generator, discriminator, recipe: { batch, rateG } } = game
  const { loss, gradients } = generatorLoss(generator.layers, discriminator.layers, noise(game.draw, batch), batch)
  descend(generator, gradients, rateG * length)
  generator.loss = loss
}

/** The next step of a round, by whose turn it is: first the discriminator, then the generator, once or, if it runs `ahead`, many times.
    In an even round the steps are the shorter, the later it is. Returns true when the round is over. */
export function act(game, ahead = false) {
  const { rounds, ahead: many } = game.recipe, length = ahead ? 1 : 1 - game.round % rounds / rounds
  if (game.turn++ === 0) { discriminatorStep(game, length); return false }
  generatorStep(game, length)
  if (ahead && game.turn <= many) return false
  game.turn = 0
  average(game.mean, game.generator.layers, 9 / (10 + ++game.round))
  return true
}

export function playRound(game, ahead = false) { while (!act(game, ahead)); }

/** Move the running mean a `share` of the way to the present generator. */
function average(mean, layers, share) {
  layers.forEach((layer, depth) => {
    for (const kind of ["weight", "bias"]) {
      const kept = mean[depth][kind]
      layer[kind].forEach((value, i) => { kept[i] += share * (value - kept[i]) })
    }
  })
}

/* ---- Measuring ---- */

/** Mean distance of a point of `left` to a point of `right`; within one group each pair is taken once. As a generator function: it pauses
    after some 100,000 distances. */
export function* meanDistance(left, right) {
  const within = left === right
  let sum = 0, since = 0
  for (let i = 0; i < left.length; i += 2) {
    const first = within ? i + 2 : 0
    for (let j = first; j < right.length; j += 2) sum += Math.sqrt((left[i] - right[j]) ** 2 + (left[i + 1] - right[j + 1]) ** 2)
    if ((since += (right.length - first) / 2) > 1e5) { since = 0; yield }
  }
  return sum * (within ? 8 : 4) / (left.length * right.length)
}

/** Energy distance of made points to real ones, whose distances among themselves are `within`: twice the mean distance between the groups,
    less those within them. 0 only for identical groups. `spread`: distances among the made points, as a share of those among real ones. */
export function* compare(real, made, within) {
  const between = yield* meanDistance(real, made), own = yield* meanDistance(made, made)
  return { energy: 2 * between - within - own, spread: own / within }
}

/** What chance alone makes of the energy distance: its mean for two samples of these sizes from one and the same source. */
export const byChance = (real, made, within) => within * real.length / (real.length - 2) * (2 / real.length + 2 / made.length)

/** Run a generator function to its end. */
export function finish(work) {
  let step
  do step = work.next(); while (!step.done)
  return step.value
}

/** What the discriminator says about each point: above 0 real, below 0 made. */
export const verdicts = (discriminator, points) => forward(discriminator, points, points.length / 2).out

/** Share of its right verdicts on real and on made points alike: ½ is guessing. */
export function rightShare(discriminator, real, made) {
  const share = points => verdicts(discriminator, points).filter(verdict => verdict > 0).length / (points.length / 2)
  return (share(real) + 1 - share(made)) / 2
}
