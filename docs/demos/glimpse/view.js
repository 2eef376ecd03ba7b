/* The glimpse agent in the page: watch it, play against it, or let it play all test images. */

import { digits } from "../data.js"
import { article, bars, breathe, button, choice, copyLink, digit, el, enliven, file, group, loop, readState, status, whole } from "../kit.js"
import { random, sample, unpack } from "../nn.js"
import { ANSWERS, PATCHES, agents, decide, openedBy, play, reward, trial, values } from "./model.js"

const STAGES = { before: "before", early: "during", after: "after" }
const PRICES = [[0.01, "0.01, cheap"], [0.04, "0.04, the usual"], [0.12, "0.12, dear"]]
const ORDERS = { own: "own choice", same: "one order for all", random: "random order" }
const ANSWERING = { 0: "when it wants to", 3: "after 3 looks", 5: "after 5 looks" }
const DEFAULTS = { image: 22, stage: "after", price: 0.04, who: "agent", moves: 0, path: "" }
const PACE = 1100 // milliseconds between two moves when it plays
const TEN = [...Array(ANSWERS).keys()]
const taken = path => path.split("-").filter(Boolean).map(Number), isPatch = whole(0, PATCHES - 1)
const VALID = {
  stage: value => Object.hasOwn(STAGES, value), price: value => PRICES.some(([price]) => price === value), who: value => ["agent", "you"].includes(value),
  moves: whole(0, PATCHES + 1), path: value => taken(value).every(isPatch) && new Set(taken(value)).size === taken(value).length,
}

const signed = value => `${value <= -0.005 ? "−" : "+"}${Math.abs(value).toFixed(2)}`
const place = patch => `row ${Math.floor(patch / 4) + 1}, column ${patch % 4 + 1}`
const count = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`

const ink = level => `rgb(${Array(3).fill(Math.round(255 - 255 * level)).join(" ")})`

/** The 16 patches as buttons, one of which the keyboard enters; arrows go from one to the next, Enter opens, a digit key answers. */
function board(open, answer) {
  const cells = Array.from({ length: PATCHES }, (_, patch) => {
    const node = el("button", { type: "button", className: "glimpse-patch", tabIndex: patch ? -1 : 0 })
    node.addEventListener("click", () => open(patch))
    node.addEventListener("focus", () => cells.forEach((cell, i) => { cell.tabIndex = i === patch ? 0 : -1 }))
    return node
  })
  const rows = [0, 4, 8, 12].map(from => el("tr", {}, ...cells.slice(from, from + 4).map(cell => el("td", {}, cell))))
  const caption = el("caption"), node = el("table", { className: "glimpse-board" }, caption, el("tbody", {}, ...rows))
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
  node.addEventListener("keydown", event => {
    const at = cells.indexOf(event.target), [down, right] = arrows[event.key] ?? [0, 0]
    if (down || right) {
      const row = Math.min(3, Math.max(0, (at >> 2) + down)), column = Math.min(3, Math.max(0, (at & 3) + right))
      cells[4 * row + column].focus()
      event.preventDefault()
    }
    if (/^[0-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) answer(+event.key)
  })
  return {
    node,
    /** path: open patches in order; worth: what each look promises (the most is darkest), or null to hide it; next: to be marked, or −1 */
    draw({ title, image, path, worth, next, playable, over }) {
      const covered = worth?.filter(Number.isFinite), low = Math.min(...covered ?? []), high = Math.max(...covered ?? [])
      caption.textContent = title
      cells.forEach((cell, patch) => {
        const turn = path.indexOf(patch) + 1, text = turn ? `${turn}` : worth ? signed(worth[patch]) : "?"
        cell.replaceChildren(el("span", { textContent: text }), patch === next ? el("span", { textContent: "next" }) : "")
        cell.classList.toggle("glimpse-open", turn > 0)
        cell.classList.toggle("glimpse-next", patch === next)
        cell.disabled = !playable
        cell.setAttribute("aria-disabled", over || turn > 0)
        const words = turn ? `opened by look ${turn}` : worth ? `a look promises ${text}` : "covered"
        cell.setAttribute("aria-label", `${place(patch)}: ${words}`)
        // The four pixels of an open patch: quarters of a turn, the top right one first, then clockwise.
        const first = (patch >> 2) * 16 + (patch & 3) * 2, [a, b, c, d] = [1, 9, 8, 0].map(step => ink(image[first + step]))
        cell.style.background = turn ? `conic-gradient(${a} 25%, ${b} 0 50%, ${c} 0 75%, ${d} 0)` : ""
        cell.style.setProperty("--worth", worth && !turn && high > low ? (worth[patch] - low) / (high - low) : 0)
      })
    },
  }
}

/** Runs over all test images, some games a slice. `setting()` → {net, extra, price, name}.
    `ended(lost)` is called when the agent has played all of them in its own way. */
function examination(figure, data, setting, say, ended) {
  const order = choice({ label: "Order of the looks", options: Object.entries(ORDERS), value: "own" })
  const answering = choice({ label: "It answers", options: Object.entries(ANSWERING), value: "0" })
  const rows = el("tbody"), tests = data.labels.length - data.train
  const headings = ["Agent, price, order", "Right", "Looks", "Reward"].map(text => el("th", { scope: "col", textContent: text }))
  const caption = el("caption", { textContent: "Measured in this page" })
  const table = el("table", { className: "glimpse-runs", hidden: true }, caption, el("thead", {}, el("tr", {}, ...headings)), rows)
  let games, price, name, own, cells, tally
  const runner = loop(figure, () => {
    const next = games.next()
    if (!next.done) tally = next.value
    return !next.done
  }, () => {
    const at = tally?.ready ? `${tally.games} of ${tests}` : "finding one order for all"
    run.text = runner.running ? `Stop (${at})` : `Play all ${tests}`
    if (!runner.running && at !== `${tests} of ${tests}`) rows.firstChild.firstChild.append(` (stopped: ${at})`)
    if (!tally?.ready) return
    const right = tally.right / tally.games, looks = tally.looks / tally.games
    const texts = [`${(100 * right).toFixed(1)} %`, looks.toFixed(2), signed(2 * right - 1 - price * looks)]
    cells.forEach((cell, i) => { cell.textContent = texts[i] })
    if (runner.running) return
    say(`${count(tally.games, "game")}, ${name}: ${texts[0]} right, with ${texts[1]} looks and a reward of ${texts[2]} on average.`)
    if (own && tally.games === tests) ended(tally.lost)
  }, { budget: 6 })
  const run = button(`Play all ${tests}`, () => {
    if (runner.running) return runner.stop()
    const { net, extra, ...chosen } = setting(), looks = +answering.value || undefined
    price = chosen.price
    own = order.value === "own" && !looks
    name = [`${chosen.name} training`, `${price} a look`, ORDERS[order.value], ...looks ? [`answers ${ANSWERING[looks]}`] : []].join(", ")
    games = trial(net, data, { extra, order: order.value, looks })
    tally = undefined
    cells = [1, 2, 3].map(() => el("td", { textContent: "…" }))
    rows.prepend(el("tr", {}, el("th", { scope: "row", textContent: name }), ...cells))
    if (rows.children.length > 8) rows.lastChild.remove()
    table.hidden = false
    runner.start()
  })
  const controls = group(`All ${tests} test images`, order.node, answering.node, run.node)
  const node = el("div", { className: "glimpse-exam" }, controls, el("div", { className: "table-scroll" }, table))
  return { node, stop: () => runner.running && runner.stop() }
}

export async function mount(figure) {
  const [buffer, data] = await Promise.all([file(new URL("./weights.safetensors.gz", import.meta.url)), digits()])
  const { nets, trainedAt, updates } = agents(unpack(buffer)), tests = data.labels.length - data.train
  const { state, ignored } = readState("glimpse", DEFAULTS, { ...VALID, image: whole(0, tests - 1) })
  await breathe()
  const queue = sample(Array(tests).keys(), random(1)) // the order of "Another digit"
  let path = [], says = -1, games = 0, yours = 0, its = 0, due = 0

  /* ---- The game ---- */
  const image = () => data.image(data.train + state.image), label = () => data.labels[data.train + state.image]
  const setting = () => ({ net: nets[state.stage], extra: state.price - trainedAt, price: state.price, name: STAGES[state.stage] })
  const think = (opened = openedBy(path), { net, extra } = setting()) => decide(values(net, image(), opened), opened, extra)
  const earned = () => says < 0 ? -state.price * path.length : reward(says === label(), path.length, state.price)
  const verdict = said => said === label() ? "right" : "wrong"
  const end = said => { says = said; return `The digit is ${article(label())}: ${verdict(said)}. Reward ${signed(earned())}.` }
  /** One move of the agent; what was chosen, in words. */
  function move() {
    const { ready, look, say: best, looks, answers } = think()
    if (!ready) {
      path.push(look)
      const otherwise = `its best answer, ${best}, only ${signed(answers[best])}`
      return `Look ${path.length}: the agent opens ${place(look)}. That promised ${signed(looks[look])}; ${otherwise}.`
    }
    const otherwise = path.length === PATCHES ? "and nothing was left to open" : `another look ${signed(looks[look])}`
    return `The agent says ${best}. That promised ${signed(answers[best])}, ${otherwise}. ${end(best)}`
  }
  const task = () => state.who === "you" ? "Open a patch, or say a digit." : "Step, or play, to watch the agent."
  const intro = () => `Test image ${state.image}, ${path.length ? `${count(path.length, "look")} taken` : "all covered"}. ${task()}`

  /* ---- What is seen ---- */
  const { node: spoken, say } = status(ignored), line = () => el("p", { className: "glimpse-line" })
  const uncovered = digit({ label: "", pixels: 112 }), truth = line(), facts = line(), told = line(), lost = el("div")
  const map = board(open, answer)
  const promise = bars({ label: "What each answer promises", names: TEN.map(String), format: share => signed(2 * share - 1) })
  const sayings = TEN.map(number => button(`${number}`, () => answer(number)).node)
  const sayDigit = group("Say a digit", el("p", { textContent: "Say a digit" }), ...sayings)
  sayDigit.classList.add("glimpse-answers")
  const stepper = button("Step", () => { stop(); if (says >= 0) restart(); say(move()); show() })
  const player = button("Play", () => runner.running ? stop() : start())
  const again = button("Start again", () => change({}))
  const another = button("Another digit", () => change({ image: queue[(queue.indexOf(state.image) + 1) % tests] }))
  const select = (key, label, options, onInput) => choice({ label, options, value: state[key], onInput })
  const stages = Object.entries(STAGES).map(([key, words]) => [key, `${words}: ${updates[key]} updates`])
  const stage = select("stage", "Training", stages, value => change({ stage: value }))
  const price = select("price", "A look costs", PRICES, value => change({ price: +value }))
  const who = select("who", "Who plays", [["agent", "the agent"], ["you", "you"]], value => change({ who: value }))

  function show() {
    const { looks, answers, ready, look, say: best } = think(), over = says >= 0, watching = state.who === "agent"
    map.draw({
      title: watching ? "What each look promises" : "Open a patch", image: image(), path, over, playable: !watching,
      worth: watching ? looks : null, next: watching && !over && !ready ? look : -1,
    })
    promise.node.hidden = !watching
    promise.update(answers.map(value => (value + 1) / 2), over ? says : ready ? best : -1)
    sayDigit.hidden = watching
    for (const one of sayings) one.setAttribute("aria-disabled", over)
    stepper.disabled = player.disabled = !watching
    player.text = runner.running ? "Pause" : "Play"
    uncovered.draw(over ? image() : Array(64).fill(0.35))
    uncovered.label = over ? `The whole digit, ${article(label())}` : "The whole digit, covered until the game ends"
    truth.textContent = over ? `It is ${article(label())}.` : "Shown at the end."
    facts.textContent = `${count(path.length, "look")}, reward ${over ? "" : "so far "}${path.length || over ? signed(earned()) : "0"}.`
    const compared = () => ` ${count(games, "game")} of yours: ${signed(yours / games)} a game; the agent: ${signed(its / games)}.`
    if (games && !watching) facts.append(compared())
    told.hidden = state.price === trainedAt
    told.textContent = `This agent was trained at ${trainedAt} a look. It is only told the new price: the difference comes off each look.`
  }
  function restart() { path = []; says = -1; show() }
  function change(changed) {
    stop()
    if ("stage" in changed || "price" in changed) { games = yours = its = 0; exam.stop(); lost.replaceChildren() }
    Object.assign(state, changed)
    restart()
    say(intro())
  }
  function open(patch) {
    if (state.who !== "you" || says >= 0 || path.includes(patch)) return
    path.push(patch)
    say(`You opened ${place(patch)}.`)
    show()
  }
  function answer(number) {
    if (state.who !== "you" || says >= 0) return
    const words = end(number), { net, extra } = setting(), rival = play(net, image(), { extra })
    const reached = reward(rival.says === label(), rival.path.length, state.price), after = path => `after ${count(path.length, "look")}`
    games++
    yours += earned()
    its += reached
    const itself = `The agent, on this digit, says ${rival.says} ${after(rival.path)}: ${verdict(rival.says)}, reward ${signed(reached)}.`
    say(`You say ${number} ${after(path)}. ${words} ${itself}${rival.path.length ? ` It opened ${rival.path.map(place).join("; ")}.` : ""}`)
    show()
  }
  const wrong = ({ row, said }) => [row, `image ${row}: ${article(data.labels[data.train + row])}, it says ${said}`]
  const exam = examination(figure, data, setting, say, some => lost.replaceChildren(choice({
    label: "Games it lost", value: "", options: [["", "choose one to watch"], ...some.map(wrong)],
    onInput: row => { if (row !== "") { who.value = "agent"; change({ image: +row, who: "agent" }) } },
  }).node))

  /* ---- Playing by itself: a move now and then; a screen reader hears only the end ---- */
  const runner = loop(figure, () => {
    if (performance.now() < due) return true
    due = performance.now() + PACE
    const words = move()
    if (says >= 0) spoken.setAttribute("aria-live", "polite")
    say(words)
    show()
    return says < 0
  }, () => { if (!runner.running) show() }, { budget: 0 })
  function start() { if (says >= 0) restart(); spoken.setAttribute("aria-live", "off"); due = 0; runner.start(); show() }
  function stop() { if (runner.running) runner.stop(); spoken.setAttribute("aria-live", "polite") }

  /* ---- Begin ---- */
  const moved = () => state.who === "you" ? { path: path.join("-") } : { moves: path.length + (says >= 0) }
  const link = () => ({ image: state.image, stage: state.stage, price: state.price, who: state.who, ...moved() })
  if (state.who === "you") path = taken(state.path)
  let words = intro()
  if (state.who === "agent") for (let i = 0; i < state.moves && says < 0; i++) words = move()
  show()
  await breathe()
  enliven(figure,
    group("The game", stage.node, price.node, who.node), told, group("Moves", stepper.node, player.node, again.node, another.node),
    facts, spoken, el("div", { className: "demo-row" }, map.node, promise.node, sayDigit, el("div", {}, uncovered.node, truth)),
    exam.node, lost, group("Share", copyLink(figure, "glimpse", link, say)))
  say(words)
}
