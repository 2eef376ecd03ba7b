/* Stories: one model of text that writes and that classifies. As scripts/train/stories.py. */

import { decoder } from "../decoder.js"
import { pick, random, softmax } from "../nn.js"
import { TELLERS } from "./checker.js"

const END = 0

/** The model from the unpacked file of weights, with its words. */
export function storyteller({ tensors, notes }) {
  const vocabulary = JSON.parse(notes.vocabulary), model = decoder(tensors, JSON.parse(notes.shape))
  return {
    ...model,
    vocabulary,
    words: vocabulary.filter(word => !word.startsWith("<")), // those that can stand in a story
    number: word => vocabulary.indexOf(word),
    opening: teller => vocabulary.indexOf(`<${TELLERS[teller]}>`),
    parameters: Object.values(tensors).reduce((sum, tensor) => sum + tensor.length, 0),
  }
}

/* ---- Writing ---- */

/** A story in the making. The same seed draws the same luck for each place, whatever the temperature and whatever was chosen before.
    `taken` {place: word} are choices of the reader; they replace the draw. Place 0 is the first word. */
export function writer(model, { teller, seed, temperature, taken = {} }) {
  const memory = model.begin(), uniform = random(seed), luck = Array.from({ length: model.shape.context }, uniform)
  const steps = [] // for each place: {chances, looks, drawn (a token), taken (by the reader)}
  let next
  const read = token => {
    const { logits, looks } = model.read(memory, token)
    next = { chances: softmax(logits, temperature), looks }
  }
  read(model.opening(teller))
  return {
    steps,
    /** What may come next, {chances, looks}; undefined at the end. */
    get next() { return next },
    get ended() { return !next },
    /** The words so far. */
    get words() { return steps.filter(({ drawn }) => drawn !== END).map(({ drawn }) => model.vocabulary[drawn]) },
    /** Write one word. → false at the end. */
    step() {
      if (!next) return false
      const place = steps.length, chosen = taken[place] === undefined ? -1 : model.number(taken[place])
      const drawn = chosen >= 0 ? chosen : pick(next.chances, () => luck[place])
      steps.push({ ...next, drawn, taken: chosen >= 0 })
      next = undefined
      if (drawn !== END && memory.tokens.length < model.shape.context - 1) read(drawn)
      return Boolean(next)
    },
  }
}

/** A whole story as words. */
export function write(model, options) {
  const story = writer(model, options)
  while (story.step());
  return story.words
}

/* ---- Reading ---- */

/** Words and full stops of a text, in small letters; figures become words. {words, unknown} */
export function split(model, text) {
  const figures = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
  const words = (text.toLowerCase().match(/[\p{L}'’-]+|\d|[^\s\p{L}\d]/gu) ?? []).map(word => /\d/.test(word) ? figures[word] : word) // not just figures[word]: a list has an `at`, and so has the vocabulary
  return { words, unknown: [...new Set(words.filter(word => !model.words.includes(word)))] }
}

/** How many words the model can read after the token of the teller. */
export const longest = model => model.shape.context - 1

/** Whose story is it? → {nats: −ln p(story | teller) for both, chances: p(teller | story) if both are as frequent,
    evidence: for each word and the end, ln p(word | joke …) − ln p(word | report …)}. */
export function classify(model, words) {
  const tokens = words.map(word => model.number(word))
  const each = TELLERS.map((_, teller) => model.surprises([model.opening(teller), ...tokens, END]))
  const nats = each.map(surprises => surprises.reduce((sum, one) => sum + one, 0))
  return { nats, chances: softmax(nats.map(n => -n)), evidence: each[0].map((report, i) => report - each[1][i]) }
}
