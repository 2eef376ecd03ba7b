/* Stories: watch a model of text choose word after word, take another word than it did, have the claim checked, and count. */

import { between, breathe, button, calm, choice, copyLink, el, enliven, file, group, loop, readState, slider, status, whole } from "../kit.js"
import { ranked, unpack } from "../nn.js"
import { check, TELLERS } from "./checker.js"
import { course, isTaken, LONGEST } from "./course.js"
import { storyteller, write } from "./model.js"
import { reader } from "./reader.js"

const DEFAULTS = { seed: 17, teller: "report", temperature: 1, words: LONGEST, look: 0, head: "mean", taken: "", text: "" }
const SHOWN = 9, LOOKS = 4, PACE = 160, BATCH = 100 // rows of words, rows of looks, milliseconds between words, stories of a count
const FIRST_COUNTED = 10_000 // the count uses other seeds than the stories that are shown
const WORDS = { true: "true", false: "false", invented: "made up" }
const KINDS = { order: "which is more", maker: "who drew it", reader: "what the model reads" }

const note = (...words) => el("p", { className: "demo-quiet" }, ...words)
const percent = share => share < .0005 ? "<0.1 %" : `${(100 * share).toFixed(share < .0995 ? 1 : 0)} %`
const plainly = word => word === "<end>" ? "(the end)" : word

export async function mount(figure) {
  const model = storyteller(unpack(await file(new URL("./weights.safetensors.gz", import.meta.url))))
  await breathe()
  const { state, ignored } = readState("stories", DEFAULTS, {
    seed: whole(0, 1e6), teller: value => TELLERS.includes(value), temperature: between(.1, 2), words: whole(0, LONGEST), look: whole(0, LONGEST + 1),
    head: value => value === "mean" || /^[12]\.[1-4]$/.test(value), taken: value => isTaken(value, model), text: value => value.length <= 600,
  })
  const telling = course(model, state)
  let nextWord = 0

  // ---- What there is to see and to press
  const { node: heard, say } = status(ignored)
  const teller = choice({
    label: "Teller", options: TELLERS.map(name => [name, name]), value: state.teller,
    onInput(name) { state.teller = name; rewrite(); forget() },
  })
  const temperature = slider({
    label: "Temperature", min: .1, max: 2, step: .1, value: state.temperature, format: value => value.toFixed(1),
    onInput(value) { state.temperature = value; rewrite(); forget() },
  })
  const forth = button("Next word", () => { writing.stop(); more() })
  const finish = button("To the end", () => writing.running ? writing.stop() : run())
  finish.node.style.minWidth = "8em" // as wide when it reads “Pause”
  const again = button("Start again, same seed", () => { state.words = 0; state.taken = ""; rewrite() })
  const another = button("New story", () => { state.seed++; state.words = state.look = 0; state.taken = ""; rewrite(); run() })
  const text = el("div", { className: "demo-words", role: "group", "aria-label": "The story" })
  const judged = el("p", { className: "demo-verdict" })
  const look = slider({ label: "Look at word", min: 1, max: LONGEST, value: 1, onInput(value) { state.look = value; draw() } })
  const asked = el("p", { className: "demo-title" }), rows = el("tbody"), caption = "Press a word to take it instead"
  const table = el("table", { className: "demo-bars stories-next" }, el("caption", {}, caption), rows)
  const heads = ["mean", ..."12"].flatMap(layer => layer === "mean" ? layer : [..."1234"].map(head => `${layer}.${head}`))
  const head = choice({
    label: "Attention of", value: state.head, onInput(value) { state.head = value; draw() },
    options: heads.map(name => [name, name.replace(/(.)\.(.)/, "layer $1, head $2").replace("mean", "all heads, mean")]),
  })
  const looks = el("ol", { className: "demo-list stories-looks" })
  const counted = el("tbody"), summary = note()
  let counts
  const counting = loop(figure, () => count(counts) % BATCH > 0, showCount, { budget: 6 })
  const countUp = button(`Write ${BATCH} stories and check them`, () => counting.start())
  const writing = loop(figure, () => {
    if (performance.now() < nextWord) return true
    nextWord = performance.now() + PACE
    return more(true)
  }, () => { finish.text = writing.running ? "Pause" : "To the end" }, { budget: 0 })
  const reading = reader(model, figure, { say, told: () => telling.story.words })

  rewrite(state.look)
  forget()
  await breathe()
  reading.show(state.text || telling.story.words.join(" "))
  await breathe()
  enliven(figure,
    group("The story", teller.node, temperature.node),
    group("Write", forth.node, finish.node, again.node, another.node),
    text, judged, heard,
    group("Look", look.node, head.node),
    el("div", { className: "demo-row stories-pair" }, el("div", {}, asked, table),
      el("div", {}, el("p", { className: "demo-title" }, "Where it looks before it chooses"), looks,
        note("The stronger a word's shade in the story, the more the model looks at it. The first token names the teller."))),
    group("Count", countUp.node),
    el("table", { className: "stories-count" }, el("thead", {}, row("col", "About", "stories", ...Object.values(WORDS))), counted),
    summary, reading.node,
    group("Link", copyLink(figure, "stories", () => ({ ...state, text: reading.text === telling.story.words.join(" ") ? "" : reading.text }), say)))

  // ---- Writing
  /** Write the first words of the story anew, as many as there were. */
  function rewrite(place) {
    writing.stop()
    telling.rewrite(place)
    arrive()
  }

  function more(quietly = false) {
    const going = telling.more()
    arrive(quietly && going)
    return going
  }

  /** Show where the story stands. */
  function arrive(quietly = false) {
    const { ended, words, steps: { length } } = telling.story, { verdict } = telling
    draw()
    if (quietly) return
    if (ended) say(`The end. ${verdict.kind ? `The statement is ${WORDS[verdict.verdict]}` : "The grammar is broken"}.`)
    else say(length ? `Word ${length} is “${words.at(-1)}”.` : "Nothing is written yet.")
  }

  function run() {
    nextWord = 0
    if (telling.story.ended) { state.words = 0; rewrite() }
    if (calm()) while (more(true));
    else writing.start()
    finish.text = writing.running ? "Pause" : "To the end"
  }

  function take(word) {
    const place = state.look
    writing.stop()
    telling.take(word)
    arrive()
    if (!telling.story.ended) say(`Word ${place} is now “${plainly(word)}”, your choice. Go on with “Next word” or “To the end”.`)
  }

  function sentence() {
    const { verdict: { kind, verdict: found, why }, story: { words } } = telling, claim = words.slice(12, words.indexOf(".", 12)).join(" ")
    if (!kind) return `✘ Not grammatical: ${why}.`
    const fact = found === "true" ? kind === "order" ? "" : `: ${why}` : `; in fact ${why}`
    return `✔ Grammatical. ${found === "true" ? "✔" : "✘"} “${claim}” is ${WORDS[found]}${fact}.`
  }

  // ---- Drawing
  function draw() {
    const { story: { steps, words, next, ended }, verdict } = telling, place = state.look - 1, step = steps[place] ?? next, weights = seen(step.looks)
    const slide = look.node.querySelector("input")
    slide.max = steps.length + !ended
    look.value = state.look
    forth.disabled = ended
    const chips = [`<${state.teller}>`, ...words, ...ended ? ["<end>"] : ["…"]]
    text.replaceChildren(...chips.map((word, i) => {
      const chip = el("button", { type: "button", tabIndex: -1, disabled: i === 0 || i > slide.max }, word)
      chip.style.setProperty("--look", (weights[i] ?? 0).toFixed(3))
      chip.toggleAttribute("data-here", i === state.look)
      chip.toggleAttribute("data-taken", Boolean(steps[i - 1]?.taken))
      chip.toggleAttribute("data-wrong", Boolean(verdict) && verdict.verdict !== "true" && verdict.place === i - 1)
      chip.addEventListener("click", () => { state.look = i; draw() })
      return chip
    }))
    judged.textContent = ended ? sentence() : "The checker waits for the end of the story."
    const before = chips.slice(Math.max(0, place - 2), place + 1).join(" ")
    asked.textContent = `What could be word ${state.look}, after “${place > 2 ? "… " : ""}${before}”?`
    showChoices(step)
    const told = i => `${percent(weights[i])} at “${chips[i]}”${i ? `, word ${i}` : ""}`
    looks.replaceChildren(...ranked(weights).slice(0, LOOKS).map(i => el("li", {}, told(i))))
  }

  /** The attention of the chosen head, or the mean of all. */
  function seen(all) {
    if (state.head !== "mean") { const [layer, number] = state.head.split("."); return all[layer - 1][number - 1] }
    const flat = all.flat()
    return flat[0].map((_, i) => flat.reduce((sum, weights) => sum + weights[i] / flat.length, 0))
  }

  function showChoices({ chances, drawn = -1, taken }) {
    const order = ranked(chances).slice(0, SHOWN)
    if (drawn >= 0 && !order.includes(drawn)) order[SHOWN - 1] = drawn
    const rest = 1 - order.reduce((sum, token) => sum + chances[token], 0)
    rows.replaceChildren(...order.map(token => {
      const word = model.vocabulary[token], bar = el("span", { className: "demo-bar" }), mark = taken ? " ✔ yours" : " ✔ drawn"
      bar.style.width = `${100 * chances[token]}%`
      const line = el("tr", {}, el("th", { scope: "row" }, button(plainly(word), () => take(word)).node), el("td", {}, bar),
        el("td", {}, percent(chances[token]), token === drawn ? mark : ""))
      line.toggleAttribute("data-marked", token === drawn)
      return line
    }), el("tr", {}, el("th", { scope: "row" }, `${chances.length - SHOWN} others`), el("td"), el("td", {}, percent(Math.max(0, rest)))))
  }

  // ---- Counting
  function forget() {
    const none = Object.keys(KINDS).map(kind => [kind, { true: 0, false: 0, invented: 0 }])
    counts = { written: 0, grammatical: 0, ...Object.fromEntries(none) }
    counting.stop()
    showCount()
  }

  /** Write and check one more story. → how many there are. */
  function count(so) {
    const teller = TELLERS.indexOf(state.teller), { temperature } = state
    const found = check(write(model, { teller, seed: FIRST_COUNTED + so.written, temperature }))
    if (found.kind) { so.grammatical++; so[found.kind][found.verdict]++ }
    return ++so.written
  }

  function showCount() {
    const { written, grammatical } = counts, sum = numbers => numbers.reduce((a, b) => a + b, 0)
    const share = (part, all) => all ? `${(100 * part / all).toFixed(1)} %` : "–", each = kind => Object.values(counts[kind])
    const right = sum(Object.keys(KINDS).map(kind => counts[kind].true))
    counted.replaceChildren(...Object.entries(KINDS).map(([kind, name]) => row("row", name, sum(each(kind)), ...each(kind))))
    const result = `${share(grammatical, written)} grammatical; of these ${share(right, grammatical)} true.`
    const what = `stories of the teller “${state.teller}” at temperature ${state.temperature.toFixed(1)}`
    summary.textContent = written ? `${written} ${what}: ${result}` : `No ${what} counted yet.`
    if (written && written % BATCH === 0) say(`${written} stories: ${result}`)
  }
}

/** A row of a table: the head of columns, or of one row. */
const row = (scope, first, ...others) =>
  el("tr", {}, el("th", { scope }, first), ...others.map(cell => scope === "col" ? el("th", { scope }, cell) : el("td", {}, `${cell}`)))
