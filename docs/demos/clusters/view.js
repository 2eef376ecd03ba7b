/* The figure of k-means: images as points on a map, centres that move, names for them, and what the names are worth as a classifier. */

import { digits } from "../data.js"
import { breathe, button, calm, checkbox, choice, copyLink, digit, el, enliven, file, group, loop, readState, several, slider, status, whole } from "../kit.js"
import { unpack } from "../nn.js"
import { accuracy, grouping, plane, purity, typical } from "./model.js"

const NAME = "clusters", MOST = 300, STARTS = 10, PAUSE = 650 // half-rounds at most; starts to compare; milliseconds between half-rounds
const DEFAULTS = { k: 10, seed: 1, steps: 0, labels: 0, names: "" }
const VALID = {
  k: whole(2, 20), seed: whole(0, 1e6), steps: whole(0, MOST), labels: whole(0, 1),
  names: (v, { k }) => v === "" || /^[\d-]+$/.test(v) && v.length === k,
}
const letter = c => String.fromCharCode(65 + c), percent = share => `${(100 * share).toFixed(1)} %`
const DIGITS = [["", "–"], ...[..."0123456789"].map(d => [d, d])]

export async function mount(figure) {
  const [data, packed] = await Promise.all([digits(), file(new URL("./weights.safetensors.gz", import.meta.url))])
  const { mean, axes } = unpack(packed).tensors, { train } = data, all = data.labels.length
  const on = image => plane(image, mean, axes), places = Array.from({ length: train }, (_, row) => on(data.image(row)))
  await breathe()
  const { state, ignored } = readState(NAME, DEFAULTS, VALID)
  const { node: told, say } = status(ignored)
  let it, names, chosen // the grouping; a name or null for each group; the group that is marked

  /* -- The half-rounds -- */
  function begin(grouped = grouping(data, train, state.k, state.seed)) {
    machine.stop()
    queue = []
    then = null
    it = grouped
    names = Array(state.k).fill(null)
    chosen = -1
  }
  /** Half a round. Returns words for what happened. */
  function step() {
    const giving = it.steps % 2 === 0, round = Math.floor(it.steps / 2) + 1, before = it.spread
    it.step()
    if (!giving) return `Round ${round}, second half: each centre moved to the mean of its images.`
    const far = `Mean squared distance to the own centre: ${it.spread.toFixed(3)}.`
    if (it.over) return `Round ${round}: no image changed its group, so nothing moves any more. k-means has ended. ${far}`
    if (before === null) return `Round ${round}, first half: each image was given to its nearest centre. ${far}`
    return `Round ${round}, first half: ${several(it.changed)} images changed their group. ${far}`
  }
  function advance() { if (!it.over) { const words = step(); show(); say(words) } }
  function again() { begin(); show(); say(`${state.k} images, drawn by chance (start ${state.seed}), are the first centres.`) }

  let last = 0
  const machine = loop(figure, () => {
    if (it.over || it.steps >= MOST) return false
    if (performance.now() - last < PAUSE * (calm() ? 2 : 1)) return
    last = performance.now()
    advance()
  }, () => { play.text = machine.running ? "Pause" : "Play" }, { budget: 0 })

  /* Many half-rounds without a pause between them, but only a few milliseconds at a time: the queue holds groupings and goals. */
  let queue = [], then = null
  const worker = loop(figure, () => {
    const [{ grouped, goal } = {}] = queue
    if (grouped && !grouped.over && grouped.steps < goal) grouped.step()
    else queue.shift()
    return queue.length > 0
  }, () => { if (!queue.length && then) { const act = then; then = null; act() } }, { budget: 8 })
  function work(jobs, act) { machine.stop(); queue = jobs; then = act; worker.start() }

  /* -- Controls -- */
  const kinds = slider({ label: "Groups (k)", min: 2, max: 20, value: state.k, onInput(k) { state.k = k; again() } })
  const next = button("Step", () => { machine.stop(); advance() })
  const play = button("Play", () => machine.running ? machine.stop() : machine.start())
  const end = button("To the end", () => work([{ grouped: it, goal: MOST }], () => {
    show()
    say(`Ended after ${Math.ceil(it.steps / 2)} rounds. Mean squared distance to the own centre: ${it.spread.toFixed(3)}.`)
  }))
  const same = button("Same start again", again)
  const other = button("Another start", () => { state.seed += 1; again() })
  const ten = button(`Best of ${STARTS} starts`, () => {
    const tries = Array.from({ length: STARTS }, (_, i) => grouping(data, train, state.k, i + 1))
    work(tries.map(grouped => ({ grouped, goal: MOST })), () => {
      const order = [...tries].sort((a, b) => a.spread - b.spread), [first, final] = [order[0], order.at(-1)]
      state.seed = first.seed
      begin(first)
      show()
      say(`Start ${first.seed} of ${STARTS} ended nearest to its images: mean squared distance ${first.spread.toFixed(3)}. The worst, `
        + `start ${final.seed}, ended at ${final.spread.toFixed(3)}. No label was needed to choose.`)
    })
  })
  const reveal = checkbox({ label: "Show true digits", checked: state.labels === 1, onInput(yes) { state.labels = +yes; show() } })
  const name = button("Let the most typical image name each group", () => {
    typical(data, train, it.centres).forEach((row, c) => { names[c] = data.labels[row] })
    show()
    say(`Only ${state.k} labels were looked at. ${percent(worth())} of the test images are read right.`)
  })
  const forget = button("Clear names", () => { names.fill(null); show(); say("The groups have no names again.") })

  /* -- Pictures -- */
  const map = el("canvas", { className: "clusters-map", role: "img" }), facts = el("p", { className: "demo-outcome" })
  const list = el("div", { className: "clusters-list", role: "group", "aria-label": "The centres" })
  const worth = () => accuracy(data, data.labels, train, all, it.centres, names)
  let cells = []
  function build() {
    cells = it.centres.map((_, c) => {
      const picture = digit({ label: `Centre of group ${letter(c)}`, pixels: 56 }), words = el("span")
      const head = el("strong", { textContent: letter(c) })
      const pick = el("button", { type: "button", title: "Mark this group on the map" }, head, picture.node, words)
      pick.addEventListener("click", () => { chosen = chosen === c ? -1 : c; show() })
      const select = choice({ label: "Name", options: DIGITS, value: "", onInput(v) { names[c] = v === "" ? null : +v; show() } })
      select.node.querySelector("select").setAttribute("aria-label", `Name of group ${letter(c)}`)
      return { node: el("div", { className: "clusters-one" }, pick, select.node), picture, words, pick, select }
    })
    list.replaceChildren(...cells.map(cell => cell.node))
  }
  function show() {
    if (cells.length !== state.k) build()
    const { each, fit } = it.groups ? purity(it.groups, data.labels, state.k) : { each: null }
    cells.forEach(({ node, picture, words, pick, select }, c) => {
      picture.draw(it.centres[c])
      node.toggleAttribute("data-chosen", c === chosen)
      pick.setAttribute("aria-pressed", c === chosen)
      const truth = () => state.labels && each[c].size ? `, ${Math.round(100 * each[c].most / each[c].size)} % are ${each[c].digit}s` : ""
      words.textContent = each ? `${each[c].size} images${truth()}` : "one image"
      select.value = names[c] === null ? "" : `${names[c]}`
    })
    next.text = it.over ? "Ended" : it.steps % 2 ? "Step: move centres" : "Step: give images to centres"
    next.disabled = play.disabled = end.disabled = it.over
    const given = names.filter(n => n !== null)
    const reads = `As a classifier${given.length < state.k ? `, with ${given.length} of ${state.k} groups named,` : ""} they read `
    facts.textContent = [
      state.labels && each ? `Purity: ${percent(fit)} of the images show the commonest digit of their group.` : "",
      given.length ? `The names are ${new Set(given).size} different digits.` : "",
      given.length ? `${reads}${percent(worth())} of the ${all - train} test images right.` : "",
    ].filter(Boolean).join(" ") || "Name the groups, and they become a classifier. Its score on the test images will stand here."
    const drawn = state.labels ? "their true digits" : it.groups ? "the letters of their groups" : "dots"
    const marked = chosen < 0 ? "" : `; group ${letter(chosen)} is marked`
    map.setAttribute("aria-label", `Map of ${train} training images, drawn as ${drawn}; ${state.k} circles with letters are the centres${marked}.`)
    Object.assign(state, { steps: it.steps, names: given.length ? names.map(n => n ?? "-").join("") : "" })
    paint()
  }
  const paint = () => {
    const trails = it.centres.map((_, c) => it.path.map(centres => on(centres[c])))
    drawMap(map, figure, { places, groups: it.groups, trails, chosen, labels: state.labels ? data.labels : null })
  }

  /* -- Put together -- */
  const link = copyLink(figure, NAME, () => state, say), { steps, names: wanted } = state
  begin()
  await breathe()
  enliven(figure,
    group("Groups", kinds.node, same.node, other.node, ten.node),
    group("Steps", next.node, play.node, end.node, reveal.node),
    told, map,
    el("p", { className: "demo-head", textContent: "The centres. What would you call them?" }), list,
    group("Names", name.node, forget.node, link), facts)
  show()
  if (steps || wanted) work([{ grouped: it, goal: steps }], () => {
    if (wanted) names = [...wanted].map(n => n === "-" ? null : +n)
    show()
  })
  new ResizeObserver(paint).observe(figure)
  new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] })
  say(steps || wanted ? "Restored from the link." : "Press Step: each image goes to its nearest centre.")
}

/** The map: dots, letters of groups or true digits; the paths of the centres; the centres as circles with their letters. */
function drawMap(map, figure, { places, groups, trails, chosen, labels }) {
  const wide = map.clientWidth || 600, tall = Math.round(.75 * wide), small = wide < 420
  const dense = Math.min(3, devicePixelRatio || 1), context = map.getContext("2d"), style = getComputedStyle(figure)
  const colour = name => style.getPropertyValue(name), mark = colour("--make"), paper = colour("--md-default-bg-color")
  const ink = colour("--md-default-fg-color"), light = colour("--md-default-fg-color--light")
  Object.assign(map, { width: wide * dense, height: tall * dense })
  context.scale(dense, dense)
  const xs = places.map(p => p[0]), ys = places.map(p => p[1])
  const left = Math.min(...xs), right = Math.max(...xs), low = Math.min(...ys), high = Math.max(...ys)
  const at = ([x, y]) => [14 + (x - left) / (right - left) * (wide - 28), tall - 14 - (y - low) / (high - low) * (tall - 28)]
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `${small ? 8 : 10}px system-ui, sans-serif` })
  places.forEach((place, row) => {
    const [x, y] = at(place), mine = groups?.[row] === chosen
    context.fillStyle = mine ? mark : light
    context.globalAlpha = chosen >= 0 && !mine ? .35 : .9
    if (labels) context.fillText(labels[row], x, y)
    else if (groups) context.fillText(letter(groups[row]), x, y)
    else context.fillRect(x - 1, y - 1, 2, 2)
  })
  context.globalAlpha = 1
  context.font = `bold ${small ? 10 : 12}px system-ui, sans-serif`
  trails.forEach((trail, c) => {
    context.strokeStyle = c === chosen ? mark : ink
    context.lineWidth = 1.5
    context.beginPath()
    trail.forEach((place, i) => context[i ? "lineTo" : "moveTo"](...at(place)))
    context.stroke()
  })
  trails.forEach((trail, c) => {
    const [x, y] = at(trail.at(-1))
    Object.assign(context, { strokeStyle: c === chosen ? mark : ink, fillStyle: paper, lineWidth: 2 })
    context.beginPath()
    context.arc(x, y, small ? 7 : 10, 0, 7)
    context.fill()
    context.stroke()
    context.fillStyle = c === chosen ? mark : ink
    context.fillText(letter(c), x, y + .5)
  })
}
