/* Lets the reader filter the table of the catalogue, which is complete without this file. Fetched when the filter is used; the filter stands in the address, so that it can be linked to. */

const table = document.querySelector(".catalogue"), { words, kind } = document.forms.filter.elements, said = document.querySelector(".catalogue-filter [role=status]")
const groups = [...table.tBodies].map(body => ({ body, rows: [...body.rows].slice(1) })), rows = groups.flatMap(group => group.rows)
const kindOf = row => row.cells[1].textContent, asked = new URLSearchParams(location.search)
words.value ||= asked.get("words") ?? "" // what was typed while this file was fetched counts
if ([...kind.options].some(option => option.value === asked.get("kind"))) kind.value ||= asked.get("kind")

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean)
  let shown = 0
  for (const { body, rows } of groups) {
    const page = body.rows[0].textContent
    for (const row of rows) {
      const text = `${row.textContent} ${page}`.toLowerCase()
      row.hidden = !(wanted.every(word => text.includes(word)) && (!kind.value || kindOf(row) === kind.value))
      shown += !row.hidden
    }
    body.hidden = rows.every(row => row.hidden)
  }
  said.textContent = shown ? `${shown} of ${rows.length} addresses` : "No address fits. Try fewer or shorter words."
  const query = new URLSearchParams(location.search)   // what a deck added stays
  for (const field of [words, kind]) field.value ? query.set(field.name, field.value) : query.delete(field.name)
  history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`)
}

let waiting
words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150) })
kind.addEventListener("input", filter)
document.forms.filter.addEventListener("submit", event => event.preventDefault())
filter()
