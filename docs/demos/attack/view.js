/* Attack a test digit in the page: two networks, each given the image as it is, with noise, and attacked. */

import { digits } from "../data.js"
import { article, between, button, choice, copyLink, digit as picture, el, enlivenAbove, file, group, loop, readState, slider, status, whole } from "../kit.js"
import { unpack } from "../nn.js"
import { attack, chance, exam, networks, noisy, read } from "./model.js"

const DEFAULTS = { image: 2, size: .15, steps: 20, seed: 5 }
const NAMES = { standard: "Standard network", adversarial: "Trained with attacks" }
const SHORT = { standard: "standard", adversarial: "trained with attacks" }
const KINDS = { clean: "as it was", noise: "random noise", attack: "attack" }
const STEPS = [[1, "1 step (FGSM)"], [5, "5 steps"], [20, "20 steps (PGD)"]]
const LARGEST = .3, EXAM = 200, KEEP = 6
const VALID = { size: between(0, LARGEST), steps: value => STEPS.some(([steps]) => steps === value), seed: whole(0, 1e6) }

const percent = p => p > .995 ? "over 99 %" : `${(100 * p).toFixed(0)} %`
const share = (right, of) => `${(100 * right / of).toFixed(1)} %`
const size = epsilon => epsilon.toFixed(2)

/** One image that a network was given, what it reads, and whether that is right. */
function card(kind) {
  const image = picture({ label: KINDS[kind] }), reads = el("p"), sure = el("p"), verdict = el("p")
  image.node.style.width = ""
  const title = el("p", { className: "demo-quiet", textContent: KINDS[kind] })
  const node = el("div", { className: "attack-card" }, title, image.node, reads, sure, verdict)
  return {
    node,
    show(values, { digit, probabilities }, label, already) {
      const misled = digit !== label
      image.draw(values)
      image.label = `Test image of ${article(label)}, ${KINDS[kind]}`
      reads.textContent = `reads ${digit}`
      sure.textContent = percent(probabilities[digit])
      verdict.textContent = !misled ? "right" : kind === "clean" || already ? "wrong anyway" : "misled"
      node.toggleAttribute("data-misled", misled)
    },
  }
}

/** All shares measured so far in this page, the newest first: two rows a run, one for each network. */
function report() {
  const body = el("tbody"), head = ["Size, steps", "Network", "Noise", "Attack"].map(text => el("th", { scope: "col", textContent: text }))
  const caption = el("caption", { textContent: `Still read correctly, of ${EXAM} test images, measured in this page` })
  const node = el("table", { className: "attack-runs", hidden: true }, caption, el("thead", {}, el("tr", {}, ...head)), body)
  return {
    node,
    begin(name) {
      const title = el("td", { rowSpan: 2 }), cells = { standard: [el("td"), el("td")], adversarial: [el("td"), el("td")] }
      const row = (key, ...first) => el("tr", {}, ...first, el("th", { scope: "row", textContent: SHORT[key] }), ...cells[key])
      body.prepend(row("standard", title), row("adversarial"))
      while (body.rows.length > 2 * KEEP) body.lastChild.remove()
      node.hidden = false
      return {
        show(tally) {
          title.textContent = tally.done < EXAM ? `${name} (${tally.done} images)` : name
          if (tally.done) for (const key of Object.keys(cells)) ["noise", "attack"].forEach((kind, i) => {
            cells[key][i].textContent = share(tally[key][kind], tally.done)
          })
        },
      }
    },
  }
}

export async function mount(figure) {
  const [weights, data] = await Promise.all([file(new URL("./weights.safetensors.gz", import.meta.url)), digits()])
  const nets = networks(unpack(weights).tensors), tests = data.labels.length - data.train
  const { state, ignored } = readState("attack", DEFAULTS, { ...VALID, image: whole(0, tests - 1) })
  const { node: words, say } = status(ignored)
  const each = (keys, make) => Object.fromEntries(Object.keys(keys).map(key => [key, make(key)]))
  const cards = each(nets, () => each(KINDS, card))
  const runs = report()
  let image, label, work, results, fault

  /** The six images and answers, one step of an attack at a time. */
  function* all() {
    const noise = noisy(image, state.size, chance(state.seed, state.image))
    for (const [name, net] of Object.entries(nets)) {
      const given = { clean: image, noise, attack: image }
      for (const attacked of attack(net, image, label, state.size, state.steps, chance(state.seed, state.image))) {
        given.attack = attacked
        yield
      }
      results[name] = Object.fromEntries(Object.entries(given).map(([kind, values]) => [kind, { values, ...read(net, values) }]))
    }
  }

  /** One network's fate in words. */
  function fate(name) {
    const { clean, noise, attack } = results[name], fell = one => one.digit !== label
    if (fell(clean)) return `${NAMES[name]}: reads it as ${article(clean.digit)} even unchanged.`
    const malice = !fell(attack) ? "the attack does not mislead it"
      : `the attack misleads it: it reads ${article(attack.digit)} with ${percent(attack.probabilities[attack.digit])}`
    return `${NAMES[name]}: noise ${fell(noise) ? "misleads it" : "does not mislead it"}, ${malice}.`
  }

  const guarded = generator => () => {
    try {
      return !generator().next().done
    } catch (problem) {
      fault = problem.message
      return false
    }
  }
  const runner = loop(figure, guarded(() => work), () => {
    if (fault) return say(`Stopped: ${fault}.`)
    if (runner.running || !results.adversarial) return
    for (const name of Object.keys(nets)) for (const kind of Object.keys(KINDS)) {
      const { values, ...answer } = results[name][kind]
      cards[name][kind].show(values, answer, label, results[name].clean.digit !== label)
    }
    const change = `${article(label).replace("a", "A")}, each pixel changed by at most ${size(state.size)}.`
    say(`${change} ${fate("standard")} ${fate("adversarial")}`)
  })

  function renew() {
    image = data.image(data.train + state.image)
    label = data.labels[data.train + state.image]
    results = {}
    work = all()
    runner.stop()
    runner.start()
  }

  let tally, row, exams
  function* counting() {
    for (tally of exam(nets, data, { count: EXAM, epsilon: state.size, steps: state.steps, seed: state.seed })) yield
  }
  const examination = loop(figure, guarded(() => exams), () => {
    if (tally) row.show(tally)
    const running = examination.running
    start.text = running ? `Stop (${tally?.done ?? 0} of ${EXAM})` : `Attack ${EXAM} test images`
    if (fault) return say(`Stopped: ${fault}.`)
    if (running || !tally?.done) return
    const { done, standard, adversarial } = tally
    say(`${done} images. With noise the standard network still reads ${share(standard.noise, done)},`
      + ` the one trained with attacks ${share(adversarial.noise, done)};`
      + ` under attack ${share(standard.attack, done)} and ${share(adversarial.attack, done)}.`)
  }, { budget: 12 })
  const start = button(`Attack ${EXAM} test images`, () => {
    if (examination.running) return examination.stop()
    tally = null
    exams = counting()
    row = runs.begin(`${size(state.size)}, ${state.steps}`)
    examination.start()
  })

  const range = { min: 0, max: LARGEST }, resize = value => { state.size = value; renew() }
  const columns = Object.keys(nets).map(name => el("div", { className: "attack-net", role: "group", "aria-label": NAMES[name] },
    el("p", { className: "demo-title", textContent: NAMES[name] }),
    el("div", { className: "attack-cards" }, ...Object.values(cards[name]).map(({ node }) => node))))
  enlivenAbove(figure,
    group("The change",
      slider({ label: "Largest change of a pixel (ε)", ...range, step: .01, value: state.size, format: size, onInput: resize }).node,
      choice({ label: "The attack takes", options: STEPS, value: state.steps, onInput: value => { state.steps = +value; renew() } }).node),
    group("The image",
      button("Another digit", () => { state.image = (state.image + 1) % tests; renew() }).node,
      button("Other chance", () => { state.seed++; renew() }).node,
      copyLink(figure, "attack", () => state, say)),
    el("div", { className: "demo-row" }, ...columns),
    words,
    group("All at once", start.node),
    el("div", { className: "attack-report" }, runs.node))
  renew()
}
