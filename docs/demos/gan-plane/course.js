/* The course of a contest, in slices small enough for a page: moves asked for and made, measurements between them, when to stop. No DOM. */

import { normal, random } from "../nn.js"
import {
  act, byChance, compare, contest, discriminatorStep, finish, forward, generatorStep, meanDistance, RECIPE, SIZES,
} from "./model.js"

const SHOWN = 300, SAMPLE = 1000 // made points on the map, and in a measurement
const EVERY = 100, CHECK = 10    // steps of the generator between measurements; even rounds between looks at the made points
const AHEAD_STOP = 150           // rounds ahead after which it stops by itself
const IN_A_ROW = 3               // looks that must agree before it stops for a collapse or because points are lost
export const COLLAPSED = .25, LOST = .9, REACH = 3 // spread of a collapsed generator; share of points off the map, which shows −3 … 3

/** The kinds of moves, and how many a link may ask for: even rounds, rounds in which the generator runs ahead, steps of one player. */
const LIMIT = { r: 10_000, a: 500, d: 10_000, g: 10_000 }

/** "r300a16" → [{kind: "r", count: 300}, {kind: "a", count: 16}]. A last r or a without a number goes on until it stops by itself.
    undefined when it is not understood or too much. */
export function parsed(moves) {
  if (!/^([radg]\d{1,5})*[ra]?$/.test(moves)) return undefined
  const list = [...moves.matchAll(/([radg])(\d*)/g)].map(([, kind, count]) => ({ kind, count: count ? +count : Infinity })), total = {}
  for (const { kind, count } of list) if (count < Infinity) total[kind] = (total[kind] ?? 0) + count
  return Object.entries(total).every(([kind, count]) => count <= LIMIT[kind]) ? list : undefined
}

/** What the made points are measured with, as a generator function. `within`: the mean distance of real points; `gaussian`: the energy
    distance of a single Gaussian with the right spread along each axis, measured by the first course. */
export function* yardstick(real) {
  const within = yield* meanDistance(real, real)
  return { real, within, chance: byChance(real, { length: 2 * SAMPLE }, within), gaussian: NaN }
}

/** `count` times `size` normal numbers. After each lot comes the same with the other sign: measured on such pairs, the energy distance of
    a generator is half as unsteady as on independent numbers (.0027 to .0046 for twelve seeds, instead of .0027 to .0084). */
export function inPairs(draw, size, count) {
  const numbers = new Float64Array(size * count)
  for (let n = 0; n < count; n += 2) for (let i = 0; i < size; i++) numbers[(n + 1) * size + i] = -(numbers[n * size + i] = draw())
  return numbers
}

function* measureGaussian(yard, draws = 3) {
  const { real, within } = yard, draw = normal(random(11))
  const spread = [0, 1].map(k => Math.hypot(...real.filter((_, i) => i % 2 === k)) / Math.sqrt(real.length / 2))
  let sum = 0
  for (let n = 0; n < draws; n++) {
    const drawn = inPairs(draw, 2, SAMPLE).map((v, i) => v * spread[i % 2])
    sum += (yield* compare(real, drawn, within)).energy
  }
  yard.gaussian = sum / draws
}

/** Share of points that do not lie on the map. */
export function offMap(points) {
  let on = 0
  for (let i = 0; i < points.length; i += 2) on += Math.abs(points[i]) <= REACH && Math.abs(points[i + 1]) <= REACH
  return 1 - on / (points.length / 2)
}

/** A contest under way. Call work() until it returns false; ask(moves) for more; look at `news` for why it stopped:
    {why: "asked" | "rounds" | "ahead" | "collapsed" | "lost" | "overflow", kind of the last move, spread}. */
export function course(yard, { seed, length }) {
  const { real, within } = yard, game = contest(real, seed, { rateG: RECIPE.rateG * length, rateD: RECIPE.rateD * length })
  const still = inPairs(normal(random(7)), SIZES.generator[0], SAMPLE) // the numbers behind the points that are shown and measured: the same throughout
  const taken = [], curve = { now: [], mean: [] }
  let todo = [], job = measure(), under = "r", pausing = false, inARow = 0, told = false
  const self = {
    game, curve, news: null, ask, pause, work, make, points,
    get busy() { return todo.length > 0 },
    get playing() { return todo[0]?.kind },
    get moves() { return taken.map(({ kind, count }) => kind + count).join("") },
    measure() { job ??= measure() },
  }
  return self

  /** What the generator, or its running mean, makes of the standing numbers. */
  function points(averaged = false, count = SHOWN) {
    return forward(averaged ? game.mean : game.generator.layers, still.subarray(0, 4 * count), count).out
  }

  function* measure() {
    if (Number.isNaN(yard.gaussian)) yield* measureGaussian(yard)
    const { round, generator: { steps } } = game
    for (const name of ["now", "mean"]) {
      const measured = yield* compare(real, points(name === "mean", SAMPLE), within)
      curve[name].push({ round, steps, ...measured })
    }
  }

  /** Ask for moves [{kind, count}]; those asked for before are dropped, but a round that was begun is finished. */
  function ask(list) {
    todo = game.turn ? [{ kind: under, count: 1 }, ...list] : list
    pausing = false
  }

  /** Stop at the end of the round; at once if the moves go on elsewhere (`now`). */
  function pause(now = false) {
    if (now) todo = []
    else pausing = true
  }

  /** A bit of work, of a measurement or a move. Returns false when there is nothing left to do. */
  function work() {
    if (job) { if (job.next().done) job = null } else if (!todo.length) return false
    else if (make(todo[0].kind) && todo.length) {
      const [{ kind }] = todo
      if (--todo[0].count <= 0) todo.shift()
      if (pausing || !todo.length) stop(spread() < COLLAPSED && game.round ? "collapsed" : "asked", { kind: pausing ? "" : kind })
    }
    return true
  }

  /** One step of a player; of a round, the next. Returns true when the move is complete. */
  function make(kind) {
    if (kind === "d") discriminatorStep(game, 1)
    else if (kind === "g") generatorStep(game, 1)
    else {
      if (game.turn === 0) under = kind
      if (!act(game, under === "a")) return false
    }
    const made = "dg".includes(kind) ? kind : under
    if (taken.at(-1)?.kind === made) taken.at(-1).count++
    else taken.push({ kind: made, count: 1 })
    if (game.generator.steps - (curve.now.at(-1)?.steps ?? 0) >= EVERY) self.measure()
    look(made)
    return true
  }

  /** Is all well? Moves without a number stop by themselves; those with one are carried out, so that a link leads where it was copied. */
  function look(kind) {
    if (!Number.isFinite(game.generator.loss + game.discriminator.loss)) return stop("overflow", { kind })
    const open = todo[0]?.count === Infinity
    if (kind === "r") told = false
    if (kind === "a" || taken.at(-1).count % CHECK === 0) {
      const made = points(), lost = offMap(made) >= LOST
      inARow = lost || spread(made) < COLLAPSED ? inARow + 1 : 0
      if (inARow >= IN_A_ROW && lost) return stop("lost", { kind })
      if (inARow >= IN_A_ROW && open && !told) { told = true; return stop("collapsed", { kind }) }
    }
    if (open && kind === "r" && game.round % RECIPE.rounds === 0) stop("rounds")
    if (open && kind === "a" && taken.at(-1).count % AHEAD_STOP === 0) stop("ahead")
  }

  /** How far the made points lie apart, as a share of the real ones. */
  function spread(made = points()) { return finish(meanDistance(made, made)) / within }

  function stop(why, more) {
    todo = []
    self.news = { why, spread: spread(), ...more }
    self.measure()
  }
}
