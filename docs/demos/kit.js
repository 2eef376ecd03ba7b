/* What all views share: native controls with labels, digits, bars, a loop that never blocks, words for screen readers, and state in the address.
   Everything returned is {node, …}: put `node` where you like. */

/** An element: el("p", {className: "x"}, "text", otherNode) */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) name.includes("-") || name === "role" ? node.setAttribute(name, value) : node[name] = value
  node.append(...children)
  return node
}


const fetched = new Map()

/** Fetch a file once for all views. One packed by gzip is unpacked: hosts pack text on its way, but not weights. → ArrayBuffer. Throws with a plain sentence. */
export function file(address) {
  if (!fetched.has(`${address}`)) fetched.set(`${address}`, take(`${address}`))
  return fetched.get(`${address}`)
}

async function take(address) {
  const answer = await fetch(address), name = new URL(address).pathname.split("/").at(-1)
  if (!answer.ok) throw new Error(`${name} could not be fetched (${answer.status})`)
  const content = await answer.arrayBuffer(), [first, second] = new Uint8Array(content)
  if (first !== 0x1F || second !== 0x8B) return content // some hosts unpack a .gz themselves
  if (!window.DecompressionStream) throw new Error(`this browser cannot unpack ${name}; one from 2023 or later can`)
  try {
    return await new Response(new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer()
  } catch {
    throw new Error(`${name} arrived damaged`)
  }
}

/* ---- Controls ---- */

let counter = 0
const unique = () => `__demo_${++counter}`

export function button(text, onClick, { pressed } = {}) {
  const node = el("button", { type: "button", className: "md-button demo-button", textContent: text })
  if (pressed !== undefined) node.setAttribute("aria-pressed", pressed)
  node.addEventListener("click", onClick)
  return { node, set text(value) { node.textContent = value }, set disabled(value) { node.disabled = value }, set pressed(value) { node.setAttribute("aria-pressed", value) } }
}

/** A labelled range. `format` turns the number into the words shown beside it. (No <output>: that is a live region, and the range tells its value already.) */
export function slider({ label, min, max, step = 1, value, format = String, onInput }) {
  const id = unique(), input = el("input", { type: "range", id, min, max, step, value }), shown = el("span", { className: "demo-value", "aria-hidden": true }), node = el("div", { className: "demo-control" }, el("label", { htmlFor: id, textContent: label }), input, shown)
  const show = () => { shown.textContent = format(+input.value); input.setAttribute("aria-valuetext", format(+input.value)) }
  input.addEventListener("input", () => { show(); onInput?.(+input.value) })
  show()
  return { node, get value() { return +input.value }, set value(next) { input.value = next; show() }, set disabled(next) { input.disabled = next } }
}

/** A labelled choice of one: options [[value, text], …]. */
export function choice({ label, options, value, onInput }) {
  const id = unique(), select = el("select", { id }, ...options.map(([value, text]) => el("option", { value, textContent: text })))
  select.value = value
  select.addEventListener("input", () => onInput?.(select.value))
  return { node: el("div", { className: "demo-control" }, el("label", { htmlFor: id, textContent: label }), select), get value() { return select.value }, set value(next) { select.value = next } }
}

export function checkbox({ label, checked = false, onInput }) {
  const id = unique(), input = el("input", { type: "checkbox", id, checked })
  input.addEventListener("input", () => onInput?.(input.checked))
  return { node: el("div", { className: "demo-control" }, input, el("label", { htmlFor: id, textContent: label })), get checked() { return input.checked }, set checked(next) { input.checked = next } }
}

/** A labelled field for text; with `lines` > 1 a larger one. onInput is called a moment after the last key. */
export function field({ label, value = "", lines = 1, onInput }) {
  const id = unique(), input = el(lines > 1 ? "textarea" : "input", { id, value, spellcheck: false, autocomplete: "off", ...(lines > 1 ? { rows: lines } : { type: "text" }) })
  let waiting
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => onInput?.(input.value), 150) })
  return { node: el("div", { className: "demo-control demo-field" }, el("label", { htmlFor: id, textContent: label }), input), get value() { return input.value }, set value(next) { input.value = next } }
}

/** Controls side by side, under one name. */
export const group = (name, ...nodes) => el("div", { role: "group", className: "demo-controls", "aria-label": name }, ...nodes)

/** Words that a screen reader hears, at most one message in a second, so that a running demo is not chatty. Also visible.
    `opening`, what readState left out, stands before the first of them that the page shows. */
export function status(opening = "") {
  const node = el("p", { className: "demo-status", role: "status" })
  let waiting = null, last = 0
  const say = text => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      const told = `${opening} ${text}`.trim()
      last = performance.now()
      if (node.isConnected) opening = "" // what stood there before it came into the page was heard by nobody
      if (node.textContent !== told) node.textContent = told
    }, Math.max(0, 1000 - (performance.now() - last)))
  }
  return { node, say }
}

/** 1297 → "1,297". The browser's own way loads its tables of all languages first, which takes 17 ms. */
export const several = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",")

/** "a 7", "an 8" */
export const article = digit => `${+digit === 8 ? "an" : "a"} ${digit}`

/* ---- Pictures ---- */

/** An 8×8 image, enlarged without smoothing. values 0 (paper) … 1 (ink). `label` is its alternative text. */
export function digit({ label, pixels = 96, size = 8 }) {
  const node = el("canvas", { width: size, height: size, className: "demo-digit", role: "img", "aria-label": label })
  node.style.width = `${pixels}px`
  const context = node.getContext("2d")
  return {
    node,
    set label(text) { node.setAttribute("aria-label", text) },
    /** marks: optional {index: colour} drawn over pixels */
    draw(values, marks = {}) {
      const image = context.createImageData(size, size)
      for (let i = 0; i < size * size; i++) {
        const grey = 255 - 255 * Math.min(1, Math.max(0, values[i] ?? 0))
        image.data.set([grey, grey, grey, 255], 4 * i)
      }
      context.putImageData(image, 0, 0)
      for (const [i, colour] of Object.entries(marks)) { context.fillStyle = colour; context.fillRect(i % size, Math.floor(i / size), 1, 1) }
    },
  }
}

/** Named bars with their numbers as text. names: string[]; update(values 0…1, index to mark). */
export function bars({ label, names, format = value => `${(100 * value).toFixed(0)} %` }) {
  const rows = names.map(name => ({ bar: el("span", { className: "demo-bar" }), text: el("td"), head: el("th", { scope: "row", textContent: name }) }))
  const node = el("table", { className: "demo-bars" }, el("caption", { textContent: label }), el("tbody", {}, ...rows.map(({ bar, text, head }) => el("tr", {}, head, el("td", {}, bar), text))))
  return {
    node,
    update(values, marked = -1) {
      rows.forEach(({ bar, text, head }, i) => {
        bar.style.width = `${Math.max(0, Math.min(1, values[i])) * 100}%`
        text.textContent = format(values[i])
        head.parentNode.toggleAttribute("data-marked", i === marked)
        head.setAttribute("aria-current", i === marked)
      })
    },
  }
}

const SVG = "http://www.w3.org/2000/svg"
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

/** A small line chart. update([{name, points: [[x, y], …], dash}]) draws; `label` should say what to notice; the last values stand in the text beside each line. */
export function chart({ label, x, y, width = 320, height = 160, xs = [0, 1], ys = [0, 1] }) {
  const [left, right, top, bottom] = [38, 70, 8, 30], plot = svg("g"), node = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "demo-chart", role: "img", "aria-label": label })
  const at = ([px, py], rangeX) => [left + (px - rangeX[0]) / (rangeX[1] - rangeX[0] || 1) * (width - left - right), height - bottom - (py - ys[0]) / (ys[1] - ys[0]) * (height - top - bottom)]
  const axis = (text, px, py, anchor = "middle") => svg("text", { x: px, y: py, "text-anchor": anchor }, text)
  node.append(
    svg("path", { d: `M${left} ${top}V${height - bottom}H${width - right}`, class: "demo-axis" }),
    axis(x, (left + width - right) / 2, height - 4), axis(y, left, top - 0, "start"), axis(String(ys[0]), left - 4, height - bottom, "end"), axis(String(ys[1]), left - 4, top + 8, "end"), plot)
  return {
    node,
    update(series) {
      const all = series.flatMap(one => one.points.map(point => point[0])), rangeX = all.length ? [Math.min(xs[0], ...all), Math.max(xs[1], ...all)] : xs
      plot.replaceChildren(...series.filter(one => one.points.length).flatMap(({ name, points, dash = "" }, i) => {
        const placed = points.map(point => at(point, rangeX)), [endX, endY] = placed.at(-1)
        return [svg("polyline", { points: placed.map(p => p.map(v => v.toFixed(1)).join()).join(" "), "stroke-dasharray": dash, class: `demo-line demo-line-${i}` }),
          svg("text", { x: Math.min(endX + 4, width - right + 4), y: endY + 4, class: `demo-name-${i}` }, `${name} ${points.at(-1)[1].toPrecision(2)}`)]
      }))
    },
  }
}

/* ---- Time ---- */

/** Run `work()` again and again in slices of a few milliseconds while the figure is in view; work() returns false when it is done.
    `after()` is called once a frame, to draw. Returns {start, stop, running}. With reduced motion, nothing starts by itself; start() still works. */
export function loop(figure, work, after, { budget = 10 } = {}) {
  let running = false, visible = true, frame = 0
  new IntersectionObserver(([entry]) => { visible = entry.isIntersecting; if (visible && running) next() }).observe(figure)
  const next = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(slice) }
  function slice() {
    if (!running || !visible || document.hidden) return
    const end = performance.now() + budget
    let more = true
    do more = work() !== false; while (more && performance.now() < end)
    if (!more) running = false
    after?.()
    if (running) next()
  }
  document.addEventListener("visibilitychange", () => { if (running && !document.hidden) next() })
  return { start() { if (!running) { running = true; next() } }, stop() { if (running) { running = false; after?.() } }, get running() { return running } }
}

/** Let the page answer its reader before the work goes on: await breathe() */
export const breathe = () => globalThis.scheduler?.yield ? scheduler.yield() : new Promise(resolve => setTimeout(resolve))

/** Carry out a generator function piece by piece, with a breath after every few milliseconds, and return what it returns. */
export async function inPieces(work) {
  let step, began = performance.now()
  while (!(step = work.next()).done) if (performance.now() - began > 8) { await breathe(); began = performance.now() }
  return step.value
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches

/* ---- State in the address ---- */

/** What a value may be: a whole number, or any number, from `least` to `most`. */
export const whole = (least, most) => value => Number.isInteger(value) && value >= least && value <= most
export const between = (least, most) => value => value >= least && value <= most

/** Read `?name.key=value` for each key of `defaults`; where the default is a number, so is the value. `valid` has a test for each key, which is given
    the value and the state as read so far. What fails keeps its default, and `ignored` is a sentence that says so to the reader, else "". */
export function readState(name, defaults, valid) {
  const asked = new URLSearchParams(location.search), state = { ...defaults }, wrong = []
  for (const key of Object.keys(defaults)) {
    const text = asked.get(`${name}.${key}`)
    if (text === null) continue
    const value = typeof defaults[key] !== "number" ? text : text.trim() ? +text : NaN // +"" would be 0
    if (valid[key](value, state)) state[key] = value
    else wrong.push(`${key}=${text}`)
  }
  return { state, ignored: wrong.length ? `Not understood in the address, and left out: ${wrong.join(", ")}.` : "" }
}

/** The address of this figure in this state. */
export function linkTo(figure, name, state) {
  const address = new URL(location.href)
  for (const key of [...address.searchParams.keys()]) if (key.startsWith(`${name}.`)) address.searchParams.delete(key)
  for (const [key, value] of Object.entries(state)) address.searchParams.set(`${name}.${key}`, value)
  address.hash = figure.id
  return address.href
}

/** A button that copies the link to the present state, and says so. */
export function copyLink(figure, name, getState, say) {
  figure.linkToState = () => linkTo(figure, name, getState()) // for the dialog behind the figure's "#"
  return button("Copy link to this state", async () => {
    const address = linkTo(figure, name, getState())
    history.replaceState(null, "", address)
    try {
      await navigator.clipboard.writeText(address)
      say("The link is copied.")
    } catch {
      say("The link stands in the address bar; copy it from there.")
    }
  }).node
}

/** Put the live part into a figure: the static first state is hidden, the caption stays. */
export function enliven(figure, ...nodes) {
  const caption = figure.querySelector("figcaption")
  for (const child of [...figure.children]) if (child !== caption) child.hidden = true
  const live = el("div", { className: "demo-live" }, ...nodes)
  figure.insertBefore(live, caption)
  return live
}

/** The same, where the measured tables stay in sight below the live part: shown again once that stands, so that they do not slide past the reader. */
export function enlivenAbove(figure, ...nodes) {
  const live = enliven(figure, ...nodes), measured = [...figure.children].filter(child => child !== live && (child.matches("table") || child.querySelector("table")))
  requestAnimationFrame(() => requestAnimationFrame(() => { for (const child of measured) child.hidden = false }))
  figure.prepend(live)
}
