/* Induction: a sequence that repeats, read by one layer of attention and by two; where each head looks; what happens when one is silent. */

import { bars, breathe, button, checkbox, choice, copyLink, el, enliven, field, file, group, loop, readState, several, slider, status, whole } from "../kit.js"
import { ranked, unpack } from "../nn.js"
import { fromSeed, fromText, guesses, models, PERIODS, periodOf, relation, sighting, SYMBOLS, tally, test, toText } from "./model.js"

const DEFAULTS = { seed: 1, period: 9, place: 14, head: "two.2.2", silent: "none", text: "" }
const HEADS = ["two.1.1", "two.1.2", "two.2.1", "two.2.2", "one.1.1", "one.1.2"] // model, layer, number
const VALID = {
  seed: whole(0, 1e6), period: whole(...PERIODS), place: whole(1, 32), head: value => HEADS.includes(value),
  silent: value => value === "none" || value.split(",").every(name => HEADS.includes(name)), text: value => !value || fromText(value).tokens.length > 1,
}
const SEQUENCES = 50, PACE = 600 // sequences of a test; milliseconds between steps while it plays
const SHOWN = 4 // guesses and looks that are listed
const CELL = 20, EDGE = 24 // pixels of the map, which is drawn at twice its size

const MODELS = { one: "One layer", two: "Two layers" }
const inWords = head => head.replace(/(.+)\.(.)\.(.)/, (_, model, layer, number) => `${MODELS[model]}: layer ${layer}, head ${number}`)
const percent = share => share < .005 ? "under 1 %" : `${(100 * share).toFixed(0)} %`
const largest = values => ranked(values).slice(0, SHOWN)

export async function mount(figure) {
  const both = models(unpack(await file(new URL("./weights.safetensors.gz", import.meta.url))))
  const { state, ignored } = readState("induction", DEFAULTS, VALID)
  const named = model => `${MODELS[model]}, ${several(both[model].parameters)} parameters`
  let tokens, read, growing, counts, nextStep = 0

  // ---- What there is to see and to press
  const { node: heard, say } = status(ignored)
  const period = slider({
    label: "Repeats after", min: PERIODS[0], max: PERIODS[1], value: state.period, format: n => `${n} symbols`,
    onInput(value) { state.period = value; renew() },
  })
  const fresh = button("New sequence", () => { state.seed++; renew() })
  const typed = field({ label: "Sequence (A–Z, 2–7), yours to change", onInput: edit })
  const tiles = el("div", { className: "induction-tiles", role: "group", "aria-label": "The sequence" })
  const visit = to => { playing.stop(); go(to) }
  const place = slider({ label: "Read to place", min: 1, max: 32, value: state.place, onInput: visit })
  const back = button("◀ Back", () => visit(state.place - 1)), forth = button("Step ▶", () => visit(state.place + 1))
  const play = button("Play", () => playing.running ? playing.stop() : start())
  play.node.style.minWidth = "5em" // room for “Pause”
  const guessed = el("p", { className: "demo-title" }), guess = { one: prediction(named("one")), two: prediction(named("two")) }
  const head = choice({
    label: "Show the attention of", options: HEADS.map(name => [name, inWords(name)]), value: state.head,
    onInput(value) { state.head = value; draw() },
  })
  const mute = checkbox({ label: "Silence this head", onInput: silence })
  const map = attentionMap(row => visit(row + 1))
  const looks = el("ol", { className: "demo-list induction-list" }), looksTitle = el("p", { className: "demo-title" })
  const share = value => counts ? `${(100 * value).toFixed(1)} %` : "–"
  const tested = bars({ label: "Right where an answer exists", names: Object.values(MODELS), format: share })
  const testedText = note()
  const testing = loop(figure, () => { counts = growing(); return counts.sequences % SEQUENCES > 0 }, showTest)
  const ask = button(`Test both on ${SEQUENCES} fresh sequences`, () => { growing ??= test(both, state.seed, silent()); testing.start() })
  const playing = loop(figure, () => {
    if (performance.now() < nextStep) return true
    nextStep = performance.now() + PACE
    go(state.place + 1, true)
    if (state.place === read.length) say(sentence())
    return state.place < read.length
  }, () => { play.text = playing.running ? "Pause" : "Play" }, { budget: 0 })

  await breathe()
  if (state.text) edit(state.text)
  else renew(state.place)
  await breathe()
  enliven(figure,
    group("The sequence", period.node, fresh.node, typed.node),
    tiles,
    note("The outlined symbol is being read. The stronger a symbol's shade, the more the chosen head looks at it. The signs tell whether "
      + "it was guessed from those before it, by one layer (first sign) and by two (second): ✔ yes, ✘ no, · could not be known."),
    group("Reading", place.node, back.node, forth.node, play.node),
    heard, guessed, el("div", { className: "demo-row induction-pair" }, guess.one.node, guess.two.node),
    group("Attention", head.node, mute.node),
    el("div", { className: "demo-row" }, el("div", { className: "induction-mapbox" }, map.node), el("div", { className: "induction-looks" },
      looksTitle, looks, note("In the map, a row is the place that reads and a column the place it looks at. Press a row to go there."))),
    group("Test", ask.node),
    el("div", { className: "demo-row" }, tested.node, testedText),
    group("Link", copyLink(figure, "induction", () => state, say)))

  // ---- What changes
  /** The sequence of the present seed and period. */
  function renew(at = state.period + 5) {
    state.text = ""
    tokens = fromSeed(state.period, state.seed)
    typed.value = toText(tokens)
    state.place = at
    think()
  }

  function edit(text) {
    const found = fromText(text), { unknown } = found
    if (found.tokens.length < 2) return say("The sequence needs at least two symbols from A to Z and 2 to 7.")
    tokens = found.tokens
    state.text = toText(tokens)
    if (!typed.value) typed.value = state.text
    think()
    if (unknown.length) say(`${unknown.join(" ")} ${unknown.length > 1 ? "are" : "is"} not among the 32 symbols and left out.`)
    else if (found.surplus) say(`Only the first ${tokens.length} symbols are used.`)
  }

  /** Both models read the sequence anew. */
  function think() {
    playing.stop()
    const { one, two } = silent(), length = Math.min(tokens.length, both.two.shape.context), repeat = periodOf(tokens)
    read = { length, one: guesses(both.one, tokens, one), two: guesses(both.two, tokens, two) }
    tiles.style.setProperty("--columns", repeat ? repeat * Math.ceil(5 / repeat) : 11)
    tiles.replaceChildren(...tokens.map((token, i) => {
      const tile = el("button", { type: "button", tabIndex: -1 }, el("b", {}, SYMBOLS[token]), el("span"))
      tile.addEventListener("click", () => visit(i + 1))
      return tile
    }))
    go(state.place)
    forgetTest()
  }

  /** Read up to this place (from 1). */
  function go(to, quietly = false) {
    state.place = Math.max(1, Math.min(read.length, to))
    draw()
    if (!quietly) say(sentence())
  }

  function start() {
    if (state.place >= read.length) go(1, true)
    nextStep = performance.now() + PACE
    playing.start()
    play.text = "Pause"
  }

  /** The silent heads of each model, as its decoder names them. */
  function silent() {
    const short = name => name.split(".").slice(1).map(number => number - 1).join(".")
    const of = model => mutes().filter(name => name.startsWith(model)).map(short)
    return { one: new Set(of("one")), two: new Set(of("two")) }
  }

  function mutes() { return state.silent.split(",").filter(name => HEADS.includes(name)) }

  function silence(on) {
    const others = mutes().filter(name => name !== state.head)
    state.silent = (on ? [...others, state.head] : others).join(",") || "none"
    think()
    say(`${inWords(state.head)} is ${on ? "silent: it still looks, but what it finds is thrown away" : "heard again"}. ${sentence()}`)
  }

  // ---- Drawing
  function draw() {
    const at = state.place - 1, [model, layer, number] = state.head.split(".")
    const rows = read[model].map(({ looks }) => looks[layer - 1][number - 1])
    place.value = state.place
    back.disabled = at === 0
    forth.disabled = at >= read.length - 1
    mute.checked = mutes().includes(state.head)
    tokens.forEach((token, i) => {
      const tile = tiles.children[i], marks = i > 0 && i <= at + 1 ? [read.one[i - 1], read.two[i - 1]].map(sign) : ["", ""]
      tile.style.setProperty("--look", i <= at ? rows[at][i].toFixed(3) : 0)
      tile.toggleAttribute("data-here", i === at)
      tile.toggleAttribute("data-later", i > at)
      tile.lastChild.replaceChildren(...marks.map(mark => el("i", {}, mark)))
      const look = i <= at ? `attention ${percent(rows[at][i])}` : "not read yet"
      tile.setAttribute("aria-label", `place ${i + 1}, ${SYMBOLS[token]}, ${look}`)
    })
    guessed.textContent = `What comes at place ${state.place + 1}? (Bold: what really comes there.)`
    for (const name of ["one", "two"]) guess[name].update(read[name], at, tokens)
    const quiet = mute.checked ? " (silent)" : "", told = target => `${percent(rows[at][target])} ${relation(tokens, at, target)}`
    looksTitle.textContent = `${inWords(state.head)}${quiet}. At place ${state.place}, reading ${SYMBOLS[tokens[at]]}, it looks`
    looks.replaceChildren(...largest(rows[at]).filter(target => rows[at][target] >= .01).map(target => el("li", {}, told(target))))
    map.draw(rows, tokens, at, `Attention of ${inWords(state.head)} at all places. The list beside it tells the row of place ${at + 1}.`)
  }

  function sentence() {
    const at = state.place - 1, [here, next] = [tokens[at], tokens[at + 1]].map(token => SYMBOLS[token]), { answerable } = read.two[at]
    const last = answerable && SYMBOLS[tokens[sighting(tokens, at) + 1]]
    const before = last ? `${here} was followed by ${last} the last time.` : `${here} is new, so nothing tells what follows.`
    const result = name => `${SYMBOLS[read[name][at].guess]}${next ? `, ${read[name][at].right ? "right" : "wrong"}` : ""}`
    return `Place ${state.place}: ${before} One layer guesses ${result("one")}; two layers guess ${result("two")}.`
  }

  function forgetTest() {
    testing.stop()
    growing = counts = undefined
    showTest()
  }

  function showTest() {
    const { one, two, asked, sequences } = counts ?? { one: 0, two: 0, asked: 1, sequences: 0 }, quiet = mutes().map(inWords).join("; ")
    const done = sequences && sequences % SEQUENCES === 0
    tested.update([one / asked, two / asked])
    const what = sequences ? `Of ${several(asked)} symbols that could be known, in ${sequences} new sequences.` : "Not tested yet."
    testedText.textContent = what + (quiet && ` Silent: ${quiet}.`)
    if (done) say(`On ${sequences} fresh sequences one layer is right ${share(one / asked)} of the time, two layers ${share(two / asked)}.`)
  }
}

const note = (...words) => el("p", { className: "demo-quiet" }, ...words)
const sign = ({ answerable, right }) => !answerable ? "·" : right ? "✔" : "✘"

/** What one model makes of the place: its likeliest symbols, and how often it was right so far. */
function prediction(name) {
  const format = value => percent(value).replace("under ", "<")
  const shown = bars({ label: name, names: Array(SHOWN).fill(""), format }), verdict = note()
  const update = (read, at, tokens) => {
    const { chances, right, answerable } = read[at], order = largest(chances), [hits, asked] = tally(read, at)
    shown.node.querySelectorAll("th").forEach((head, i) => { head.textContent = SYMBOLS[order[i]] })
    shown.update(order.map(symbol => chances[symbol]), order.indexOf(tokens[at + 1]))
    const wrong = answerable ? "✘ Wrong" : "✘ Wrong, but it could not be known"
    const now = right === undefined ? "Nothing follows to compare with" : right ? "✔ Right" : wrong
    verdict.textContent = `${now}. So far ${hits} of ${asked} that could be known.`
  }
  return { node: el("div", {}, shown.node, verdict), update }
}

/** Weights as ink, on paper in light and dark. onRow is told which row was pressed. */
function attentionMap(onRow) {
  const size = EDGE + 32 * CELL, node = el("canvas", { className: "induction-map", role: "img", width: size, height: size })
  const pen = node.getContext("2d")
  node.addEventListener("click", event => onRow(Math.floor((event.offsetY / node.clientHeight * size - EDGE) / CELL)))
  const draw = (rows, tokens, at, label) => {
    const fill = (colour, ...box) => { pen.fillStyle = colour; pen.fillRect(...box) }
    fill("#fff", 0, 0, size, size)
    const cell = (weight, r, c) => fill(`rgb(29 35 48 / ${weight})`, EDGE + CELL * c, EDGE + CELL * r, CELL, CELL)
    rows.forEach((row, r) => row.forEach((weight, c) => cell(weight, r, c)))
    Object.assign(pen, { fillStyle: "#4d5460", font: `${CELL * .85}px system-ui, sans-serif`, textAlign: "center", textBaseline: "middle" })
    rows.forEach((_, i) => {
      pen.fillText(SYMBOLS[tokens[i]], EDGE / 2, EDGE + CELL * (i + .5))
      pen.fillText(SYMBOLS[tokens[i]], EDGE + CELL * (i + .5), EDGE / 2)
    })
    Object.assign(pen, { strokeStyle: "#a83f14", lineWidth: 4 }).strokeRect(2, EDGE + CELL * at, EDGE + CELL * (at + 1) - 2, CELL)
    node.setAttribute("aria-label", label)
  }
  return { node, draw }
}
