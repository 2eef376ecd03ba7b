/* The three pictures of the contest: who learns from whom, the plane with the field of verdicts, and the curve of the energy distance. */

import { el, several, svg } from "../kit.js"
import { REACH } from "./course.js"
import { pull, verdicts } from "./model.js"

/* ---- Who learns from whom ---- */

const BOXES = { // left, top, width, words
  noise: [44, 4, 128, "4 random numbers"], generator: [44, 58, 128, "Generator"],
  made: [44, 112, 128, "Made points +"], real: [182, 112, 112, "Real points ■"],
  discriminator: [60, 170, 220, "Discriminator"], verdict: [90, 224, 160, "Verdict: real or made?"],
}
const ARROWS = { // path, and where its words stand
  z: ["M108 34V58"], g: ["M108 88V112"], m: ["M108 142V170"], r: ["M238 142V170"], v: ["M170 200V224"],
  toG: ["M90 239H22V73H44", "how to look more real", 15, 156], toD: ["M250 239H314V185H280", "right or wrong", 329, 212],
}

/** Boxes and arrows; light(["generator", "toG", …]) marks those that act. */
export function diagram() {
  const label = "Who learns from whom. Random numbers go into the generator, which makes points. Made and real points go to the "
    + "discriminator, which gives a verdict. Whether it was right goes back to the discriminator; how to look more real goes back to the "
    + "generator."
  const size = { viewBox: "0 0 8 8", markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse" }
  const head = svg("marker", { id: "__gan_plane_head", refX: 7, refY: 4, orient: "auto", ...size }, svg("path", { d: "M0 0L8 4L0 8Z" }))
  const node = svg("svg", { viewBox: "0 0 336 258", class: "gan-plane-who", role: "img", "aria-label": label }, svg("defs", {}, head))
  const parts = {}
  for (const [name, [path, words, x, y]] of Object.entries(ARROWS)) {
    parts[name] = svg("g", words ? { class: "gan-plane-back" } : {}, svg("path", { d: path, "marker-end": "url(#__gan_plane_head)" }))
    if (words) parts[name].append(svg("text", { x, y, transform: `rotate(-90 ${x} ${y})` }, words))
  }
  for (const [name, [x, y, width, words]] of Object.entries(BOXES)) parts[name] = svg("g", { class: `gan-plane-${name}` },
    svg("rect", { x, y, width, height: 30, rx: 3 }), svg("text", { x: x + width / 2, y: y + 20 }, words))
  node.append(...Object.values(parts))
  const light = names => { for (const name in parts) parts[name].toggleAttribute("data-acting", names.includes(name)) }
  return { node, light }
}

/* ---- The plane ---- */

const SIZE = 560, GRID = 32 // pixels of the canvas; cells of the field in a row
const place = v => (Math.max(-REACH, Math.min(REACH, v)) / REACH + 1) * SIZE / 2
const isOff = (points, i) => Math.abs(points[i]) > REACH || Math.abs(points[i + 1]) > REACH

/** The map. draw({made, discriminator, arrows}) shows made points as crosses on real ones as dots, over the field of verdicts. */
export function plane(real) {
  const node = el("canvas", { width: SIZE, height: SIZE, className: "gan-plane-map", role: "img", "aria-label": "The plane, with real and made points" }), pen = node.getContext("2d")
  const tint = el("canvas", { width: GRID + 1, height: GRID + 1 }), soft = tint.getContext("2d"), side = GRID + 1
  const drawn = { node: el("canvas", { width: SIZE, height: SIZE }), ink: "" }
  const where = new Float64Array(2 * side * side)
  for (let n = 0; n < side * side; n++) {
    where[2 * n] = (n % side / GRID * 2 - 1) * REACH
    where[2 * n + 1] = (Math.floor(n / side) / GRID * 2 - 1) * REACH
  }

  function draw({ made, discriminator, arrows = false }) {
    const style = getComputedStyle(node), colour = name => style.getPropertyValue(name).trim()
    const ink = colour("--md-default-fg-color"), paper = colour("--md-default-bg-color"), making = colour("--make")
    const field = verdicts(discriminator, where)
    Object.assign(pen, { font: "600 24px system-ui, sans-serif", textAlign: "center", lineJoin: "round", fillStyle: paper })
    pen.fillRect(0, 0, SIZE, SIZE)
    shade(field, rgb(colour("--recognise")), rgb(making))
    pen.drawImage(dots(ink), 0, 0)
    Object.assign(pen, { strokeStyle: ink, lineWidth: 3 }).stroke(border(field))
    const crosses = new Path2D()
    for (let i = 0; i < made.length; i += 2) {
      const x = place(made[i]), y = place(made[i + 1])
      crosses.moveTo(x - 6, y)
      crosses.lineTo(x + 6, y)
      crosses.moveTo(x, y - 6)
      crosses.lineTo(x, y + 6)
    }
    Object.assign(pen, { strokeStyle: paper, lineWidth: 5 }).stroke(crosses)
    Object.assign(pen, { strokeStyle: making, lineWidth: 2.5 }).stroke(crosses)
    if (arrows) Object.assign(pen, { strokeStyle: ink, lineWidth: 2 }).stroke(pulls(discriminator, made.subarray(0, 120)))
    const inside = v => Math.max(80, Math.min(SIZE - 80, place(v)))
    for (const [words, sign] of [["says real", 1], ["says made", -1]]) {
      const most = sign * Math.max(...field.map(verdict => sign * verdict)), at = field.indexOf(most)
      if (sign * most > .1) write(words, inside(where[2 * at]), inside(where[2 * at + 1]), ink, paper)
    }
  }

  /** The real points do not move: they are drawn once for each colour. */
  function dots(ink) {
    if (drawn.ink === ink) return drawn.node
    drawn.ink = ink
    const once = drawn.node.getContext("2d")
    Object.assign(once, { fillStyle: ink, globalAlpha: .55 }).clearRect(0, 0, SIZE, SIZE)
    for (let i = 0; i < real.length; i += 2) once.fillRect(place(real[i]) - 1.8, place(real[i + 1]) - 1.8, 3.6, 3.6)
    return drawn.node
  }

  function write(words, x, y, ink, paper) {
    Object.assign(pen, { strokeStyle: paper, lineWidth: 6, fillStyle: ink }).strokeText(words, x, y)
    pen.fillText(words, x, y)
  }

  /** The further from 0 the verdict, the deeper the shade. */
  function shade(field, believes, doubts) {
    const image = soft.createImageData(side, side)
    field.forEach((verdict, n) => image.data.set([...(verdict > 0 ? believes : doubts), 90 * Math.min(1, Math.abs(verdict))], 4 * n))
    soft.putImageData(image, 0, 0)
    const cell = SIZE / GRID
    pen.drawImage(tint, -cell / 2, -cell / 2, SIZE + cell, SIZE + cell)
  }

  /** Where the verdict is 0: through each cell of the grid, the line between the crossings of its sides. */
  function border(field) {
    const path = new Path2D(), cell = SIZE / GRID, corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
    for (let r = 0; r < GRID; r++) for (let c = 0; c < GRID; c++) {
      const crossings = []
      corners.forEach(([x, y], k) => {
        const [x2, y2] = corners[(k + 1) % 4], from = field[(r + y) * side + c + x], to = field[(r + y2) * side + c + x2]
        if (from > 0 !== to > 0) {
          const part = from / (from - to)
          crossings.push([(c + x + part * (x2 - x)) * cell, (r + y + part * (y2 - y)) * cell])
        }
      })
      crossings.forEach((crossing, k) => k % 2 ? path.lineTo(...crossing) : path.moveTo(...crossing))
    }
    return path
  }

  /** An arrow from each point the way its verdict rises, the longer the steeper. */
  function pulls(discriminator, points) {
    const path = new Path2D(), way = pull(discriminator, points), unit = SIZE / 2 / REACH
    for (let i = 0; i < points.length; i += 2) {
      const steep = Math.hypot(way[i], way[i + 1]), long = Math.min(.6, .3 * steep) * unit
      if (isOff(points, i) || long < 3) continue
      const ux = way[i] / steep, uy = way[i + 1] / steep, x = place(points[i]), y = place(points[i + 1])
      const tipX = x + long * ux, tipY = y + long * uy
      path.moveTo(x, y)
      path.lineTo(tipX, tipY)
      path.moveTo(tipX - 9 * ux + 5 * uy, tipY - 9 * uy - 5 * ux)
      path.lineTo(tipX, tipY)
      path.lineTo(tipX - 9 * ux - 5 * uy, tipY - 9 * uy + 5 * ux)
    }
    return path
  }
  return { node, draw }
}

const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16))

/* ---- The curve ---- */

const LOW = .001, HIGH = 1, LEFT = 44, RIGHT = 252, TOP = 22, BOTTOM = 152

/** Energy distance against rounds; each label on the left is ten times the one below. update({now, mean}, marks {name: value}) */
export function curve() {
  const label = "Energy distance to the real points, round by round: the generator as it is (dotted, unsteady) and its running mean. "
    + "The table tells the last values."
  const y = value => BOTTOM - Math.log10(Math.max(LOW, Math.min(HIGH, value)) / LOW) / Math.log10(HIGH / LOW) * (BOTTOM - TOP)
  const words = (x, y, text, anchor = "start") => svg("text", { x, y, "text-anchor": anchor }, text)
  const last = words(RIGHT, BOTTOM + 16, "", "end"), plot = svg("g")
  const node = svg("svg", { viewBox: "0 0 336 172", class: "demo-chart", role: "img", "aria-label": label },
    svg("path", { class: "demo-axis", d: `M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}` }),
    words(4, 12, "Energy distance"), words(LEFT, BOTTOM + 16, "round 0"), last, plot,
    ...[1, .1, .01, .001].map(value => words(LEFT - 5, y(value) + 4, String(value), "end")))
  return {
    node,
    update({ now, mean }, marks) {
      const rounds = Math.max(200, now.at(-1).round), x = round => LEFT + round / rounds * (RIGHT - LEFT)
      const line = (measured, name, dash) => {
        const at = ({ round, energy }) => `${x(round).toFixed(1)},${y(energy).toFixed(1)}`
        const points = measured.filter(({ energy }) => Number.isFinite(energy)).map(at).join(" ")
        return svg("polyline", { class: `demo-line ${name}`, "stroke-dasharray": dash, points })
      }
      last.textContent = several(rounds)
      plot.replaceChildren(
        ...Object.entries(marks).flatMap(([name, value]) =>
          [svg("path", { class: "gan-plane-mark", d: `M${LEFT} ${y(value)}H${RIGHT}` }), words(RIGHT + 4, y(value) + 4, name)]),
        line(now, "demo-line-1", "2 3"), line(mean, "", ""),
        words(RIGHT + 4, TOP + 10, "⋯ generator"), words(RIGHT + 4, TOP + 26, "— its mean"))
    },
  }
}
