/* Sheets that change with a knob: shows the pictures of one value at a time. Without this file all of them stand below each other. */
for (const figure of document.querySelectorAll(".sheets")) {
  const slider = figure.querySelector("[type=range]"), shown = figure.querySelector("output"), sheets = [...figure.querySelectorAll(".sheet")]
  const show = () => {
    const at = slider.valueAsNumber, words = sheets[at].querySelector(".sheet-value").textContent
    sheets.forEach((sheet, number) => sheet.toggleAttribute("data-shown", number === at))
    shown.value = words.split(" ").at(-1)
    slider.setAttribute("aria-valuetext", [words, ...[...sheets[at].querySelectorAll("p:has(strong)")].map(p => p.textContent)].join("; "))
  }
  for (const picture of figure.querySelectorAll("img")) picture.loading = "eager" // from now on, so that turning the knob does not flicker
  slider.addEventListener("input", show)
  show()
}
