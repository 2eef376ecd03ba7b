/* The contest on a plane, trained while you watch: played, slowed down, one player alone, and driven into collapse. */

import { digits } from "../data.js"
import { breathe, button, calm, checkbox, choice, copyLink, el, enliven, file, group, inPieces, loop, readState, several, slider, status, whole } from "../kit.js"
import { unpack } from "../nn.js"
import { course, parsed, yardstick } from "./course.js"
import { onPlane, RECIPE, rightShare, verdicts } from "./model.js"
import { curve, diagram, plane } from "./picture.js"

const DEFAULTS = { seed: 1, length: 1, moves: "" }, SEEDS = 50, LENGTHS = [1, 10, 100, 1000]
const VALID = { seed: whole(1, SEEDS), length: value => LENGTHS.includes(value), moves: parsed }
const EVEN_FIRST = 300 // rounds before the generator runs ahead, when a collapse is asked for
const PACE = 1400, CALM_PACE = 500 // milliseconds of a phase in slow motion; between two pictures with reduced motion
const PHASES = [ // of a round in slow motion: what acts, and in words. The third and the last make the step
  [["noise", "z", "generator", "g", "made"], "Generator: random numbers go in, points come out."],
  [["made", "m", "real", "r", "discriminator", "v", "verdict"], "Discriminator: it judges made and real points, not told which is which."],
  [["verdict", "toD", "discriminator"], "Discriminator: it is told which were real, and changes a little. Watch the border."],
  [["noise", "z", "generator", "g", "made"], "Generator: it makes new points."],
  [["made", "m", "discriminator", "v", "verdict", "toG"], "Discriminator to generator: arrows tell where a point would look more real."],
  [["toG", "generator"], "Generator: it changes a little, so that its points move that way."],
]
const ACTING = { // in moves of each kind
  r: ["z", "generator", "g", "m", "r", "discriminator", "v", "toG", "toD"], a: ["z", "generator", "g", "m", "v", "toG"],
  d: ["discriminator", "toD"], g: ["generator", "toG"],
}
const PLAYING = {
  r: "Both learn in turn: one step of the discriminator, one of the generator.",
  a: `The generator runs ahead: ${RECIPE.ahead} steps for each of the discriminator’s.`,
}
const percent = share => `${(100 * share).toFixed(0)} %`
const small = value => Math.abs(value) < 100 ? value.toFixed(4) : value.toExponential(1)
const signed = value => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`
const average = values => values.reduce((sum, v) => sum + v, 0) / values.length

export async function mount(figure) {
  const [data, weights] = await Promise.all([digits(), file(new URL("../clusters/weights.safetensors.gz", import.meta.url))])
  const { tensors: { mean, axes } } = unpack(weights), { state, ignored } = readState("gan-plane", DEFAULTS, VALID)
  const real = onPlane(data.images.subarray(0, 64 * data.train), mean, axes).points, yard = await inPieces(yardstick(real))
  let run, phase = 0, nextPhase = 0, drawn = 0, counted = 0

  // ---- What there is to see and to press
  const { node: heard, say } = status(ignored), who = diagram(), map = plane(real), energies = curve(), facts = el("tbody")
  const standing = el("table", { className: "gan-plane-facts" }, el("caption", { textContent: "How it stands" }), facts)
  const play = button("Play", () => playing() ? pause() : go([{ kind: mode(), count: Infinity }]))
  const step = button("Step", () => slow.checked ? slowly() : go([{ kind: mode(), count: +size.value }]))
  const onlyD = button("Discriminator only", () => go([{ kind: "d", count: +size.value }]))
  const onlyG = button("Generator only", () => go([{ kind: "g", count: +size.value }]))
  const again = button("Same seed again", () => {
    start()
    say(`Seed ${state.seed} again: the same random start, and the same course if you press the same.`)
  })
  const collapse = button("Collapse", () => {
    start()
    slow.checked = false
    ahead.checked = true
    go([{ kind: "r", count: EVEN_FIRST }, { kind: "a", count: Infinity }])
    say(`Seed ${state.seed} again: ${EVEN_FIRST} even rounds, then ${RECIPE.ahead} steps of the generator for one of the discriminator.`)
  })
  const slow = checkbox({ label: "Slow motion", onInput: changePace })
  const ahead = checkbox({
    label: `Generator ahead, ${RECIPE.ahead} steps to 1`,
    onInput() { if (run.busy) go([{ kind: mode(), count: Infinity }]) },
  })
  const averaged = checkbox({ label: "Points of its running mean", onInput: () => show(true) })
  const size = choice({ label: "A press is", options: [[1, "1 step"], [10, "10 steps"], [100, "100 steps"]], value: 10 })
  const seed = slider({ label: "Seed", min: 1, max: SEEDS, value: state.seed, onInput(value) { state.seed = value; start() } })
  const length = choice({
    label: "Length of steps", value: state.length,
    options: LENGTHS.map(times => [times, times === 1 ? "as in the recipe" : `${several(times)} times`]),
    onInput(value) { state.length = +value; start() },
  })
  const fast = loop(figure, () => run.work(), show)
  const unhurried = loop(figure, () => {
    if (performance.now() < nextPhase) return true
    nextPhase = performance.now() + PACE
    slowly()
    return !run.news
  }, undefined, { budget: 0 })

  await breathe()
  start()
  await breathe()
  enliven(figure,
    group("The contest", play.node, step.node, onlyD.node, onlyG.node, again.node, collapse.node),
    group("How", slow.node, ahead.node, size.node),
    heard,
    el("div", { className: "gan-plane-views" }, el("div", {}, who.node, energies.node), el("div", {}, map.node, averaged.node)), standing,
    group("The start", seed.node, length.node, copyLink(figure, "gan-plane", () => ({ ...state, moves: run.moves }), say)))
  if (state.moves) {
    ahead.checked = /a\d*$/.test(state.moves)
    go(parsed(state.moves))
  }
  say(state.moves ? "Playing what the link asks for." : "The crosses are where the untrained generator puts its points. Press Play.")

  // ---- What changes
  function start() {
    unhurried.stop()
    run = course(yard, state)
    phase = counted = 0
    fast.start() // it measures the start, and rests
    show(true)
  }

  function playing() { return run.busy || unhurried.running }
  function mode() { return ahead.checked ? "a" : "r" }

  function go(moves) {
    run.news = null
    if (slow.checked && moves[0].count === Infinity) unhurried.start()
    else { run.ask(moves); fast.start() }
    phase = run.game.turn ? 3 : 0
    show(true)
    if (moves[0].count === Infinity && !slow.checked) say(PLAYING[moves[0].kind])
  }

  function pause() {
    if (run.busy) return run.pause()
    unhurried.stop()
    show(true)
    say("Paused in the middle of a round.")
  }

  function changePace(on) {
    const going = playing()
    step.text = on ? "Next phase" : "Step"
    run.pause(true)
    unhurried.stop()
    if (going) go([{ kind: mode(), count: Infinity }])
    else show(true)
  }

  /** One phase of slow motion: tell it, show it, and at the end of a player's turn make the step. */
  function slowly() {
    const [parts, words] = PHASES[phase]
    run.news = null
    if (phase % 3 === 2 && run.make(mode())) { run.measure(); fast.start() }
    show(true)
    who.light(parts)
    say(words)
    phase = phase === 5 && run.game.turn ? 3 : (phase + 1) % 6
  }

  // ---- Telling
  function show(at_once = false) {
    const moving = run.busy
    play.text = playing() ? "Pause" : "Play"
    if (moving && calm() && !at_once && performance.now() - drawn < CALM_PACE) return
    drawn = performance.now()
    const made = run.points(averaged.checked), { layers } = run.game.discriminator
    map.draw({ made, discriminator: layers, arrows: slow.checked ? phase > 3 : !moving })
    if (!slow.checked) who.light(ACTING[run.playing ?? /([dg])\d+$/.exec(run.moves)?.[1]] ?? [])
    if (run.curve.mean.length > counted) tell(made, layers)
    if (run.news && !fast.running) { say(news(run.news)); run.news = null }
  }

  function tell(made, layers) {
    const now = run.curve.now.at(-1), { chance, gaussian } = yard
    const rows = {
      "Round": several(now.round),
      "Energy distance of the generator": small(now.energy),
      "… of its running mean": small(run.curve.mean.at(-1).energy),
      "… of one Gaussian; by chance alone": `${small(gaussian)}; ${small(chance)}`,
      "Discriminator is right": `${percent(rightShare(layers, real, made))} (guessing: 50 %)`,
      "Mean verdict on real; on made": [real, made].map(points => signed(average(verdicts(layers, points)))).join("; "),
      "Spread of the made points": `${percent(now.spread)} of the real`,
    }
    counted = run.curve.mean.length
    const row = ([name, value]) => el("tr", {}, el("th", { scope: "row", textContent: name }), el("td", { textContent: value }))
    facts.replaceChildren(...Object.entries(rows).map(row))
    energies.update(run.curve, { "one Gaussian": gaussian, "by chance": chance })
  }

  function news({ why, kind, spread }) {
    const { game, curve } = run, right = rightShare(game.discriminator.layers, real, run.points())
    const [now, mean] = [curve.now, curve.mean].map(measured => small(measured.at(-1).energy))
    const guess = right < .55 ? ", hardly better than guessing" : ""
    const stand = `Energy distance ${now}, of the running mean ${mean}. The discriminator is right ${percent(right)} of the time${guess}.`
    const round = `Round ${several(game.round)}.`
    if (why === "overflow") return `The contest has diverged. ${round} The numbers have overflowed and mean nothing any more. `
      + "Choose shorter steps, or press “Same seed again”."
    if (why === "lost" && kind === "g") return "Nearly all made points have left the map: a generator that learns alone climbs the same "
      + "slope on and on. Let the discriminator answer."
    if (why === "lost") return `The contest has diverged. ${round} Nearly all made points have left the map: steps this long overshoot `
      + "every goal. Choose shorter ones."
    if (why === "collapsed") return `Mode collapse. ${round} Whatever the random numbers are, the generator makes nearly the same point: `
      + `the spread is ${percent(spread)} of the real one. All points ran to where the discriminator believed them last. Play on to see it `
      + "chase them from spot to spot; untick “Generator ahead” and play, and they spread out again."
    if (why === "rounds") return `Stopped by itself after ${several(RECIPE.rounds)} rounds, as the steps have become tiny. ${stand}`
    if (why === "ahead") return `Stopped by itself. ${round} The generator is still running ahead. ${stand}`
    if (kind === "d") return `Only the discriminator learned: the border moved, the points stayed. ${stand}`
    if (kind === "g") return `Only the generator learned: its points moved to where they are believed, the border stayed. ${stand}`
    return `${round} ${stand}`
  }
}
