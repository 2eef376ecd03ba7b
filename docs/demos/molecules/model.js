/* Molecules: propose, rank, test, learn. As scripts/train/molecules.py and chemistry.py, but the generator stays as it is. No DOM. */

import { decoder } from "../decoder.js"
import { pick, random, sample, softmax } from "../nn.js"

export const TEAMS = ["guided", "random_pick", "list_only", "with_rules"]
export const STEPS = ["propose", "rank", "test", "learn"]
export const TESTED = 20, KNOWN = 100, ROUNDS = 20 // molecules tested a round, known at the start, rounds at most
const END = 0

/* ---- The generator: p(next character | line so far) ---- */

/** The model from the unpacked file of weights, with its characters. */
export const generator = ({ tensors, notes }) =>
  ({ ...decoder(tensors, JSON.parse(notes.shape)), vocabulary: JSON.parse(notes.vocabulary) })

/** Write one line, character after character. */
export function write(model, uniform) {
  const memory = model.begin()
  let line = "", token = END
  while (memory.tokens.length < model.shape.context) {
    token = pick(softmax(model.read(memory, token).logits), uniform)
    if (token === END) break
    line += model.vocabulary[token]
  }
  return line
}

/* ---- The laboratory: a table of what was computed beforehand ---- */

/** {find(line) → the molecule {line: its canonical spelling, qed, logp, doubtful} or undefined, start: the start list} */
export function laboratory({ rows, start }) {
  const shelf = new Map(), known = new Map()
  for (const [spelling, qed, logp, doubtful, canonical] of rows) {
    const line = canonical || spelling
    if (!known.has(line)) known.set(line, { line, qed: qed / 1000, logp: logp / 100, doubtful: doubtful.replaceAll("_", " ") })
    shelf.set(spelling, known.get(line))
  }
  return { find: line => shelf.get(line), start: rows.slice(0, start).map(([line]) => shelf.get(line)), size: known.size }
}

/* ---- The ranker: ridge regression on how often each snippet of 1 to 3 characters occurs ---- */

const STRENGTH = 3 // of the pull towards zero

/** How often each snippet of a line occurs; ^ and $ mark its ends. */
export function snippets(line) {
  const text = `^${line}$`, counts = new Map()
  for (let size = 1; size <= 3; size++) for (let i = 0; i + size <= text.length; i++) {
    const snippet = text.slice(i, i + size)
    counts.set(snippet, (counts.get(snippet) ?? 0) + 1)
  }
  return counts
}

/** Learn in small slices: yields between them, returns {predict(line), weights: Map, mean}. The closed form, with one unknown a molecule:
    (X Xᵀ + 3 I) a = y, weights = Xᵀ a, for counts X and values y from which their means are taken off. */
export function* learning(lines, values) {
  const counted = lines.map(snippets), names = [...new Set(counted.flatMap(counts => [...counts.keys()]))]
  const place = new Map(names.map((name, i) => [name, i])), n = lines.length, centre = new Float64Array(names.length)
  for (const counts of counted) for (const [name, count] of counts) centre[place.get(name)] += count / n
  const mean = values.reduce((sum, value) => sum + value / n, 0)
  const rows = counted.map(counts => {
    const row = Float64Array.from(centre, value => -value)
    for (const [name, count] of counts) row[place.get(name)] += count
    return row
  })
  yield
  const lower = [] // Cholesky: lower · lowerᵀ = X Xᵀ + 3 I, one row after the other
  const solved = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const row = new Float64Array(i + 1)
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? STRENGTH : 0
      for (let k = 0; k < names.length; k++) sum += rows[i][k] * rows[j][k]
      for (let k = 0; k < j; k++) sum -= row[k] * (j < i ? lower[j] : row)[k]
      row[j] = i === j ? Math.sqrt(sum) : sum / lower[j][j]
    }
    lower.push(row)
    let rest = values[i] - mean
    for (let k = 0; k < i; k++) rest -= row[k] * solved[k]
    solved[i] = rest / row[i]
    yield
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) solved[i] -= lower[k][i] * solved[k]
    solved[i] /= lower[i][i]
  }
  const weights = new Map(names.map((name, k) => [name, rows.reduce((sum, row, i) => sum + row[k] * solved[i], 0)]))
  const offset = mean - names.reduce((sum, name, k) => sum + weights.get(name) * centre[k], 0)
  const predict = line => [...snippets(line)].reduce((sum, [name, count]) => sum + (weights.get(name) ?? 0) * count, offset)
  return { predict, weights, offset }
}

/** The same at one go. */
export function learn(lines, values) {
  const work = learning(lines, values)
  for (;;) { const { done, value } = work.next(); if (done) return value }
}

/* ---- The loop ---- */

export const average = list => list.reduce((sum, value) => sum + value, 0) / list.length

/** One team's search. All teams with one seed know the same 100 molecules at the start, and a round's lines are the same for all that
    have the generator. work() does a small slice and returns true when a step has ended; `rounds` holds what happened. */
export function search({ model, lab, team, seed, lines }) {
  const chance = (round, of) => random(Math.imul(seed + 1, 7919) + 64 * round + of)
  const tested = new Map(sample(lab.start, chance(0, 0), KNOWN).map(molecule => [molecule.line, molecule]))
  const rounds = []
  let steps = 0, job, ranker

  function* study() {
    const all = [...tested.values()]
    ranker = yield* learning(all.map(({ line }) => line), all.map(({ qed }) => qed))
  }
  const todo = {
    /** → written: [{line, molecule or undefined, note}], options: the different molecules that can be tested. */
    *propose(round) {
      const written = [], uniform = chance(rounds.length, 1)
      if (team === "list_only") for (const molecule of lab.start) written.push({ line: molecule.line, molecule })
      else while (written.length < lines) {
        const line = write(model, uniform)
        written.push({ line, molecule: lab.find(line) })
        round.written = written
        yield
      }
      const options = new Map()
      for (const item of written) {
        if (!item.molecule) item.note = "absent"
        else if (tested.has(item.molecule.line)) item.note = "known"
        else if (team === "with_rules" && item.molecule.doubtful) item.note = "refused"
        else if (options.has(item.molecule.line)) item.note = "again"
        else { item.note = "option"; options.set(item.molecule.line, { ...item.molecule }) }
      }
      Object.assign(round, { written, options: [...options.values()].sort((a, b) => a.line < b.line ? -1 : 1) })
    },
    *rank(round) {
      if (team === "random_pick") { round.chosen = sample(round.options, chance(rounds.length, 2), TESTED); return }
      if (!ranker) yield* study()
      for (const option of round.options) option.expected = ranker.predict(option.line)
      round.chosen = [...round.options].sort((a, b) => b.expected - a.expected).slice(0, TESTED)
      round.expected = average(round.chosen.map(({ expected }) => expected))
    },
    *test(round) {
      for (const { line, qed, logp, doubtful } of round.chosen) tested.set(line, { line, qed, logp, doubtful })
      round.mean = average(round.chosen.map(({ qed }) => qed))
      round.doubtful = round.chosen.filter(({ doubtful }) => doubtful).length
      round.best = [...tested.values()].reduce((best, one) => one.qed > best.qed ? one : best)
    },
    *learn(round) {
      if (team !== "random_pick") yield* study()
      round.learnt = tested.size
    },
  }
  return {
    team, rounds, tested,
    get steps() { return steps },
    get next() { return STEPS[steps % 4] },
    get over() { return steps >= 4 * ROUNDS || (steps % 4 === 1 && !rounds.at(-1).options.length) },
    get ranker() { return ranker },
    work() {
      if (!job) {
        if (steps % 4 === 0) rounds.push({})
        job = todo[STEPS[steps % 4]](rounds.at(-1))
      }
      if (!job.next().done) return false
      job = null
      steps++
      return true
    },
  }
}
