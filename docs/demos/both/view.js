/* The opening figure: the same digits, two questions, one model. The pixel transformer reads a digit by asking itself how it would have drawn it. */

import { digits } from "../data.js"
import { bars, button, choice, copyLink, digit as picture, el, enliven, file, group, loop, readState, status } from "../kit.js"
import { pick, random, surprise, unpack } from "../nn.js"
import { arrange, chances, PIXELS, posterior, start } from "../pixels/model.js"

const DEFAULTS = { digit: 7, seed: 1, image: 1303 }

export async function mount(figure) {
  const [packed, data] = await Promise.all([file(new URL("../pixels/weights.safetensors", import.meta.url)), digits()])
  const weights = arrange(unpack(packed).tensors), { state, ignored } = readState("both", DEFAULTS)
  state.digit = Math.min(9, Math.max(0, Math.round(state.digit)))
  state.image = Math.min(data.labels.length - 1, Math.max(data.train, Math.round(state.image)))

  const { node: words, say } = status()

  /* ---- Which digit is this? p(digit | image) ---- */
  const shown = picture({ label: "A handwritten digit from the test images", pixels: 128 })
  const answer = bars({ label: "How probable is each digit, given this image", names: Array.from({ length: 10 }, (_, d) => String(d)) })
  let levels, readers, logs, position, own
  /** Start to read an image: 64 values in 0…1. `own`: the digit that the model was asked to draw, when it reads its own drawing. */
  function ask(values, drawnAs = null) {
    reading.stop()
    own = drawnAs
    levels = Array.from(values, v => Math.round(16 * v))
    readers = Array.from({ length: 10 }, (_, d) => start(weights, d))
    logs = new Float32Array(10); position = 0
    shown.draw(values); shown.label = own === null ? "A handwritten digit from the test images" : `The ${own} that the model drew`
    answer.update(new Float32Array(10).fill(.1))
    reading.start()
  }
  /** One pixel more: for each of the ten digits, how surprised is the model at this pixel? */
  function read() {
    for (let d = 0; d < 10; d++) logs[d] -= surprise(readers[d].step(levels[position - 1]).scores, levels[position])
    return ++position < PIXELS
  }
  function showReading() {
    const p = posterior(logs), best = p.indexOf(Math.max(...p))
    answer.update(p, best)
    if (reading.running || position < PIXELS) return
    if (own !== null) say(`Asked to read its own drawing of a ${own}, the model says ${best} (${Math.round(100 * p[best])} %).`)
    else {
      const truth = data.labels[state.image]
      shown.label = `A handwritten ${truth}`
      say(`The model would most probably have drawn this image if asked for a ${best} (${Math.round(100 * p[best])} %). People wrote a ${truth}${best === truth ? ": it agrees." : ": it is wrong here."}`)
    }
  }
  const reading = loop(figure, read, showReading, { budget: 6 })

  /* ---- Draw me a 7. p(image | digit) ---- */
  const drawn = picture({ label: "Not drawn yet", pixels: 128 })
  let pen, ink, uniform
  function draw() {
    drawing.stop()
    uniform = random(state.seed * 10 + state.digit); pen = start(weights, state.digit); ink = []
    drawing.start()
  }
  function put() {
    ink.push(pick(chances(pen.step(ink.at(-1)).scores), uniform))
    return ink.length < PIXELS
  }
  const drawing = loop(figure, put, () => {
    drawn.draw(ink.map(level => level / 16))
    drawn.label = ink.length < PIXELS ? `A ${state.digit}, being drawn` : `A ${state.digit}, drawn by the model`
    if (ink.length === PIXELS && !drawing.running) say(`The model drew a ${state.digit}, one pixel after the other.`)
  }, { budget: 6 })

  const another = () => { state.image = data.train + Math.floor(random(Date.now())() * (data.labels.length - data.train)); ask(data.image(state.image)) }
  const readOwn = () => ink.length < PIXELS ? say("Let it finish drawing first.") : ask(ink.map(level => level / 16), state.digit)

  enliven(figure,
    el("div", { className: "pair" },
      el("div", {}, el("p", {}, el("strong", { textContent: "“Which digit is this?”" })), el("div", { className: "demo-row" }, shown.node, answer.node), group("Reading", button("Another image", another).node)),
      el("div", {}, el("p", {}, el("strong", { textContent: "“Draw me a …”" })), drawn.node,
        group("Drawing",
          choice({ label: "Digit", options: Array.from({ length: 10 }, (_, d) => [d, d]), value: state.digit, onInput: value => { state.digit = +value; draw() } }).node,
          button("Draw", () => { state.seed++; draw() }).node, button("Now read your own drawing", readOwn).node))),
    group("Share", copyLink(figure, "both", () => state, say)), words)
  if (ignored.length) say(`Not understood in the address: ${ignored.join(", ")}.`)
  ask(data.image(state.image)); draw()
}
