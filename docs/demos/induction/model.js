/* Induction: what comes next is what came next the last time. As scripts/train/induction.py; weights "one_layer.*" and "two_layers.*". */

import { decoder } from "../decoder.js"
import { argmax, part, random, sample, softmax } from "../nn.js"

export const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // a name for each of the 32 tokens; 0, 1, 8, 9 look like O, I, B, G
export const LENGTH = 33 // symbols of a sequence: 32 are read, 32 guessed
export const PERIODS = [5, 14]

/** Both models from the unpacked file of weights: {one, two}, each with its number of parameters. */
export function models({ tensors, notes }) {
  const shapes = JSON.parse(notes.shapes), made = name => {
    const own = part(tensors, name), parameters = Object.values(own).reduce((sum, tensor) => sum + tensor.length, 0)
    return { ...decoder(own, shapes[name]), parameters }
  }
  return { one: made("one_layer"), two: made("two_layers") }
}

/* ---- Sequences ---- */

/** LENGTH tokens that repeat with the given period: a word of different symbols, again and again. */
export function sequence(period, uniform) {
  const word = sample(Array(SYMBOLS.length).keys(), uniform, period)
  return Array.from({ length: LENGTH }, (_, i) => word[i % period])
}

/** The sequence that a seed stands for. */
export const fromSeed = (period, seed) => sequence(period, random(seed * 64 + period))

/** Tokens of what somebody typed, and the signs that no token stands for. Spaces are only for the eye. */
export function fromText(text) {
  const signs = [...text.toUpperCase()].filter(sign => sign.trim())
  const unknown = [...new Set(signs.filter(sign => !SYMBOLS.includes(sign)))]
  const tokens = signs.filter(sign => SYMBOLS.includes(sign)).map(sign => SYMBOLS.indexOf(sign))
  return { tokens: tokens.slice(0, LENGTH), unknown, surplus: Math.max(0, tokens.length - LENGTH) }
}

export const toText = tokens => Array.from(tokens, token => SYMBOLS[token]).join("")

/** The smallest period with which at least 8 in 10 of the tokens repeat, or 0. */
export function periodOf(tokens) {
  const kept = period => tokens.filter((token, i) => token === tokens[i - period]).length / (tokens.length - period)
  for (let period = 1; period <= Math.min(16, tokens.length - 1); period++) if (kept(period) >= .8) return period
  return 0
}

/* ---- Reading ---- */

/** The place of the last earlier sighting of the symbol at `place`, or −1: then nothing tells what comes next. */
export const sighting = (tokens, place) => place > 0 ? tokens.lastIndexOf(tokens[place], place - 1) : -1

/** A model reads all tokens but the last → for each place {guess, chances, looks, right, answerable}. */
export function guesses(model, tokens, silent) {
  return model.readAll(tokens.slice(0, model.shape.context), silent).map(({ logits, looks }, place) => {
    const guess = argmax(logits), next = tokens[place + 1]
    const right = next === undefined ? undefined : guess === next
    return { guess, chances: softmax(logits), looks, right, answerable: sighting(tokens, place) >= 0 }
  })
}

/** [right, all] of the guesses that can be known, up to and with `place`. */
export function tally(read, place = read.length - 1) {
  const asked = read.slice(0, place + 1).filter(({ answerable, right }) => answerable && right !== undefined)
  return [asked.filter(({ right }) => right).length, asked.length]
}

/** In words: what `target` is to `place`. */
export function relation(tokens, place, target) {
  const here = SYMBOLS[tokens[place]]
  if (target === place) return `at itself, ${here}`
  if (target > 0 && tokens[target - 1] === tokens[place]) {
    const which = sighting(tokens, place) === target - 1 ? `the last ${here}` : `an earlier ${here}`
    return `at ${SYMBOLS[tokens[target]]}, which followed ${which}${target === place - 1 ? " and is the place just before" : ""}`
  }
  if (target === place - 1) return `at ${SYMBOLS[tokens[target]]}, the place just before`
  if (tokens[target] === tokens[place]) return `at an earlier ${here}`
  return `at ${SYMBOLS[tokens[target]]}, ${place - target} places back`
}

/* ---- Test ---- */

/** A test that grows: each call reads one fresh sequence of a random period with both models. Sequences of a seed are always the same. */
export function test({ one, two }, seed, silent = {}) {
  const uniform = random(seed), counts = { sequences: 0, asked: 0, one: 0, two: 0 }
  return () => {
    const [least, most] = PERIODS, tokens = sequence(least + Math.floor(uniform() * (most - least + 1)), uniform)
    const [rightOne, asked] = tally(guesses(one, tokens, silent.one)), [rightTwo] = tally(guesses(two, tokens, silent.two))
    counts.sequences++
    counts.asked += asked
    counts.one += rightOne
    counts.two += rightTwo
    return counts
  }
}
