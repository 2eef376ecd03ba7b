/* The pictures of the gan demo: images with their verdict, the plane through the noise, and the scale of verdicts. */

import { digit as picture, el, svg } from "../kit.js"

export const REACH = 2.5 // the plane shown is −2.5 … 2.5
const TILES = 7

/** Within the plane shown, in steps of .05 as the sliders have them. */
export const tidy = v => Math.round(Math.max(-REACH, Math.min(REACH, v)) * 20) / 20

export const word = verdict => verdict > 0 ? "“real”" : "“made”"
export const signed = value => `${value < -.004 ? "−" : "+"}${Math.abs(value).toFixed(2)}`
const told = verdict => `${signed(verdict)} ${word(verdict)}`

/** An image with a title and the verdict on it. */
export function card(pixels = 112) {
  const shown = picture({ label: "", pixels }), title = el("b"), verdict = el("span")
  const node = el("p", { className: "gan-card" }, shown.node, title, verdict)
  return {
    node,
    set(image, name, value) {
      shown.draw(image)
      shown.label = name
      title.textContent = name
      verdict.textContent = `Discriminator: ${told(value)}`
    },
  }
}

/** A row of small images with their verdicts. Given onPress, each is a button. */
export function row(count, name, onPress) {
  const cells = Array.from({ length: count }, (_, i) => {
    const shown = picture({ label: `${name}, ${i + 1}`, pixels: 40 }), verdict = el("span")
    const node = el(onPress ? "button" : "p", { className: "gan-cell" }, shown.node, verdict)
    if (onPress) { node.type = "button"; node.addEventListener("click", () => onPress(i)) }
    return { node, shown, verdict }
  })
  return {
    node: el("div", { className: "gan-row", role: "group", "aria-label": name }, ...cells.map(({ node }) => node)),
    put(i, image, label, value, pressed) {
      const { node, shown, verdict } = cells[i]
      shown.draw(image)
      shown.label = label
      verdict.replaceChildren(signed(value), el("br"), word(value))
      if (onPress) node.setAttribute("aria-pressed", pressed)
    },
  }
}

/** The plane as a map of small images. onPick(x, y) is told where it was pressed; the sliders do the same for the keyboard. */
export function plane(onPick) {
  const label = `The plane: ${TILES} by ${TILES} images that the generator makes of its noise. The sliders lead to each place.`
  const canvas = el("canvas", { width: 9 * TILES - 1, height: 9 * TILES - 1, role: "img", "aria-label": label })
  const pin = el("span", { className: "gan-pin" }), node = el("div", { className: "gan-map" }, canvas, pin), pen = canvas.getContext("2d")
  const pick = event => {
    const { left, top, width } = canvas.getBoundingClientRect(), place = v => tidy((v / width * 2 - 1) * REACH)
    onPick(place(event.clientX - left), place(event.clientY - top))
  }
  canvas.addEventListener("pointerdown", event => { canvas.setPointerCapture(event.pointerId); pick(event) })
  canvas.addEventListener("pointermove", event => { if (event.buttons) pick(event) })
  return {
    node, tiles: TILES ** 2,
    /** Where on the plane the image number i of the map lies. */
    place: i => [i % TILES, Math.floor(i / TILES)].map(k => (k + .5) * 2 * REACH / TILES - REACH),
    put(i, image) {
      const pixels = pen.createImageData(8, 8)
      image.forEach((ink, k) => pixels.data.set([255 - 255 * ink, 255 - 255 * ink, 255 - 255 * ink, 255], 4 * k))
      pen.putImageData(pixels, i % TILES * 9, Math.floor(i / TILES) * 9)
    },
    mark(x, y) {
      pin.style.left = `${(x / REACH + 1) * 50}%`
      pin.style.top = `${(y / REACH + 1) * 50}%`
    },
  }
}

const LEFT = 66, RIGHT = 330, END = 1 // the scale shows verdicts from −1 to 1; what lies beyond stands at its end

/** Verdicts as marks above each other: made ones as crosses, real ones as rings, the present one as a triangle. */
export function verdictScale() {
  const x = verdict => LEFT + (Math.max(-END, Math.min(END, verdict)) / END + 1) / 2 * (RIGHT - LEFT)
  const marks = svg("g"), now = svg("path", { class: "gan-now" })
  const words = (at, y, text, anchor = "middle") => svg("text", { x: at, y, "text-anchor": anchor }, text)
  const label = "The verdicts of the two rows on one scale: made and real images lie mixed. Their numbers stand under the images."
  const node = svg("svg", { viewBox: "0 0 340 84", class: "demo-chart gan-scale", role: "img", "aria-label": label },
    svg("path", { class: "demo-axis", d: `M${LEFT} 62H${RIGHT}M${x(0)} 8V66` }),
    words(LEFT - 8, 28, "ten made", "end"), words(LEFT - 8, 50, "ten real", "end"),
    words(LEFT, 78, "−1 “made”", "start"), words(x(0), 78, "0"), words(RIGHT, 78, "“real” +1", "end"), marks, now)
  return {
    node,
    rows({ made, real }) {
      const cross = v => svg("path", { class: "gan-made", d: `M${x(v) - 4} 20l8 8m0 -8l-8 8` })
      const ring = v => svg("circle", { class: "gan-real", cx: x(v), cy: 46, r: 4 })
      marks.replaceChildren(...made.map(cross), ...real.map(ring))
    },
    mark(verdict) { now.setAttribute("d", `M${x(verdict)} 16l-5 -9h10z`) },
  }
}
