/* Guesses: says how far the reader's guess was from the measurement. Without this file the question and the folded result remain. Nothing is stored. */
const decimals = number => Number(number.toFixed(1)).toLocaleString("en-GB").replace("-", "−")

/** What there is to say about a guessed number. */
function distance(guess, value, unit, step) {
  const off = guess - value, said = `You said ${decimals(guess)}${unit && ` ${unit}`}; measured: ${decimals(value)}${unit && ` ${unit}`}.`
  if (Math.abs(off) <= Math.max(step, .02 * Math.abs(value))) return `${said} Very close.`
  return `${said} Your guess was ${decimals(Math.abs(off))}${unit === "%" ? " points" : unit && ` ${unit}`} too ${off > 0 ? "high" : "low"}.`
}

for (const box of document.querySelectorAll(".guess")) {
  const form = box.querySelector("form"), range = form.querySelector("[type=range]"), shown = form.querySelector("output")
  const verdict = box.querySelector(".guess-verdict"), folded = box.querySelector("details"), { value, unit, right } = form.dataset
  const show = () => { shown.value = `${decimals(range.valueAsNumber)}${unit && ` ${unit}`}` }
  range?.addEventListener("input", show)
  if (range) show()
  form.addEventListener("submit", event => event.preventDefault())
  form.querySelector("button").addEventListener("click", () => {
    const chosen = form.querySelector(":checked")
    if (!range && !chosen) return verdict.textContent = "Choose one of the answers first, or skip."
    verdict.textContent = range ? distance(range.valueAsNumber, Number(value), unit, Number(range.step)) : chosen.value === right ? "Your guess was right." : `Not so: it was “${form.querySelectorAll("label")[right].textContent.trim()}”.`
    folded.open = true
  })
  box.dataset.live = ""
  folded.addEventListener("toggle", () => {
    if (!folded.open) return
    form.querySelector("fieldset").disabled = true
    form.querySelector("button").hidden = true
    folded.querySelector("summary").textContent = "The result"
  })
}
