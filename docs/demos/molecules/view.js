/* Molecules: the reader runs the loop of proposing, ranking, testing and learning, step by step, for one team after the other. */

import { button, chart, choice, copyLink, el, enliven, file, group, loop, readState, status, whole } from "../kit.js"
import { unpack } from "../nn.js"
import { generator, KNOWN, laboratory, ROUNDS, search, TEAMS, TESTED } from "./model.js"

const DEFAULTS = { team: "guided", seed: 1, lines: 300, steps: 0 }
const VALID = { team: value => TEAMS.includes(value), seed: whole(0, 1e6), lines: value => [60, 300].includes(value), steps: whole(0, 4 * ROUNDS) }
const NAMES = {
  guided: "generator + ranking", random_pick: "generator, random pick", list_only: "ranking of a fixed list",
  with_rules: "generator + ranking + rule",
}
const TITLES = { propose: "Propose", rank: "Rank", test: "Test", learn: "Learn" }
const SHOWN = 60 // lines on the page at once
const ORDER = ["option", "refused", "known", "again", "absent"]
const FATES = {
  option: "can be tested", refused: "thrown out by the rule", known: "tested before", again: "same molecule again",
  absent: "the laboratory cannot make it",
}
const three = value => value.toFixed(3)
const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`
const groups = count => `${count} with a doubtful group`

export async function mount(figure) {
  const [weights, table] = await Promise.all(["weights.safetensors.gz", "table.json"].map(name => file(new URL(`./${name}`, import.meta.url))))
  const model = generator(unpack(weights)), lab = laboratory(JSON.parse(new TextDecoder().decode(table)))
  const { state, ignored } = readState("molecules", DEFAULTS, VALID)
  let runs = {}, goal = 0 // the searches of all teams, and the step up to which the chosen one is running
  const run = () => runs[state.team] ??= search({ model, lab, ...state })

  // ---- What there is to see and to press
  const { node: heard, say } = status(ignored)
  const team = choice({
    label: "Team", options: TEAMS.map(name => [name, NAMES[name]]), value: state.team,
    onInput(name) { halt(); state.team = name; arrive() },
  })
  const lines = choice({
    label: "The generator writes", options: [[60, "60 lines a round"], [300, "300 lines a round"]], value: state.lines,
    onInput(value) { state.lines = +value; restart() },
  })
  const forth = button("", () => go(1))
  const oneRound = button("One round", () => go(4 - run().steps % 4))
  const five = button("Five rounds", () => work.running ? (halt(), arrive()) : go(20 - run().steps % 4))
  const stages = Object.fromEntries(Object.keys(TITLES).map(name => [name, { item: el("li"), text: el("span") }]))
  for (const [name, { item, text }] of Object.entries(stages)) item.append(el("b", {}, TITLES[name]), ": ", text)
  const title = el("p", { className: "demo-title" })
  const curve = chart({ label: "", x: "Round", y: "Computed QED", height: 220, xs: [1, 5], ys: [.6, .95] })
  const caption = el("caption"), listed = el("tbody"), teams = el("tbody")
  const scroller = el("div", { className: "molecules-lines", role: "region", tabIndex: 0, "aria-label": "The lines of this round" },
    el("table", { className: "molecules-list" }, caption, el("thead", {}, row("col", "Line", "What became of it")), listed))

  const work = loop(figure, () => {
    const search = run()
    if (search.steps >= goal || search.over) return false
    search.work()
    return search.steps < goal && !search.over
  }, () => { if (work.running) progress(); else arrive() }, { budget: 10 })

  function halt() { goal = 0; work.stop() }
  function go(count) {
    if (run().over) return
    goal = run().steps + count
    work.start()
    progress()
  }
  function restart() {
    halt()
    runs = {}
    arrive(`Start again with seed ${state.seed}.`)
  }

  // ---- Showing
  function row(scope, first, ...rest) {
    const tag = scope === "col" ? "th" : "td", head = el("th", { scope }, first)
    return el("tr", {}, head, ...rest.map(text => el(tag, scope === "col" ? { scope } : {}, text)))
  }

  /** While it runs: only what changes, and nothing is said aloud. */
  function progress() {
    five.text = "Pause"
    const search = run(), round = search.rounds.at(-1)
    title.textContent = `Round ${Math.max(1, search.rounds.length)} is running …`
    if (search.next === "propose" && round?.written) stages.propose.text.textContent = `${round.written.length} lines written`
  }

  /** Words for each step of a round, as far as it has come. */
  function told(search, round) {
    const fixed = state.team === "list_only", words = {}
    if (!round?.options) return words
    const [absent, refused] = ["absent", "refused"].map(kind => round.written.filter(({ note }) => note === kind).length)
    words.propose = fixed ? `nothing is proposed; ${round.options.length} molecules of the fixed list are not yet tested`
      : `${round.written.length} lines written, ${round.written.length - absent} of them in the table; `
        + `${many(round.options.length, "new molecule")} to choose from`
        + (refused ? `; ${many(refused, "line")} thrown out by the rule` : "")
    if (round.chosen) words.rank = round.expected === undefined ? `${round.chosen.length} picked at random`
      : `the best ${round.chosen.length} by prediction, expected QED ${three(round.expected)} on average`
    if (round.mean !== undefined)
      words.test = `computed QED ${three(round.mean)} on average; best found so far ${three(round.best.qed)}; ${groups(round.doubtful)}`
    if (round.learnt) words.learn = state.team === "random_pick" ? "random pick learns nothing"
      : `the ranker has learned from ${round.learnt} molecules; the generator stays as it is`
    return words
  }

  /** The last round in which something is done; one whose lines are still being written does not count. */
  function latestRound({ rounds }) {
    const number = rounds.findLastIndex(({ options }) => options) + 1
    return { number, round: rounds[number - 1] }
  }
  const past = search => search.rounds.filter(({ mean }) => mean !== undefined)

  function arrive(before = "") {
    const search = run(), { round, number } = latestRound(search), words = told(search, round), done = past(search)
    state.steps = search.steps
    five.text = "Five rounds"
    forth.text = `Next step: ${TITLES[search.next].toLowerCase()}`
    for (const one of [forth, oneRound, five]) one.disabled = false
    if (search.over) for (const one of [forth, oneRound, five]) one.disabled = true
    title.textContent = round ? `Round ${number}, ${NAMES[state.team]}` : `Before round 1: ${KNOWN} molecules of the start list are known`
    for (const [name, { item, text }] of Object.entries(stages)) {
      text.textContent = words[name] ?? "–"
      if (name === search.next) item.setAttribute("aria-current", "step")
      else item.removeAttribute("aria-current")
    }
    showLines(round, number)
    showChart(done)
    const busy = TEAMS.filter(name => runs[name] && past(runs[name]).length)
    if (!busy.length) teams.replaceChildren(row("row", "none yet", ..."–––––"))
    else teams.replaceChildren(...busy.map(name => {
      const rounds = past(runs[name]), last = rounds.at(-1), total = count => rounds.reduce((sum, round) => sum + count(round), 0)
      return row("row", NAMES[name], rounds.length, three(rounds[0].mean), three(last.mean), three(last.best.qed),
        `${total(({ doubtful }) => doubtful)} of ${total(({ chosen }) => chosen.length)}`)
    }))
    const latest = round && Object.keys(TITLES)[(search.steps + 3) % 4]
    const name = NAMES[state.team], nothing = `${name[0].toUpperCase()}${name.slice(1)}, seed ${state.seed}: nothing tested yet.`
    const end = search.steps < 4 * ROUNDS ? "Nothing new to test: the search ends here." : `${ROUNDS} rounds are the end.`
    say([before, round ? `Round ${number}, ${TITLES[latest].toLowerCase()}: ${words[latest]}.` : nothing,
      latest === "learn" && `Computed QED ${three(round.mean)} on average, best found ${three(round.best.qed)}, ${groups(round.doubtful)}.`,
      search.over && end].filter(Boolean).join(" "))
  }

  /** The lines of the round: those picked first, then the others by what became of them. Before the first round, the start list. */
  function showLines(round, number) {
    if (!round) {
      const known = [...run().tested.values()].sort((a, b) => b.qed - a.qed)
      caption.textContent = `Start list: the best ${SHOWN} of ${known.length} known molecules`
      listed.replaceChildren(...known.slice(0, SHOWN).map(({ line, qed }) => row("row", line, `known: ${three(qed)}`)))
      return
    }
    const { written } = round
    const [chosen, options] = ["chosen", "options"].map(key => new Map(round?.[key]?.map(one => [one.line, one])))
    const fate = ({ note, molecule }) => {
      if (note !== "option") return FATES[note]
      const { expected, qed, doubtful } = options.get(molecule.line), guess = expected === undefined ? "" : `, expected ${three(expected)}`
      if (!chosen.has(molecule.line)) return round.chosen ? `not picked${guess}` : FATES.option
      return round.mean === undefined ? `picked${guess}` : `tested: ${three(qed)}${guess}${doubtful ? `; doubtful: ${doubtful}` : ""}`
    }
    const places = [...chosen.keys()], weight = ({ note, molecule }) =>
      note === "option" && chosen.has(molecule.line) ? places.indexOf(molecule.line) : 100 + ORDER.indexOf(note)
    const sorted = round?.chosen ? [...written].sort((a, b) => weight(a) - weight(b)) : written
    caption.textContent = `Round ${number}: ${many(written.length, "line")}${written.length > SHOWN ? `, ${SHOWN} of them shown` : ""}`
    listed.replaceChildren(...sorted.slice(0, SHOWN).map(item => row("row", item.line || "(an empty line)", fate(item))))
    scroller.scrollTop = 0
  }

  function showChart(done) {
    const points = key => done.map((round, i) => [i + 1, key(round)])
    const found = points(({ best }) => best.qed), means = done.map(({ mean }) => three(mean)).join(", ")
    curve.update([{ name: "mean", points: points(({ mean }) => mean) }, { name: "best", points: found, dash: "5 3" }])
    curve.node.setAttribute("aria-label", !done.length ? "Nothing is tested yet"
      : `${NAMES[state.team]}: mean computed QED of those tested, round by round: ${means}; best found: ${three(done.at(-1).best.qed)}`)
  }

  const live = enliven(figure,
    group("The team", team.node, lines.node),
    group("Run", forth.node, oneRound.node, five.node),
    heard,
    el("div", {}, title, el("ol", { className: "demo-list molecules-steps" }, ...Object.values(stages).map(({ item }) => item))),
    el("div", { className: "demo-row" }, scroller,
      el("div", { className: "molecules-result" }, 
        el("p", { className: "demo-title" }, "Mean of the molecules tested (whole line), best found (dashed)"), curve.node)),
    el("div", { className: "molecules-wide", role: "region", tabIndex: 0, "aria-label": "Your teams" },
      el("table", { className: "molecules-teams" }, el("caption", {}, "Your teams with this seed"),
        el("thead", {}, row("col", "Team", "Rounds", "Mean, first", "Mean, last", "Best found", "Doubtful")), teams)),
    group("Again",
      button("Start again", restart).node, button("Start again, next seed", () => { state.seed = (state.seed + 1) % 1e6; restart() }).node,
      copyLink(figure, "molecules", () => state, say)))
  // What the trainer measured stays in view below: there the generator learns too.
  figure.prepend(live)
  for (const child of figure.children) child.hidden = false

  const asked = state.steps
  arrive()
  if (asked) go(asked)
}
