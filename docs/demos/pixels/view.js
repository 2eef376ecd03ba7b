/* The pixel transformer at work: each pixel's choice, the choices it did not make, and what it looked at. */

import { article, bars, between, breathe, button, calm, choice, copyLink, digit as picture, el, enliven, file, group, loop, readState, slider, status, whole } from "../kit.js"
import { argmax, pick, random, unpack } from "../nn.js"
import { arrange, chances, LEVELS, PIXELS, start } from "./model.js"

const DEFAULTS = { digit: 7, seed: 1, temperature: 1, top: 0, layer: 0, head: 0, at: 36 } // at: pixels written
const VALID = {
  digit: whole(0, 9), seed: whole(0, 1e9), temperature: between(.2, 3), top: whole(0, LEVELS), layer: whole(0, 2), head: whole(0, 3), at: whole(0, PIXELS),
}
const HERE = "#c4501f", QUICK = 8 // pixels a frame, when nobody is to watch

export async function mount(figure) {
  const weights = arrange(unpack(await file(new URL("./weights.safetensors.gz", import.meta.url))).tensors)
  const { state, ignored } = readState("pixels", DEFAULTS, VALID)
  const image = picture({ label: "The digit so far", pixels: 152 }), watched = picture({ label: "What it looked at", pixels: 152 }), { node: words, say } = status(ignored)
  const table = bars({ label: "Grey level of the next pixel", names: Array.from({ length: LEVELS }, (_, i) => String(i)) })
  let reader, levels = [], uniform, last, forecast, goal = PIXELS, pace = 1

  /** The chances of the next pixel, worked out before it is chosen. */
  function foresee() {
    forecast = levels.length < PIXELS ? reader.step(levels.at(-1)) : null
  }
  /** From the top left with the same chance, at once up to the pixel `upTo`. */
  function restart(upTo = 0) {
    run.stop()
    uniform = random(state.seed); reader = start(weights, state.digit); levels = []; last = null
    foresee(); show()
    if (upTo) { goal = upTo; pace = QUICK; run.start() }
    else say(`Ready to write ${article(state.digit)} from the top left.`)
  }
  function work() {
    for (let n = 0; n < pace && levels.length < goal; n++) step()
    return levels.length < goal
  }
  function step() {
    if (!forecast) return false
    const p = chances(forecast.scores, state.temperature, state.top), level = pick(p, uniform)
    last = { p, level, looks: forecast.looks, at: levels.length }
    levels.push(level)
    foresee()
    return Boolean(forecast)
  }
  function show() {
    const here = levels.length
    image.draw(levels.map(level => level / 16), forecast ? { [here]: HERE } : {})
    image.label = `The digit so far: ${here} of 64 pixels written`
    const p = last ? last.p : chances(forecast.scores, state.temperature, state.top)
    table.update(p, last ? last.level : -1)
    table.node.caption.textContent = last ? `Pixel ${last.at + 1}: the grey level it chose, and those it did not` : "Chances of the first pixel, by grey level"
    const look = last ? last.looks[state.layer][state.head] : [], seen = new Float32Array(PIXELS)
    for (let j = 1; j < look.length; j++) seen[j - 1] = look[j]
    const shades = Object.fromEntries([...seen].map((share, i) => [i, `rgba(196, 80, 31, ${Math.sqrt(share)})`]).filter((_, i) => seen[i]))
    watched.draw(levels.map(level => level / 40), last ? { ...shades, [last.at]: "#1d2433" } : {})
    const most = argmax(seen)
    watched.label = !last ? "Nothing looked at yet" : last.at === 0 ? "At the first pixel it can look at the asked digit only"
      : `Layer ${state.layer + 1}, head ${state.head + 1}: ${Math.round(100 * look[0])} % at the asked digit; most of the rest at row ${(most >> 3) + 1}, column ${(most & 7) + 1} (${Math.round(100 * seen[most])} %)`
    caption.textContent = watched.node.getAttribute("aria-label")
  }
  function tell() {
    if (!forecast) say(`Done: ${article(state.digit)}, drawn with temperature ${state.temperature}.`)
    else if (last) say(`Pixel ${last.at + 1}: it chose level ${last.level} of 0 (paper) to 16 (ink), which had ${Math.round(100 * last.p[last.level])} %.`)
  }

  const caption = el("p", { className: "demo-status" })
  const run = loop(figure, work, () => { show(); name(); if (!run.running) tell() }, { budget: 0 })
  const play = button("Write on", () => {
    if (run.running) return run.stop()
    if (!forecast) restart()
    goal = PIXELS; pace = calm() ? QUICK : 1
    run.start()
  })
  const name = () => { play.text = run.running && pace === 1 ? "Pause" : forecast ? "Write on" : "Write again" }
  const changed = key => value => { state[key] = +value; key === "layer" || key === "head" ? show() : restart(levels.length) }
  const one = button("One pixel", () => { run.stop(); step(); show(); name(); tell() })
  const first = button("From the start", () => { restart(); name() }), other = button("Other draw", () => { state.seed++; restart(levels.length) })
  await breathe()
  enliven(figure,
    group("What to write",
      choice({ label: "Digit", options: Array.from({ length: 10 }, (_, d) => [d, d]), value: state.digit, onInput: changed("digit") }).node,
      slider({ label: "Temperature", min: .2, max: 3, step: .1, value: state.temperature, format: v => v.toFixed(1), onInput: changed("temperature") }).node,
      choice({ label: "Choose among", options: [[0, "all levels"], [1, "the likeliest"], [2, "the 2 likeliest"], [4, "the 4 likeliest"]], value: [0, 1, 2, 4].includes(state.top) ? state.top : 0, onInput: changed("top") }).node),
    group("Run", one.node, play.node, first.node, other.node),
    words,
    el("div", { className: "pixels-views" },
      el("div", {}, el("p", { className: "demo-title", textContent: "Written so far" }), image.node),
      el("div", {}, el("p", { className: "demo-title", textContent: "Where it looked" }), watched.node),
      el("div", { className: "pixels-looks" }, group("Whose attention",
        choice({ label: "Layer", options: [[0, 1], [1, 2], [2, 3]], value: state.layer, onInput: changed("layer") }).node,
        choice({ label: "Head", options: [[0, 1], [1, 2], [2, 3], [3, 4]], value: state.head, onInput: changed("head") }).node), caption),
      el("div", { className: "pixels-levels" }, table.node)),
    group("Share", copyLink(figure, "pixels", () => ({ ...state, at: levels.length }), say)))
  restart(state.at)
}
