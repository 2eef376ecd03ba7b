/* A pad to draw a digit on by mouse, finger or keyboard, and the way from its strokes to 8×8 pixels, as the data set was made.
   The arithmetic is that of scripts/train/pen.py, step by step; tests compare the two. Used by every demo that lets one draw.

     const drawing = pad({ label: "Draw a digit", onInput: strokes => show(see(strokes)), say })     drawing.node goes into the page
   A stroke is a list of [x, y], 0…256, y downwards; a dot is a stroke of one point. */

import { button, el } from "../kit.js"

export const PAD = 256
const SIZE = 32, WIDE = 20, HIGH = 32, PEN = .12, NARROW = 2, FLAT = 3

/* ---- From strokes to pixels ---- */

/** 32×32 points, 1 where a pen whose width is a share of the height has been; the box around the ink is stretched to 20×32. */
export function scan(strokes, pen = PEN) {
  const ink = new Uint8Array(SIZE * SIZE), points = strokes.flat()
  if (!points.length) return ink
  let [left, top] = points[0], [right, bottom] = points[0]
  for (const [x, y] of points) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  const width = right - left, height = bottom - top, radius = Math.max(height, .6 * width, 1e-9) * pen / 2
  const scaleX = WIDE / Math.max(width + 2 * radius, NARROW * 2 * radius) // a bare line is not stretched to a block
  const scaleY = HIGH / Math.max(height + 2 * radius, FLAT * 2 * radius)
  const xs = Array.from({ length: SIZE }, (_, i) => (i + .5 - SIZE / 2) / scaleX + (left + right) / 2)
  const ys = Array.from({ length: SIZE }, (_, i) => (i + .5 - SIZE / 2) / scaleY + (top + bottom) / 2)
  for (const stroke of strokes) for (let i = 0; i < Math.max(1, stroke.length - 1); i++) {
    const [ax, ay] = stroke[i], [bx, by] = stroke[i + 1] ?? stroke[i], dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy
    for (let row = 0; row < SIZE; row++) {
      const fromY = ys[row] - ay
      if (ys[row] < Math.min(ay, by) - 1.01 * radius || ys[row] > Math.max(ay, by) + 1.01 * radius) continue
      for (let column = 0; column < SIZE; column++) {
        const fromX = xs[column] - ax
        const along = Math.min(1, Math.max(0, (fromX * dx + fromY * dy) / (length || 1))) // nearest place on the segment
        const offX = fromX - along * dx, offY = fromY - along * dy
        if (offX * offX + offY * offY <= radius * radius) ink[row * SIZE + column] = 1
      }
    }
  }
  return ink
}

const at = (ink, row, column) => row >= 0 && row < SIZE && column >= 0 && column < SIZE ? ink[row * SIZE + column] : 0
const around = (ink, i) => [[-1, 0], [1, 0], [0, -1], [0, 1]].map(([r, c]) => at(ink, Math.floor(i / SIZE) + r, i % SIZE + c))
const thin = ink => ink.map((on, i) => on && around(ink, i).every(Boolean) ? 1 : 0)
const thicken = ink => ink.map((on, i) => on || around(ink, i).some(Boolean) ? 1 : 0)

/** Much ink is thinned, little ink is thickened, by the limits that the makers of the data used. */
export function evenOut(ink) {
  const amount = ink.reduce((sum, on) => sum + on, 0)
  if (amount > 412) return amount > 560 ? thin(thin(ink)) : thin(ink)
  if (amount < 256 && amount > 0) return amount < 108 ? thicken(thicken(ink)) : thicken(ink)
  return ink
}

/** Rows are shifted until the leftmost ink near the top stands above the leftmost ink near the bottom. */
export function upright(ink) {
  const row = r => ink.subarray(r * SIZE, r * SIZE + SIZE), filled = [...Array(SIZE).keys()].filter(r => row(r).includes(1))
  if (!filled.length || filled.at(-1) - filled[0] < 5) return ink
  const top = filled[0] + 2, bottom = filled.at(-1) - 2
  if (!row(top).includes(1) || !row(bottom).includes(1)) return ink
  const slant = (row(top).indexOf(1) - row(bottom).indexOf(1)) / (bottom - top), moved = new Uint8Array(SIZE * SIZE)
  for (let r = 0; r < SIZE; r++) {
    const shift = Math.floor((r - SIZE / 2) * slant + .5)
    for (let c = 0; c < SIZE; c++) if (ink[r * SIZE + c] && c + shift >= 0 && c + shift < SIZE) moved[r * SIZE + c + shift] = 1
  }
  return moved
}

/** 8×8 numbers, 0 … 1: the share of ink in each 4×4 cell. */
export function count(ink) {
  const image = new Float32Array(64)
  for (let i = 0; i < SIZE * SIZE; i++) image[Math.floor(i / SIZE / 4) * 8 + Math.floor(i % SIZE / 4)] += ink[i] / 16
  return image
}

/** The 8×8 image that a network sees when somebody draws these strokes. */
export const see = strokes => count(upright(evenOut(scan(strokes))))

/* ---- Strokes in an address ---- */

const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"

/** The strokes as a short text, on a grid of 64×64: two signs for a place, a dot between strokes. */
export const pack = strokes => strokes.map(stroke => {
  const places = stroke.map(place => place.map(v => SIGNS[Math.min(63, Math.round(v / PAD * 63))]).join(""))
  return places.filter((place, i) => place !== places[i - 1]).join("")
}).join(".")

/** The strokes of such a text, or null when it is none. */
export function unpack(text) {
  if (!/^([\w-]{2})+(\.([\w-]{2})+)*$/.test(text) || text.length > 2000) return null
  return text.split(".").map(stroke => stroke.match(/../g).map(place => [...place].map(sign => SIGNS.indexOf(sign) / 63 * PAD)))
}

/* ---- The pad ---- */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const STEP = PAD / 32, CELL = PAD / 8

/** A drawing pad. onInput(strokes) is called with every change, onEnd(strokes) when the pen is lifted; say(words) tells what a key did.
    `picture`, 64 values 0 … 1, is shown in place of strokes until somebody draws. */
export function pad({ label, onInput, onEnd, say }) {
  let strokes = [], picture = null, pen = null, cursor = null, down = false, drew = false
  const name = `${label}. Arrow keys move the pen, with Shift faster; space puts it down or lifts it; Backspace undoes a stroke; Delete clears.`
  const canvas = el("canvas", { width: PAD, height: PAD, className: "demo-pad", tabIndex: 0, role: "application", "aria-label": name })
  const context = canvas.getContext("2d")
  function paint() {
    context.fillStyle = "#fff"
    context.fillRect(0, 0, PAD, PAD)
    picture?.forEach((ink, i) => {
      context.fillStyle = `rgb(${Array(3).fill(255 * (1 - ink))})`
      context.fillRect(i % 8 * CELL, (i >> 3) * CELL, CELL, CELL)
    })
    Object.assign(context, { lineCap: "round", lineJoin: "round", lineWidth: 14, strokeStyle: "#000" })
    for (const stroke of strokes) {
      context.beginPath()
      context.moveTo(...stroke[0])
      for (const place of stroke.length > 1 ? stroke : [stroke[0], stroke[0]]) context.lineTo(...place)
      context.stroke()
    }
    if (!cursor || document.activeElement !== canvas) return
    for (const [lineWidth, strokeStyle] of [[7, "#fff"], [3, "#000"]]) { // a ring that shows on paper and on ink
      Object.assign(context, { lineWidth, strokeStyle })
      context.beginPath()
      context.arc(...cursor, down ? 6 : 12, 0, 7)
      context.stroke()
    }
  }
  const change = () => { picture = null; paint(); onInput?.(strokes) }
  const end = () => { pen = null; down = false; paint(); onEnd?.(strokes) }
  const clear = () => { strokes = []; cursor = null; change(); end() }
  const undo = () => { strokes.pop(); change(); end() }

  const place = event => {
    const box = canvas.getBoundingClientRect(), limit = v => Math.min(PAD, Math.max(0, v))
    const x = event.clientX - box.left - canvas.clientLeft, y = event.clientY - box.top - canvas.clientTop
    return [limit(x / canvas.clientWidth * PAD), limit(y / canvas.clientHeight * PAD)]
  }
  canvas.addEventListener("pointerdown", event => {
    if (event.button || pen) return
    event.preventDefault()
    canvas.focus({ preventScroll: true })
    canvas.setPointerCapture(event.pointerId)
    cursor = null
    down = false
    pen = { id: event.pointerId, stroke: [place(event)] }
    strokes.push(pen.stroke)
    change()
  })
  canvas.addEventListener("pointermove", event => {
    if (event.pointerId !== pen?.id) return
    const events = event.getCoalescedEvents?.() ?? []
    for (const each of events.length ? events : [event]) {
      const [x, y] = place(each), [lastX, lastY] = pen.stroke.at(-1)
      if (Math.hypot(x - lastX, y - lastY) >= 2) pen.stroke.push([x, y])
    }
    change()
  })
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, event => { if (event.pointerId === pen?.id) end() })

  canvas.addEventListener("keydown", event => {
    const arrow = ARROWS[event.key]
    if (event.ctrlKey || event.altKey || event.metaKey || !(arrow || [" ", "Backspace", "Delete"].includes(event.key))) return
    event.preventDefault()
    cursor ??= [PAD / 2, PAD / 4]
    if (arrow) {
      const far = event.shiftKey ? 4 * STEP : STEP
      cursor = cursor.map((v, i) => Math.min(PAD - STEP, Math.max(STEP, v + far * arrow[i])))
      if (!down) return paint()
      strokes.at(-1).push([...cursor])
      drew = true
      change()
    } else if (event.key === " ") {
      if (event.repeat) return
      if (down) { end(); return say?.("Pen up.") }
      down = true
      drew = false
      strokes.push([[...cursor]])
      change()
      say?.("Pen down: arrow keys draw, space lifts it.")
    } else event.key === "Delete" ? clear() : undo()
  })
  // Space held while the arrows draw: letting go lifts the pen. Space pressed once keeps it down.
  canvas.addEventListener("keyup", event => { if (event.key === " " && down && drew) { end(); say?.("Pen up.") } })
  for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => { if (name === "blur" && down) end(); paint() })
  paint()

  const buttons = el("div", { className: "demo-controls" }, button("Clear", clear).node, button("Undo", undo).node)
  const node = el("div", { className: "demo-drawing" }, canvas, buttons)
  return {
    node, canvas, clear,
    get strokes() { return strokes },
    set strokes(next) { strokes = next; cursor = null; change() },
    set picture(values) { strokes = []; cursor = null; picture = values; paint() },
  }
}
