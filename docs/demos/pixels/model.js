/* The pixel transformer of scripts/train/pixels.py: it draws a digit pixel by pixel, and reads one with the same numbers. */

import { add, attend, linear, norm, part, pick, relu, softmax, surprise } from "../nn.js"

export const PIXELS = 64, LEVELS = 17
const HEADS = 4

/** A reader of one sequence: call step() once for each pixel, with the level of the pixel before (nothing for the first). */
export function start(weights, digit) {
  const past = weights.blocks.map(() => ({ keys: [], values: [] }))
  let position = 0
  return {
    /** Scores of the 17 levels of the next pixel, and what each head of each layer looked at: looks[layer][head] is a share for each input so far. */
    step(before) {
      const width = weights.width, state = new Float32Array(width), looks = []
      for (let i = 0; i < width; i++) state[i] = (position ? weights.level[before * width + i] : 0) + weights.digit[digit * width + i] + weights.row[(position >> 3) * width + i] + weights.column[(position & 7) * width + i]
      weights.blocks.forEach((block, layer) => {
        const all = linear(norm(state, block["norm1.weight"], block["norm1.bias"]), block["qkv.weight"], block["qkv.bias"])
        past[layer].keys.push(all.slice(width, 2 * width))
        past[layer].values.push(all.slice(2 * width))
        const { mixed, weights: look } = attend(all.subarray(0, width), past[layer].keys, past[layer].values, HEADS)
        looks.push(look)
        add(state, linear(mixed, block["out.weight"], block["out.bias"]))
        const wide = relu(linear(norm(state, block["norm2.weight"], block["norm2.bias"]), block["widen.weight"], block["widen.bias"]))
        add(state, linear(wide, block["narrow.weight"], block["narrow.bias"]))
      })
      position++
      return { scores: linear(norm(state, weights.norm.weight, weights.norm.bias), weights.logits.weight, weights.logits.bias), looks }
    },
    get position() { return position },
  }
}

/** Sort the tensors of the file into what start() uses. */
export function arrange(tensors) {
  return {
    width: tensors["digit.weight"].shape[1], digit: tensors["digit.weight"], level: tensors["level.weight"], row: tensors.row, column: tensors.column,
    blocks: [0, 1, 2].map(layer => part(tensors, `blocks.${layer}`)), norm: part(tensors, "norm"), logits: part(tensors, "logits"),
  }
}

/** Probabilities of the levels at a temperature, with all but the `top` most likely ones set to zero (top 0: keep all). */
export function chances(scores, temperature = 1, top = 0) {
  const p = softmax(scores, temperature)
  if (!top || top >= p.length) return p
  const least = [...p].sort((a, b) => b - a)[top - 1]
  let sum = 0
  for (let i = 0; i < p.length; i++) sum += p[i] = p[i] < least ? 0 : p[i]
  return p.map(v => v / sum)
}

/** Draw a whole digit: 64 levels. `given` are first pixels that are kept. */
export function draw(weights, digit, uniform, { temperature = 1, top = 0, given = [] } = {}) {
  const reader = start(weights, digit), levels = []
  for (let t = 0; t < PIXELS; t++) {
    const { scores } = reader.step(levels[t - 1])
    levels.push(t < given.length ? given[t] : pick(chances(scores, temperature, top), uniform))
  }
  return levels
}

/** log p(image | digit) in nats: how probable these 64 levels are if the model is asked for this digit. */
export function logLikelihood(weights, digit, levels) {
  const reader = start(weights, digit)
  let sum = 0
  for (let t = 0; t < PIXELS; t++) sum -= surprise(reader.step(levels[t - 1]).scores, levels[t])
  return sum
}

/** p(digit | image) from ten log-likelihoods, all digits equally likely beforehand (Bayes' rule). */
export const posterior = logs => softmax(logs)
