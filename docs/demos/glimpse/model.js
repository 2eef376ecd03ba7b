/* The glimpse agent: 16 patches of 2×2 pixels hide a digit; each move opens a patch or says a digit.
   The same game as in scripts/train/glimpse_game.py, which explains it. */

import { argmax, linear, part, random, ranked, relu, sample } from "../nn.js"

export const PATCHES = 16, ANSWERS = 10

/** Under which patch a pixel lies: patch 0 is top left, patch 3 top right. */
export const patchOf = pixel => (pixel >> 4) * 4 + ((pixel & 7) >> 1)

const BEGINNING = 1 // seed of the agent that has not been trained

/** From an unpacked file: {nets: {before, early, after}, trainedAt: the price of a look in training, updates: {before: 0, …}}.
    Throws when a weight is not a number. */
export function agents({ tensors, notes }) {
  if (Object.values(tensors).some(tensor => !tensor.every(Number.isFinite))) throw new Error("a weight of the agent is not a number")
  const updates = { before: 0, ...JSON.parse(notes.updates) }, early = part(tensors, "early"), after = part(tensors, "after")
  return { nets: { before: untrained(after, random(BEGINNING)), early, after }, trainedAt: +notes.price, updates }
}

/** An agent that has learned nothing: a network shaped like `net` with the random numbers that training starts from (uniform, within
    ±1/√inputs of the layer). No file has to bring it. */
export function untrained(net, uniform) {
  return Object.fromEntries(Object.entries(net).map(([name, { length, shape }]) => {
    const within = 1 / Math.sqrt(net[name.replace("bias", "weight")].shape[1])
    return [name, Object.assign(Float32Array.from({ length }, () => within * (2 * uniform() - 1)), { shape })]
  }))
}

/** Which patches are open (16 numbers, 0 or 1) after the looks of `path`. */
export function openedBy(path) {
  const opened = new Float32Array(PATCHES)
  for (const patch of path) opened[patch] = 1
  return opened
}

/** image (64) and open patches (16) → 26 values: the reward to be expected from each of 16 looks and 10 answers until the game ends. */
export function values(net, image, opened) {
  const seen = new Float32Array(64 + PATCHES)
  for (let pixel = 0; pixel < 64; pixel++) seen[pixel] = image[pixel] * opened[patchOf(pixel)] // what is covered is zero
  seen.set(opened, 64)
  const first = relu(linear(seen, net["layer1.weight"], net["layer1.bias"]))
  const second = relu(linear(first, net["layer2.weight"], net["layer2.bias"]))
  return linear(second, net["layer3.weight"], net["layer3.bias"])
}

/** What the agent does with these values. `extra` is what a look costs more than in training: it is taken off the value of each look.
    → {ready: whether it answers, as no look is worth more; look and say: the best of each; looks and answers: what each is worth}.
    A patch that is open already is worth −∞. */
export function decide(values, opened, extra = 0) {
  const looks = Array.from(values.subarray(0, PATCHES), (value, patch) => opened[patch] ? -Infinity : value - extra)
  const answers = Array.from(values.subarray(PATCHES)), look = argmax(looks), say = argmax(answers)
  return { ready: answers[say] >= looks[look], look, say, looks, answers }
}

/** A whole game → {path: patches as they were opened, says}. `order`: look in this order; `looks`: answer after exactly so many. */
export function play(net, image, { extra = 0, order, looks } = {}) {
  const path = []
  for (;;) {
    const opened = openedBy(path), choice = decide(values(net, image, opened), opened, extra)
    if (looks === undefined ? choice.ready : path.length >= looks) return { path, says: choice.say }
    path.push(order ? order[path.length] : choice.look)
  }
}

/** What a game earned. */
export const reward = (right, looks, price) => (right ? 1 : -1) - price * looks

/** One game on each test image. A generator, so that a page can rest between two games.
    order: "own", the agent's choice; "same", the patches that it used most on the training images first; "random", new for each image.
    Yields {ready: false} while it finds out the same order, then {ready: true, games, right, looks (the sum), lost: [{row, said}]}. */
export function* trial(net, { image, labels, train }, { extra = 0, order = "own", looks, seed = 0 } = {}) {
  const uniform = random(seed), patches = [...Array(PATCHES).keys()], uses = patches.map(() => 0)
  if (order === "same") for (let row = 0; row < train; row++) {
    for (const patch of play(net, image(row), { extra }).path) uses[patch]++
    yield { ready: false }
  }
  const orders = { own: () => undefined, same: () => ranked(uses), random: () => sample(patches, uniform) }
  const tally = { ready: true, games: 0, right: 0, looks: 0, lost: [] }
  for (let row = train; row < labels.length; row++) {
    const { path, says } = play(net, image(row), { extra, order: orders[order](), looks })
    tally.games++
    tally.looks += path.length
    if (says === labels[row]) tally.right++
    else tally.lost.push({ row: row - train, said: says })
    yield tally
  }
}
