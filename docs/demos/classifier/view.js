/* The figure of the classifier: draw a digit and see ten probabilities change; train a network of your own, with few or wrong labels. */

import { digits } from "../data.js"
import { bars, breathe, button, chart, choice, copyLink, digit, el, enliven, file, group, loop, readState, several, status, whole } from "../kit.js"
import { argmax, unpack as unpackWeights } from "../nn.js"
import { probabilities } from "./model.js"
import { pack, pad, see, unpack } from "./pad.js"
import { STEPS, choose, forward, reads, spoil, training } from "./train.js"

const NAME = "classifier", TEST = 500, LOOK = 25 // steps between two looks at the test
const SIZES = [10, 20, 50, 100, 200, 500, 1000, 1297]
const SHARES = [10, 20, 30, 40, 50, 60, 70, 80].map(share => [`${share}`, `${share} %, at random`])
const ERRORS = [["0", "none"], ...SHARES, ["7", "every 7 is called 1"]]
const RATES = { small: [.002, "tiny"], good: [.05, "fitting"], large: [20, "far too large"] }
const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)} %`
const DIGITS = [..."0123456789"]
const HINT = "Press Train. Two lines will be drawn: the share of the test images that it reads rightly, and the share of its own labels, "
  + "wrong ones included, with which it agrees."
const DEFAULTS = { ink: "", test: -1, labels: 1297, wrong: "0", rate: "good", seed: 1 }
const VALID = {
  ink: v => v === "" || unpack(v), test: whole(-1, TEST - 1), labels: v => SIZES.includes(v),
  wrong: v => ERRORS.some(([key]) => key === v), rate: v => Object.hasOwn(RATES, v), seed: whole(0, 1e6),
}

export async function mount(figure) {
  const [data, packed] = await Promise.all([digits(), file(new URL("./weights.safetensors.gz", import.meta.url))])
  const { tensors: weights } = unpackWeights(packed)
  await breathe()
  const { state, ignored } = readState(NAME, DEFAULTS, VALID)
  const { node: told, say } = status(ignored)

  /* -- Draw and read -- */
  let image = null, own = null // the 8×8 image on view; the network that was trained here
  const seen = digit({ label: "Nothing drawn yet", pixels: 112 })
  const table = bars({ label: "How probable?", names: DIGITS })
  const readers = [["shipped", "the network trained beforehand"], ["own", "the one you train below"]]
  const reader = choice({ label: "Who reads?", options: readers, value: "shipped", onInput() { read(); verdict() } })
  const judge = () => reader.value === "own" && own ? forward(own, image).p : probabilities(weights, image)
  const drawing = pad({
    label: "Draw a digit from 0 to 9",
    onInput(strokes) {
      Object.assign(state, { ink: pack(strokes), test: -1 })
      image = strokes.length ? see(strokes) : null
      read()
    },
    onEnd: () => verdict(),
    say,
  })
  function read() {
    seen.draw(image ?? [])
    seen.label = image ? "The drawing as the network sees it: 8 by 8 pixels" : "Nothing drawn yet"
    if (image) { const p = judge(); table.update(p, argmax(p)) } else table.update(Array(10).fill(0))
  }
  function verdict() {
    if (!image) return say("The pad is empty. Draw a digit.")
    const p = judge(), top = argmax(p), mine = reader.value === "own"
    const who = !mine ? "The network" : own ? "Your network" : "You have not trained one yet. The one trained beforehand"
    const meant = state.test < 0 ? "" : ` Its writer meant ${data.labels[data.train + state.test]}. (Test image ${state.test + 1} of ${TEST}.)`
    say(`${who} reads ${top}, ${percent(p[top], 0)} probable.${meant}`)
  }
  function showTest(index) {
    Object.assign(state, { ink: "", test: index })
    image = data.image(data.train + index)
    drawing.picture = image
    read()
    verdict()
  }
  let shown = 0
  const example = button("Show a test image", () => showTest(shown = (shown + 37) % TEST))

  /* -- Train -- */
  const set = key => value => { state[key] = typeof state[key] === "number" ? +value : value }
  const sizes = SIZES.map(n => [`${n}`, several(n)]), rates = Object.entries(RATES).map(([key, [, words]]) => [key, words])
  const size = choice({ label: "Labelled images", options: sizes, value: `${state.labels}`, onInput: set("labels") })
  const errors = choice({ label: "Wrong labels among them", options: ERRORS, value: state.wrong, onInput: set("wrong") })
  const rate = choice({ label: "Size of each step", options: rates, value: state.rate, onInput: set("rate") })
  const curve = chart({
    label: "Share right during training: on the 500 test images, and on the training images as they were labelled",
    x: "steps", y: "share right", xs: [0, STEPS],
  })
  const outcome = el("p", { className: "demo-outcome", textContent: HINT })
  let run = null
  const start = button("Train", () => { machine.running ? halt() : go() })
  const again = button("Other images, other start", () => { state.seed += 1; go() })

  function go() {
    const rows = choose(data.labels, data.train, state.labels, state.seed), labels = spoil(data.labels, rows, state.wrong, state.seed)
    const work = training({ data, rows, told: labels, rate: RATES[state.rate][0], seed: state.seed })
    run = { rows, labels, errors: state.wrong, work, points: { test: [], own: [] }, exam: null, loss: 0 }
    own = run.work.net
    reader.value = "own"
    start.text = "Stop"
    outcome.textContent = ""
    say(`Training on ${rows.length} images began.`)
    machine.start()
  }
  function halt() { machine.stop(); finish(`Stopped after ${run.work.done} steps.`) }
  const machine = loop(figure, work, () => { if (run) { draw(); if (image) read() } }, { budget: 4 })

  /** One step, or a part of a look at how it does: never more than a few milliseconds. */
  function work() {
    if (run.exam) return look()
    run.loss = run.work.step()
    if (!(run.loss <= 10)) return fell()
    if (run.work.done % LOOK === 0 || run.work.done === 1) run.exam = { at: 0, test: 0, own: 0 }
  }
  function look() {
    const exam = run.exam, rows = Math.min(TEST, run.rows.length)
    for (const to = exam.at + 50; exam.at < to && exam.at < TEST; exam.at++) {
      exam.test += reads(own, data.image(data.train + exam.at)) === data.labels[data.train + exam.at]
      if (exam.at < rows) exam.own += reads(own, data.image(run.rows[exam.at])) === run.labels[exam.at]
    }
    if (exam.at < TEST) return
    run.points.test.push([run.work.done, exam.test / TEST])
    run.points.own.push([run.work.done, exam.own / rows])
    run.exam = null
    if (run.work.done < STEPS) return
    finish(`Done: ${several(STEPS)} steps.`)
    return false
  }
  function fell() {
    start.text = "Train"
    const loss = Number.isFinite(run.loss) ? `has risen to ${run.loss.toFixed(0)}` : "is no longer a number"
    outcome.textContent = `It fell apart at step ${run.work.done}: the loss ${loss}. Each step was so large that it jumped across the `
      + "valley and landed higher up on the other side. Choose a smaller step and train again."
    say("The training fell apart. The steps were too large.")
    own = run = null
    reader.value = "shipped"
    read()
    return false
  }
  function draw() {
    curve.update([{ name: "test", points: run.points.test }, { name: "as told", points: run.points.own, dash: "4 3" }])
    const [, share] = run.points.test.at(-1) ?? []
    if (machine.running && share !== undefined) outcome.textContent = `Step ${run.work.done}: ${percent(share)} of the test images right.`
  }
  /** What happened, in words. */
  function finish(opening) {
    start.text = "Train"
    const { rows, labels } = run, answers = rows.map(row => reads(own, data.image(row)))
    const wrong = [...rows.keys()].filter(i => labels[i] !== data.labels[rows[i]])
    const test = Array.from({ length: TEST }, (_, i) => data.train + i)
    const right = run.points.test.at(-1)?.[1] ?? 0, fit = answers.filter((answer, i) => answer === labels[i]).length / rows.length
    const words = [opening, `It reads ${percent(right)} of the ${TEST} test images and agrees with ${percent(fit)} of the labels it was given.`]
    if (run.errors === "7") {
      const sevens = test.filter(row => data.labels[row] === 7), ones = sevens.filter(row => reads(own, data.image(row)) === 1).length
      words.push(`Of the ${sevens.length} test images of a 7 it calls ${ones} a 1: an error that follows a rule is learned like a truth.`)
    } else if (wrong.length) {
      const saw = wrong.filter(i => answers[i] === data.labels[rows[i]]).length
      const believed = wrong.filter(i => answers[i] === labels[i]).length
      words.push(`${wrong.length} labels were wrong. It believed ${believed} of them; for ${saw} it names the digit that was really meant.`)
    } else if (fit - right > .05) words.push("It knows its few images by heart, and has not seen enough of them to read others.")
    outcome.textContent = words.join(" ")
    say(`${opening} ${percent(right)} of the test images right.`)
    if (image) read()
  }

  /* -- Put together -- */
  const link = copyLink(figure, NAME, () => state, say)
  const sight = el("div", { className: "demo-seen" }, el("span", { textContent: "What it sees" }), seen.node)
  await breathe()
  enliven(figure,
    el("div", { className: "demo-row" }, drawing.node, sight, table.node),
    told,
    group("Reading", example.node, reader.node),
    el("p", { textContent: "Train a network of your own", className: "demo-head" }),
    group("What to train on", size.node, errors.node, rate.node),
    group("Training", start.node, again.node, link),
    curve.node, outcome)
  if (state.ink) { drawing.strokes = unpack(state.ink); verdict() }
  else if (state.test >= 0) showTest(state.test)
  else read()
  if (!image) say("Draw a digit with mouse, finger or arrow keys.")
}
