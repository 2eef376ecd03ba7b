/* The second half of the stories demo: the model that writes is asked whose story this is, a report or a joke. */

import { bars, button, el, field, group, loop } from "../kit.js"
import { random, ranked, softmax } from "../nn.js"
import { chances, nearest, tell, TELLERS } from "./checker.js"
import { classify, longest, split } from "./model.js"

const BATCH = 100, STRONGEST = 3, CLEAR = 1.2 // stories of a test; words named as evidence, and how many times likelier they must be
const note = (...words) => el("p", { className: "demo-quiet" }, ...words)
const list = words => words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0]

const share = part => `${(100 * part).toFixed(1)} %`

/** The words that are clearly likelier with this teller, in words. evidence: ln p(word | joke …) − ln p(word | report …) */
function speaks(words, evidence, teller) {
  const times = evidence.map(one => Math.exp(teller ? one : -one))
  const clear = ranked(times).filter(i => times[i] > CLEAR).slice(0, STRONGEST)
  const named = clear.map(i => `“${words[i] ?? "the end"}” (${times[i].toFixed(1)} times)`)
  return `Likelier in a ${TELLERS[teller]}: ${named.length ? list(named) : "nothing much"}.`
}

/** → {node, text, show(text)}. `told()` gives the words of the story that the other half has written. */
export function reader(model, figure, { say, told }) {
  const luck = random(2026), counts = { read: 0, model: 0, perfect: 0 }
  const label = `A story in its ${model.words.length - 1} words and full stops, yours to change`
  const input = field({ label, lines: 3, onInput: text => read(text, true) })
  const shown = bars({ label: "Who tells it?", names: TELLERS, format: share })
  const answer = el("p", { className: "demo-verdict" }), why = note(), perfect = note(), score = note()
  const above = button("Take the story above", () => show(told().join(" "), true))
  const fresh = button("A fresh true story", () => {
    const teller = Math.floor(2 * luck())
    show(tell(teller, luck).join(" "), true, ` It was told as a ${TELLERS[teller]}.`)
  })
  const testing = loop(figure, () => {
    const teller = counts.read % 2, story = tell(teller, luck), { nats } = classify(model, story), known = chances(story)
    counts.model += nats[1] < nats[0] === (teller === 1)
    counts.perfect += known[1] > known[0] === (teller === 1)
    return ++counts.read % BATCH > 0
  }, showScore, { budget: 6 })
  const test = button(`Let it read ${BATCH} fresh stories`, () => testing.start())

  function show(text, aloud = false, truth = "") {
    input.value = text
    read(text, aloud, truth)
  }

  function read(text, aloud, truth = "") {
    const { words, unknown } = split(model, text)
    if (unknown.length) {
      const guesses = unknown.slice(0, 3).map(word => `“${word}” (nearest: “${nearest(word, model.words)}”)`)
      return refuse(`The model does not know ${list(guesses)}.`)
    }
    if (!words.length) return refuse("Nothing to read: write a few of its words.")
    const most = longest(model)
    if (words.length > most) return refuse(`The model reads at most ${most} words and full stops; these are ${words.length}.`)
    const { nats, chances: found, evidence } = classify(model, words), best = found[0] >= found[1] ? 0 : 1, known = chances(words)
    const bits = nats.map(n => (n / Math.LN2).toFixed(1)), times = Math.exp(Math.abs(nats[0] - nats[1]))
    shown.update(found, best)
    answer.textContent = `${TELLERS[best]}, ${(100 * found[best]).toFixed(0)} %.${truth}`
    const much = times < 1000 ? times.toFixed(1) : "over 1,000", both = [0, 1].map(teller => speaks(words, evidence, teller)).join(" ")
    why.textContent = `Told as a report it surprises the model by ${bits[0]} bits, as a joke by ${bits[1]}: `
      + `${much} times likelier as a ${TELLERS[best]}. ${both}`
    perfect.textContent = known ? `A perfect reader, who knows how both tellers choose, gives it ${share(softmax(known)[best])}.`
      : "This is no story of the grammar, so there is no right answer. The model gives one all the same."
    if (aloud) say(`The model answers: ${answer.textContent}`)
  }

  function refuse(reason) {
    shown.update([0, 0])
    answer.textContent = reason
    why.textContent = perfect.textContent = ""
    say(reason)
  }

  function showScore() {
    const { read: all, model: right, perfect: best } = counts
    const result = `Right on ${share(right / all)} of ${all} fresh stories; a perfect reader on ${share(best / all)} of the same.`
    score.textContent = all ? result : ""
    if (all && all % BATCH === 0) say(score.textContent)
  }

  const node = el("div", { className: "stories-reader", role: "group", "aria-label": "The same model reads" },
    el("p", { className: "demo-title" }, "The same model reads: report or joke?"),
    note("Nothing is trained for this. How likely is the story told as a report, how likely as a joke? The likelier is the answer."),
    input.node, group("Stories to read", above.node, fresh.node, test.node),
    el("div", { className: "demo-row" }, shown.node, el("div", { className: "stories-answer" }, answer, why, perfect)), score)
  return { node, show, get text() { return input.value } }
}
