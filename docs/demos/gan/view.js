/* The trained conditional GAN: choose a digit, move through the noise, hear the discriminator, and see how near a training image comes. */

import { digits } from "../data.js"
import { article, between, breathe, button, calm, choice, copyLink, el, enliven, file, group, loop, readState, several, slider, status, whole } from "../kit.js"
import { nearest, normal, quantile, random, rounded, sample, unpack, usualDistances } from "../nn.js"
import { coordinates, latent, networks, NOISE, onPlane, shareBelow } from "./model.js"
import { card, plane, REACH, row, signed, tidy, verdictScale, word } from "./parts.js"

const DEFAULTS = { digit: 7, seed: 1, sample: 1, x: NaN, y: NaN }, SEEDS = 1000 // without x and y, the place of the sample
const ROW = 10, PAIRS = 50 // images in a row; made images behind the share of pairs
const VALID = { digit: whole(0, 9), seed: whole(1, SEEDS), sample: whole(1, ROW), x: between(-REACH, REACH), y: between(-REACH, REACH) }
const LAP = 30_000, CALM_STEPS = 16, RADIUS = 1.5 // milliseconds once around; steps of it with reduced motion; how far from the centre
const percent = share => `${(100 * share).toFixed(0)} %`

export async function mount(figure) {
  const [data, weights] = await Promise.all([digits(), file(new URL("./weights.safetensors.gz", import.meta.url))])
  const { generate, judge } = networks(unpack(weights).tensors), { state, ignored } = readState("gan", DEFAULTS, VALID)
  await breathe()
  let space, real, job, usual, now, walked = 0, before = 0

  // ---- What there is to see and to press
  const { node: heard, say } = status(ignored)
  const wanted = choice({
    label: "Digit", options: [...Array(10).keys()].map(digit => [digit, digit]), value: state.digit,
    onInput(value) { state.digit = +value; renew() },
  })
  const fresh = button("Other noise", () => { state.seed = state.seed % SEEDS + 1; lead(1); renew() })
  const [across, down] = [["x", "Across"], ["y", "Down"]].map(([key, label]) => slider({
    label, min: -REACH, max: REACH, step: .05, value: state[key], format: signed, onInput: value => visit({ [key]: value }),
  }))
  const walk = button("Walk", () => {
    if (calm()) { step(1 / CALM_STEPS); say(sentence()) } else if (walking.running) walking.stop()
    else { walked = 0; before = performance.now(); walking.start(); name() }
  })
  const map = plane((x, y) => visit({ x, y })), made = card(), twin = card(), likeness = line()
  const drawnTitle = title(), drawn = row(ROW, "Made images", i => { lead(i + 1); renew() })
  const seenTitle = title(), seen = row(ROW, "Real images"), scale = verdictScale(), tally = line()
  const walking = loop(figure, () => {
    const time = performance.now(), part = Math.min(.02, (time - before) / LAP) // out of sight time passes, the walk does not
    before = time
    step(part)
    return (walked += part) < 1
  }, () => { name(); if (!walking.running) say(sentence()) }, { budget: 0 })
  const background = loop(figure, () => !job.next().done)

  name()
  if (Number.isNaN(state.x + state.y)) lead(state.sample)
  await breathe()
  const first = generate(new Float32Array(NOISE), state.digit) // the first run of a network takes many times as long as the next: each gets a slice of its own
  await breathe()
  judge(first, state.digit)
  await breathe()
  renew()
  await breathe()
  enliven(figure,
    group("What is drawn", wanted.node, fresh.node), group("The way through the noise", across.node, down.node, walk.node),
    heard, el("div", { className: "gan-cards" }, map.node, made.node, twin.node), likeness,
    drawnTitle, drawn.node, seenTitle, seen.node, scale.node, tally, group("Link", copyLink(figure, "gan", () => state, say)))

  // ---- What changes
  /** Another digit or other noise: all pictures anew, in slices. */
  function renew() {
    walking.stop()
    space = latent(state.seed, ROW)
    const rows = [...data.labels.keys()].filter(n => n >= data.train && data.labels[n] === state.digit)
    real = sample(rows, random(state.seed)).map(n => data.image(n))
    drawnTitle.textContent = `Ten made ${state.digit}s, from ten draws of noise. Press one, and the plane leads through it.`
    seenTitle.textContent = `Ten real ${state.digit}s that neither network saw in training.`
    tally.textContent = "…"
    job = fill()
    background.start()
    move()
    say(sentence())
  }

  function* fill() {
    const { digit } = state, verdicts = { made: [], real: [] }
    for (let i = 0; i < ROW; i++) {
      const image = generate(space.samples[i], digit)
      verdicts.made.push(judge(image, digit))
      verdicts.real.push(judge(real[i], digit))
      drawn.put(i, image, `Made ${digit}, draw ${i + 1}`, verdicts.made[i], i === state.sample - 1)
      seen.put(i, real[i], `Real ${digit}`, verdicts.real[i])
      yield
    }
    scale.rows(verdicts)
    for (let i = 0; i < map.tiles; i++) {
      map.put(i, generate(noiseAt(...map.place(i)), digit))
      yield
    }
    usual ??= yield* usualDistances(data)
    compare()
    const called = list => list.filter(verdict => verdict > 0).length, pairs = yield* countPairs(digit)
    tally.textContent = `The discriminator calls ${called(verdicts.made)} of these ten made images real, and ${called(verdicts.real)} of `
      + `the ten real ones. Shown a real ${digit} and a made one, it believes the real one more in ${percent(pairs)} of all pairs `
      + "(guessing: 50 %)."
  }

  /** Share of pairs of an unseen real image and a fresh made one in which the real one has the higher verdict. */
  function* countPairs(digit) {
    const draw = normal(random(state.seed + SEEDS)), judged = []
    let right = 0
    for (let i = 0; i < PAIRS; i++) {
      judged.push(judge(generate(Float32Array.from({ length: NOISE }, draw), digit), digit))
      yield
    }
    for (const image of real) {
      const verdict = judge(image, digit)
      right += judged.filter(other => other < verdict).length
      yield
    }
    return right / (real.length * PAIRS)
  }

  function noiseAt(x, y) { return onPlane(space, space.samples[state.sample - 1], x, y) }

  /** Lead the plane through this sample, and stand there. */
  function lead(sample) {
    space = latent(state.seed, ROW)
    const [x, y] = coordinates(space, space.samples[sample - 1]).map(tidy)
    Object.assign(state, { sample, x, y })
  }

  function visit(place) {
    walking.stop()
    Object.assign(state, place)
    move()
    say(sentence())
  }

  /** What stands at this place of the plane. */
  function move() {
    const image = generate(noiseAt(state.x, state.y), state.digit), verdict = judge(image, state.digit)
    const { index, distance } = nearest(rounded(image), data.images, data.train), label = data.labels[index]
    now = { verdict, distance, label }
    made.set(image, `Made ${state.digit}`, verdict)
    twin.set(data.image(index), `Nearest training image, ${article(label)}`, judge(data.image(index), label))
    across.value = state.x
    down.value = state.y
    map.mark(state.x, state.y)
    scale.mark(verdict)
    compare()
  }

  /** Some way further around the centre of the plane, leading to where most draws lie. */
  function step(part) {
    const angle = Math.atan2(state.y, state.x) + 2 * Math.PI * part, far = Math.hypot(state.x, state.y)
    const next = far + (RADIUS - far) * Math.min(1, 15 * part)
    Object.assign(state, { x: next * Math.cos(angle), y: next * Math.sin(angle) })
    move()
  }

  // ---- Telling
  function name() { walk.text = calm() ? "Walk a step" : walking.running ? "Stop" : "Walk" }

  function compare() {
    const here = `Distance to the nearest of ${several(data.train)} training images: ${now.distance.toFixed(2)} (1 is one pixel from paper to ink).`
    if (!usual) { likeness.textContent = here; return }
    const [least, low, middle, high] = [.01, .25, .5, .75].map(share => quantile(usual, share))
    likeness.textContent = `${here} For a new real image ${middle.toFixed(2)} is typical: half of the ${usual.length} test images lie `
      + `between ${low.toFixed(2)} and ${high.toFixed(2)}. ${percent(shareBelow(usual, now.distance))} of them come nearer than this one.`
      + (now.distance < least ? " So near, it may pass for a copy." : "")
  }

  function sentence() {
    return `The discriminator says ${signed(now.verdict)} to this made ${state.digit}: ${word(now.verdict)}. `
      + `The nearest training image, ${article(now.label)}, is ${now.distance.toFixed(2)} away.`
  }
}

const line = () => el("p", { className: "gan-line" }), title = () => el("p", { className: "demo-title" })
