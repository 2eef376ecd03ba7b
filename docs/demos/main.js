/* Mount table: finds figure[data-demo] and brings it to life when it comes near the viewport. The page is complete without this file. */
const views = {
  glimpse: () => import("./glimpse/view.js"),
  induction: () => import("./induction/view.js"),
  stories: () => import("./stories/view.js"),
}

/** Bring one figure to life. On any fault the static figure stays, with a sentence under it. */
async function mount(figure) {
  try {
    const view = await views[figure.dataset.demo]()
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

for (const figure of document.querySelectorAll("figure[data-demo]")) if (views[figure.dataset.demo]) near.observe(figure)
