/* The opening figure: the same digits, two questions. The reader draws; a classifier and the model that draws both name the digit; then that
   model draws one. It names a digit by asking itself, for each of the ten, how probably it would have drawn this very image. */

import { probabilities } from "../classifier/model.js"
import { pack, pad, see, unpack as strokesOf } from "../classifier/pad.js"
import { digits } from "../data.js"
import { article, breathe, button, calm, copyLink, digit as picture, el, enliven, file, group, loop, readState, status, whole } from "../kit.js"
import { argmax, pick, random, surprise, unpack } from "../nn.js"
import { arrange, chances, PIXELS, posterior, start } from "../pixels/model.js"

const NAME = "both", OWN = -1, DECADES = 40 // `image` when it reads its own drawing; powers of ten that the bars span
const DEFAULTS = { ask: "digit", digit: 7, seed: 1, image: 1303, ink: "" }
const TEN = [...Array(10).keys()], percent = share => `${Math.round(100 * share)} %`
const decades = log => Math.round(log / Math.LN10)
const tenTo = power => `10${[...`${power}`].map(sign => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]).join("")}`
const READERS = { classifier: "Classifier", drawer: "Model that draws" }
const ASKED = { digit: ["Which digit, given the image?", "p(digit | image)"], image: ["Which image, given the digit?", "p(image | digit)"] }

export async function mount(figure) {
  const weightsOf = async name => unpack(await file(new URL(`../${name}/weights.safetensors.gz`, import.meta.url))).tensors
  const [data, classifier, packed] = await Promise.all([digits(), weightsOf("classifier"), weightsOf("pixels")])
  const drawer = arrange(packed), isTest = whole(data.train, data.labels.length - 1)
  const { state, ignored } = readState(NAME, DEFAULTS, {
    ask: v => Object.hasOwn(ASKED, v), digit: whole(0, 9), seed: whole(0, 1e6), ink: v => v === "" || strokesOf(v), image: v => v === OWN || isTest(v),
  }), { node: words, say } = status(ignored)

  /* ---- Which digit is this? ---- */
  let image = null, logs = null, levels, readers, sums, position, changed = false
  const drawing = pad({
    label: "Draw a digit from 0 to 9",
    onInput(strokes) {
      Object.assign(state, { ink: pack(strokes), image: strokes.length ? OWN : DEFAULTS.image })
      look(strokes.length ? see(strokes) : null)
    },
    onEnd: tell, say,
  })
  /** Read an image of 64 values; null: there is none. */
  function look(values) {
    image = values
    if (!image) logs = null
    changed = true
    if (!reading.running) begin()
    show()
  }
  function begin() {
    changed = false
    if (!image) return
    levels = Array.from(image, v => Math.round(16 * v))
    readers = TEN.map(digit => start(drawer, digit))
    sums = new Float64Array(10); position = 0
    reading.start()
  }
  /** One pixel more: asked for each digit, how surprised is the model at this pixel? */
  function read() {
    if (!image) return false
    for (const digit of TEN) sums[digit] -= surprise(readers[digit].step(levels[position - 1]).scores, levels[position])
    if (++position < PIXELS) return true
    logs = sums
    if (changed) { begin(); return true }
    return false
  }
  const reading = loop(figure, read, () => { if (!reading.running) { show(); tell() } }, { budget: 6 })

  /* ---- The ten digits, between the two images ---- */
  const rows = TEN.map(digit => {
    const cells = Object.keys(READERS).map(name => ({ bar: el("span", { className: `demo-bar both-${name}` }), text: el("td") }))
    const ask = button(digit, () => { state.digit = digit; draw() }, { pressed: false })
    ask.node.setAttribute("aria-label", `Draw me ${article(digit)}`)
    const head = el("th", { scope: "row" }, ask.node)
    return { ask, cells, node: el("tr", {}, head, ...cells.flatMap(({ bar, text }) => [el("td", {}, bar), text])) }
  })
  const caption = el("caption"), heads = Object.values(READERS).map(name => el("th", { scope: "col", colSpan: 2, textContent: name }))
  const table = el("table", { className: "both-table" }, caption, el("colgroup", {}, ...["name", "bar", "number", "bar", "number"].map(kind => el("col", { className: `both-${kind}` }))), el("thead", {}, el("tr", {}, el("td"), ...heads)), el("tbody", {}, ...rows.map(row => row.node)))
  const sides = Object.entries(ASKED).map(([ask, [question, formula]]) => {
    const side = button("", () => { state.ask = ask; ask === "image" ? draw() : show(); tell() }, { pressed: false })
    side.node.append(el("b", { textContent: question }), el("span", { textContent: formula }))
    return { ask, side }
  })

  function show() {
    for (const { ask, side } of sides) side.pressed = ask === state.ask
    stage.dataset.ask = state.ask
    stage.toggleAttribute("data-reading", reading.running)
    caption.textContent = state.ask === "digit" ? "How probable is each digit, given the image on the left? Together 100 %."
      : "How probable is the image on the left, if this digit is asked for? The bars count powers of ten."
    heads[0].textContent = state.ask === "digit" ? "Classifier" : "Classifier cannot say"
    const named = image && probabilities(classifier, image), most = logs && Math.max(...logs)
    const shares = [named, logs && posterior(logs)], tops = shares.map(p => p ? argmax(p) : -1)
    rows.forEach(({ ask, cells }, digit) => {
      ask.pressed = digit === state.digit
      cells.forEach(({ bar, text }, k) => {
        const silent = state.ask === "image" && k === 0, p = shares[k]
        let width = 0
        if (!p || silent) text.textContent = "–"
        else if (state.ask === "digit") { width = p[digit]; text.textContent = percent(width) }
        else {
          width = Math.max(0, 1 + (logs[digit] - most) / Math.LN10 / DECADES)
          text.textContent = tenTo(decades(logs[digit]))
        }
        bar.style.width = `${100 * width}%`
        for (const cell of [bar.parentNode, text]) cell.toggleAttribute("data-marked", !silent && digit === tops[k])
      })
    })
  }
  function tell() {
    if (!image) return say("The pad is empty. Draw a digit with mouse, finger or arrow keys.")
    if (reading.running || !logs) return
    const p = posterior(logs), named = probabilities(classifier, image), mine = argmax(p), theirs = argmax(named)
    const next = argmax(p.map((share, digit) => digit === mine ? -1 : share)), times = decades(logs[mine] - logs[next])
    if (state.ask === "image") return say(`Asked for ${article(mine)}, the model draws exactly the image on the left once in ${tenTo(-decades(logs[mine]))} times; asked for ${article(next)}, `
      + `${times ? `${tenTo(times)} times less often` : "about as often"}. So it reads ${article(mine)}. The classifier never learned what images look like.`)
    const source = state.ink ? "" : state.image === OWN ? ` The model itself drew it as ${article(made.digit)}.` : ` Its writer meant ${data.labels[state.image]}.`
    say(`${mine === theirs ? "Both say" : `The classifier says ${theirs} (${percent(named[theirs])}), the model that draws`} ${mine}`
      + `${mine === theirs ? ` (${percent(named[theirs])} and ${percent(p[mine])})` : ` (${percent(p[mine])})`}.${source}`)
  }

  /* ---- Draw me a 7. ---- */
  const drawn = picture({ label: "Not drawn yet", pixels: 176 }), wish = el("p", { className: "both-question" })
  const made = { digit: state.digit, levels: [] }
  let pen, uniform
  function draw() {
    writing.stop()
    uniform = random(state.seed * 10 + state.digit)
    pen = start(drawer, state.digit)
    Object.assign(made, { digit: state.digit, levels: [] })
    if (calm()) while (put());
    writing.start()
    show()
  }
  function put() {
    if (made.levels.length === PIXELS) return false
    made.levels.push(pick(chances(pen.step(made.levels.at(-1)).scores), uniform))
    return made.levels.length < PIXELS
  }
  const values = () => Float32Array.from(made.levels, level => level / 16)
  const writing = loop(figure, put, () => { // one pixel a frame, so that it can be watched
    const count = made.levels.length
    wish.textContent = `“Draw me ${article(made.digit)}.”`
    drawn.draw(values(), count < PIXELS ? { [count]: "#c4501f" } : {})
    drawn.label = count < PIXELS ? `A ${made.digit}, being drawn` : `A ${made.digit}, drawn by the model`
  }, { budget: 0 })
  function readOwn() {
    while (put());
    Object.assign(state, { image: OWN, ink: "" })
    drawing.picture = values()
    look(values())
  }
  function readTest(index) {
    Object.assign(state, { image: index, ink: "" })
    drawing.picture = data.image(index)
    look(data.image(index))
  }
  const tests = data.labels.length - data.train
  const next = () => readTest(data.train + (Math.max(0, state.image - data.train) + 37) % tests)

  drawing.node.lastChild.append(button("Example", next).node)
  const stage = el("div", { className: "both" },
    el("div", {}, el("p", { className: "both-question", textContent: "“Which digit is this?”" }), drawing.node),
    table,
    el("div", {}, wish, drawn.node, group("Drawing", button("Another", () => { state.seed++; draw() }).node, button("Read it", readOwn).node)))
  await breathe()
  enliven(figure,
    el("div", { role: "group", "aria-label": "The question", className: "demo-switch" }, ...sides.map(({ side }) => side.node)), stage, words, group("Share", copyLink(figure, NAME, () => state, say)))
  draw()
  if (state.ink) drawing.strokes = strokesOf(state.ink)
  else state.image === OWN ? readOwn() : readTest(state.image)
}
