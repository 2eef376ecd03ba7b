/* Stories: watch a model of text choose word after word, take another word than it did, have the claim checked, and count. */

import { between, breathe, button, calm, choice, copyLink, el, enliven, file, group, loop, readState, slider, status, whole } from "../kit.js"
import { ranked, unpack } from "../nn.js"
import { check, TELLERS } from "./checker.js"
import { storyteller, write, writer } from "./model.js"
import { reader } from "./reader.js"

const DEFAULTS = { seed: 17, teller: "report", temperature: 1, words: 29, look: 0, head: "mean", taken: "", text: "" }
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
    seed: whole(0, 1e6), teller: value => TELLERS.includes(value), temperature: between(.1, 2), words: whole(0, 29), look: whole(0, 30),
    head: value => value === "mean" || /^[12]\.[1-4]$/.test(value), taken: value => isTaken(value, model), text: value => value.length <= 600,
  })
  let story, verdict, nextWord = 0

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
  const look = slider({ label: "Look at word", min: 1, max: 29, value: 1, onInput(value) { state.look = value; draw() } })
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
  const reading = reader(model, figure, { say, told: () => story.words })

  rewrite(state.look)
  forget()
  await breathe()
  reading.show(state.text || story.words.join(" "))
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
    group("Link", copyLink(figure, "stories", () => ({ ...state, text: reading.text === story.words.join(" ") ? "" : reading.text }), say)))

  // ---- Writing
  /** Write the first words of the story anew, as many as there were. */
  function rewrite(place = 0) {
    writing.stop()
    const taken = Object.fromEntries(state.taken.split("_").filter(Boolean).map(pair => pair.split("-")))
    story = writer(model, { teller: TELLERS.indexOf(state.teller), seed: state.seed, temperature: state.temperature, taken })
    while (story.steps.length < state.words && story.step());
    arrive(place)
  }

  function more(quietly = false) {
    const going = story.step()
    state.words = story.steps.length
    arrive(0, quietly && going)
    return going
  }

  /** Show where the story stands: at the end the word at fault, before it the word that comes next. */
  function arrive(place, quietly = false) {
    verdict = story.ended ? check(story.words) : undefined
    const { length } = story.steps
    if (story.ended) state.words = DEFAULTS.words
    state.look = Math.min(place || (story.ended && verdict.kind ? verdict.place + 1 : length + !story.ended), length + !story.ended)
    draw()
    if (quietly) return
    if (story.ended) say(`The end. ${verdict.kind ? `The statement is ${WORDS[verdict.verdict]}` : "The grammar is broken"}.`)
    else say(length ? `Word ${length} is “${story.words.at(-1)}”.` : "Nothing is written yet.")
  }

  function run() {
    nextWord = 0
    if (story.ended) { state.words = 0; rewrite() }
    if (calm()) while (more(true));
    else writing.start()
    finish.text = writing.running ? "Pause" : "To the end"
  }

  /** The reader takes another word at the place that is looked at; what followed is gone. */
  function take(word) {
    const place = state.look - 1, kept = state.taken.split("_").filter(pair => pair && +pair.split("-")[0] < place)
    state.taken = [...kept, `${place}-${word}`].join("_")
    state.words = place + 1
    rewrite()
    if (!story.ended) say(`Word ${place + 1} is now “${plainly(word)}”, your choice. Go on with “Next word” or “To the end”.`)
  }

  function sentence() {
    const { kind, verdict: found, why } = verdict, end = story.words.indexOf(".", 12), claim = story.words.slice(12, end).join(" ")
    if (!kind) return `✘ Not grammatical: ${why}.`
    const fact = found === "true" ? kind === "order" ? "" : `: ${why}` : `; in fact ${why}`
    return `✔ Grammatical. ${found === "true" ? "✔" : "✘"} “${claim}” is ${WORDS[found]}${fact}.`
  }

  // ---- Drawing
  function draw() {
    const { steps, words, next } = story, place = state.look - 1, step = steps[place] ?? next, weights = seen(step.looks)
    const slide = look.node.querySelector("input")
    slide.max = steps.length + !story.ended
    look.value = state.look
    forth.disabled = story.ended
    const chips = [`<${state.teller}>`, ...words, ...story.ended ? ["<end>"] : ["…"]]
    text.replaceChildren(...chips.map((word, i) => {
      const chip = el("button", { type: "button", tabIndex: -1, disabled: i === 0 || i > slide.max }, word)
      chip.style.setProperty("--look", (weights[i] ?? 0).toFixed(3))
      chip.toggleAttribute("data-here", i === state.look)
      chip.toggleAttribute("data-taken", Boolean(steps[i - 1]?.taken))
      chip.toggleAttribute("data-wrong", Boolean(verdict) && verdict.verdict !== "true" && verdict.place === i - 1)
      chip.addEventListener("click", () => { state.look = i; draw() })
      return chip
    }))
    judged.textContent = story.ended ? sentence() : "The checker waits for the end of the story."
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

/** Are these choices of a reader, "4-cat_7-dog", places of a story and words that can stand there? */
const isTaken = (choices, model) => choices.split("_").filter(Boolean).map(one => one.match(/^(\d+)-(.+)$/))
  .every(found => found && +found[1] < 29 && (found[2] === "<end>" || model.words.includes(found[2])))
