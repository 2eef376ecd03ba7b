/* Six families asked for the same digit, with real images and a copier as yardsticks. Weights are fetched when the reader draws. */

import { digits } from "../data.js"
import { article, button, choice, copyLink, digit as picture, el, enlivenAbove, file, group, loop, readState, status, whole } from "../kit.js"
import { GREY, nearest, part, pick, quantile, random, rounded, unpack, usualDistances } from "../nn.js"
import { HIDDEN, PIXELS, decode, gaussian, mixture, naiveBayes, noise } from "./model.js"

const DEFAULTS = { digit: 7, seed: 1, of: "", nearest: 0 }
const COUNT = 6

/** The numbers of a file, and how many bytes they took. */
async function weights(name) {
  const buffer = await file(new URL(`../${name}/weights.safetensors.gz`, import.meta.url))
  return { tensors: unpack(buffer).tensors, bytes: buffer.byteLength }
}

async function classical(name, draw) {
  const { tensors, bytes } = await weights("bayes"), own = part(tensors, name)
  return { bytes, *draw(digit, uniform) { return draw(own, digit, noise(PIXELS, uniform), uniform()) } }
}

/** A random image out of from … to − 1 with this digit. */
async function fromData(range) {
  const data = await digits(), [from, to] = range(data)
  return { bytes: 0, *draw(digit, uniform) {
    const those = Array.from({ length: to - from }, (_, i) => from + i).filter(i => data.labels[i] === digit)
    return data.image(those[Math.floor(uniform() * those.length)])
  } }
}

/** load() → {bytes, draw*(digit, uniform): yields between pieces of work, returns an image} */
const FAMILIES = {
  naive_bayes: { name: "Naive Bayes", how: "each pixel by itself", load: () => classical("naive_bayes", naiveBayes) },
  gaussian: { name: "Gaussian", how: "all pixels together, one cloud a digit", load: () => classical("gaussian", gaussian) },
  mixture: { name: "Mixture", how: "four clouds a digit", load: () => classical("mixture", mixture) },
  vae: { name: "VAE", how: "8 random numbers, unfolded", async load() {
    const { tensors, bytes } = await weights("vae")
    return { bytes, *draw(digit, uniform) { return decode(tensors, digit, noise(HIDDEN, uniform)) } }
  } },
  gan: { name: "GAN", how: "16 random numbers, in one pass", async load() {
    const [{ tensors, bytes }, { NOISE, networks }] = await Promise.all([weights("gan"), import("../gan/model.js")])
    const { generate } = networks(tensors)
    return { bytes, *draw(digit, uniform) { return generate(noise(NOISE, uniform), digit) } }
  } },
  pixels: { name: "Pixel transformer", how: "pixel after pixel", async load() {
    const [{ tensors, bytes }, { arrange, chances, start }] = await Promise.all([weights("pixels"), import("../pixels/model.js")])
    const ready = arrange(tensors)
    return { bytes, *draw(digit, uniform) {
      const reader = start(ready, digit), levels = []
      while (levels.length < PIXELS) {
        levels.push(pick(chances(reader.step(levels.at(-1)).scores), uniform))
        yield
      }
      return Float32Array.from(levels, level => level / GREY)
    } }
  } },
}
const SIX = Object.keys(FAMILIES)
Object.assign(FAMILIES, {
  digits: {
    name: "Real images", how: "of the test set, seen by no generator",
    load: () => fromData(data => [data.train, data.labels.length]),
  },
  copier: { name: "A copier", how: "learns nothing, hands out training images", load: () => fromData(data => [0, data.train]) },
})
const KEYS = Object.keys(FAMILIES)
const VALID = {
  digit: whole(0, 9), seed: whole(0, 1e6), nearest: whole(0, 1),
  of: value => ["", "all"].includes(value) || value.split("-").every(key => KEYS.includes(key)),
}

/** What a reader sees of one family: its static sheet until it draws, then its images, and under each the nearest training image. */
function card(figure, key, onDraw) {
  const { name, how } = FAMILIES[key], pictures = el("div", { className: "families-images" })
  const quiet = text => el("p", { className: "demo-quiet", textContent: text }), verdict = quiet("")
  const still = figure.querySelector(`img[src*="${key === "digits" ? "figures/digits" : `${key}-samples`}"]`)?.cloneNode()
  const draw = button("Draw", onDraw)
  draw.node.setAttribute("aria-label", `Draw: ${name}`)
  const node = el("section", { className: "families-card", "aria-label": name },
    el("div", { className: "families-head" }, el("p", { className: "demo-title", textContent: name }), draw.node),
    quiet(how), el("div", { className: "families-space" }, ...(still ? [still] : []), pictures), verdict)
  return {
    node,
    say(text) { verdict.textContent = text },
    /** near: [{values, distance, copy}], as far as looked for */
    show(images, near, digit) {
      still?.remove()
      pictures.replaceChildren(...images.map((values, i) => {
        const made = picture({ label: `${name}: ${digit}, image ${i + 1}` })
        made.draw(values)
        if (!near[i]) return el("div", {}, made.node)
        const { values: twin, distance, copy } = near[i], theirs = picture({ label: `Nearest training image of image ${i + 1}` })
        theirs.draw(twin)
        const words = distance === 0 ? "copy" : `${distance.toFixed(1)}${copy ? " near" : ""}`
        return el("div", {}, made.node, theirs.node, el("p", { textContent: words }))
      }))
      for (const canvas of pictures.querySelectorAll("canvas")) canvas.style.width = ""
    },
  }
}

export async function mount(figure) {
  const { state, ignored } = readState("families", DEFAULTS, VALID)
  const { node: words, say } = status(ignored)
  const rows = Object.fromEntries(KEYS.map(key => [key, { card: card(figure, key, () => draw(key)), images: [], near: [] }]))
  const jobs = new Map() // key of a row → its work, a piece at a time
  let data, limit, measuring

  /** The distance under which an image counts as a near copy; found once, when first asked for. */
  function* threshold() {
    measuring ??= usualDistances(data)
    while (limit === undefined) {
      const { done, value } = measuring.next()
      if (done) limit = quantile(value, .01)
      else yield
    }
  }

  function* drawing(key) {
    const row = rows[key]
    Object.assign(row, { images: [], near: [] })
    for (let i = 0; i < COUNT; i++) {
      row.images.push(rounded(yield* row.sampler.draw(state.digit, random(Math.imul(state.seed, 7919) + 100 * state.digit + i))))
      if (!row.images[i].every(Number.isFinite)) throw new Error("the numbers ran away")
      row.changed = true
      yield
    }
    yield* comparing(key)
  }

  function* comparing(key) {
    const row = rows[key]
    row.near = []
    row.changed = true
    row.card.say("")
    if (!state.nearest || !data) return
    yield* threshold()
    for (const image of row.images) {
      const { index, distance } = nearest(image, data.images, data.train)
      row.near.push({ values: data.image(index), distance, copy: distance < limit })
      row.changed = true
      yield
    }
    const copies = row.near.filter(({ copy }) => copy).length, mean = row.near.reduce((sum, { distance }) => sum + distance, 0) / COUNT
    row.card.say(`${copies} of ${COUNT} are near copies; mean distance ${mean.toFixed(1)}`)
  }

  const runner = loop(figure, () => {
    const [key, job] = jobs.entries().next().value ?? []
    if (!job) return false
    try {
      if (job.next().done) jobs.delete(key)
    } catch (problem) {
      jobs.delete(key)
      rows[key].card.say(`Stopped: ${problem.message}.`)
    }
    return jobs.size > 0
  }, () => {
    for (const row of Object.values(rows)) if (row.changed) {
      row.card.show(row.images, row.near, state.digit)
      row.changed = false
    }
    if (!runner.running) tell()
  })
  function work(key, job) {
    jobs.set(key, job)
    runner.start()
  }

  const drawn = () => KEYS.filter(key => rows[key].sampler)
  function tell() {
    const names = drawn().map(key => FAMILIES[key].name).join(", ")
    const bytes = new Map(drawn().map(key => [rows[key].source, rows[key].sampler.bytes])) // three families share a file
    const size = Math.round([...bytes.values()].reduce((sum, own) => sum + own, 0) / 1000)
    const under = !limit || !state.nearest || !names ? "" : " Under each image: the nearest training image and its distance;"
      + ` “near”: below ${limit.toFixed(2)}, as 1 % of new real images are.`
    const digit = article(state.digit)
    const asked = names ? `Asked for ${digit}, seed ${state.seed}: ${names}. Weights loaded: ${size} kB.`
      : "Press “Draw” to ask a family; its weights are loaded then."
    say(asked + under)
  }

  async function draw(key) {
    const row = rows[key]
    try {
      row.source = ["naive_bayes", "gaussian", "mixture"].includes(key) ? "bayes" : key
      const sampler = await FAMILIES[key].load()
      if (state.nearest) data ??= await digits()
      row.sampler = sampler
      work(key, drawing(key))
    } catch (problem) {
      row.card.say(`Cannot draw here: ${problem.message}. The picture above is a still.`)
    }
  }
  const drawAll = keys => Promise.all(keys.map(draw))

  async function compare(on) {
    state.nearest = +on
    cards.toggleAttribute("data-nearest", on)
    twins.pressed = on
    try {
      if (on) data ??= await digits()
    } catch (problem) {
      return say(`The training images are missing: ${problem.message}.`)
    }
    for (const key of drawn()) if (rows[key].images.length === COUNT) work(key, comparing(key))
    if (!drawn().length) say("Draw first: then the nearest training image is shown under each image.")
  }

  const cards = el("div", { className: "families-cards" }, ...KEYS.map(key => rows[key].card.node))
  cards.toggleAttribute("data-nearest", Boolean(state.nearest))
  const twins = button("Nearest training images", () => compare(!state.nearest), { pressed: Boolean(state.nearest) })
  enlivenAbove(figure,
    group("What to ask for",
      choice({ label: "Digit", options: Array.from({ length: 10 }, (_, digit) => [digit, digit]), value: state.digit,
        onInput: value => { state.digit = +value; drawn().length ? drawAll(drawn()) : tell() } }).node,
      button("Draw with all six", () => drawAll(SIX)).node,
      button("New seed", () => { state.seed++; drawn().length ? drawAll(drawn()) : tell() }).node,
      twins.node, copyLink(figure, "families", () => ({ ...state, of: drawn().join("-") }), say)),
    words,
    cards)
  tell()
  drawAll(state.of === "all" ? KEYS : state.of.split("-").filter(Boolean))
}
