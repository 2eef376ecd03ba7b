/* Mount table: finds figure[data-demo] and brings it to life when it comes near the viewport. The page is complete without this file. */
const views = {
  classifier: () => import("./classifier/view.js"),
  clusters: () => import("./clusters/view.js"),
  both: () => import("./both/view.js"),
  molecules: () => import("./molecules/view.js"),
  pixels: () => import("./pixels/view.js"),
  glimpse: () => import("./glimpse/view.js"),
  induction: () => import("./induction/view.js"),
  stories: () => import("./stories/view.js"),
  attack: () => import("./attack/view.js"),
  gan: () => import("./gan/view.js"),
  "gan-plane": () => import("./gan-plane/view.js"),
  families: () => import("./families/view.js"),
}

/** The style sheet of the demos, fetched once with the first of them. */
let dressed
const dress = () => dressed ??= new Promise(resolve => {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./demos.css", import.meta.url), onload: resolve, onerror: resolve })
  document.head.append(sheet)
})

/** Bring one figure to life. On any fault the static figure stays, with a sentence under it. */
async function mount(figure) {
  try {
    const [view] = await Promise.all([views[figure.dataset.demo](), dress()])
    await view.mount(figure)
    figure.dataset.live = ""
  } catch (fault) {
    console.warn(`${figure.id}: ${fault.message}`)
    const note = Object.assign(document.createElement("p"), { className: "demo-fault", textContent: "The live version could not start here; the picture above shows the same in a still." })
    figure.append(note)
  }
}

const near = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { near.unobserve(target); mount(target) }
}, { rootMargin: "400px" })

/** A figure that the reader is looking at already must not change under their eyes: it gets a button in its corner instead. */
async function offer(figure) {
  await dress()
  const start = Object.assign(document.createElement("button"), { type: "button", className: "md-button demo-button demo-start", textContent: figure.dataset.invite ?? "Try it live" })
  start.addEventListener("click", async () => {
    start.textContent = "Starting …"
    await mount(figure)
    start.remove()
    figure.querySelector(".demo-live :is(button, select, input)")?.focus({ preventScroll: true }) // the button that had the focus is gone
  }, { once: true })
  figure.append(start)
}

const watch = () => {
  for (const sign of signs) removeEventListener(sign, watch)
  if (document.querySelector(".guess")) import("../assets/guess.js")
  for (const figure of document.querySelectorAll("figure[data-demo]")) {
    if (!views[figure.dataset.demo]) continue
    const { top, bottom } = figure.getBoundingClientRect(), seen = top < innerHeight && bottom > 0
    seen && !asked ? offer(figure) : near.observe(figure)
  }
}

/* Nothing is fetched for a demo or a guess before the reader does something, so that the first view of a page costs no more than its text.
   An address that names one of them or a state counts as doing something. */
const signs = ["scroll", "pointermove", "pointerdown", "keydown", "touchstart"]
const asked = /^#(demo|guess)-/.test(location.hash) || location.search || document.querySelector(".embedded")
if (asked) watch()
else for (const sign of signs) addEventListener(sign, watch, { passive: true })

const sheets = document.querySelector(".sheets")
if (sheets) new IntersectionObserver(([{ isIntersecting }], watcher) => {
  if (isIntersecting) { watcher.disconnect(); import("../assets/sheets.js").catch(() => document.body.classList.add("all-sheets")) }
}, { rootMargin: "400px" }).observe(sheets)

const { filter } = document.forms // of the catalogue
if (filter) location.search ? import("../assets/catalogue.js") : filter.addEventListener("focusin", () => import("../assets/catalogue.js"), { once: true })
