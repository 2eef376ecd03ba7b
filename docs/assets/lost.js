/* On the page for addresses that do not exist: what may have been meant, from the list of permanent links. A name after "#" stands once in the
   whole site, so it leads on by itself; anything else is offered as links. */
const start = new URL("../", import.meta.url)
const clean = text => decodeURIComponent(text).toLowerCase().replace(/\.(html?|md)$/, "")

/** Entries that an address may mean: {sure} one by its name, or up to four that share words with it. */
export function meant(entries, path, hash) {
  const parts = path.split("/").map(clean).filter(part => part && part !== "index"), name = clean(hash.slice(1)), last = parts.at(-1) ?? ""
  const sure = entries.find(entry => entry.id === name)
  if (sure) return { sure, near: [] }
  const words = `${last}-${name}`.split(/[^\p{L}\p{N}]+/u).filter(word => word.length > 1)
  const score = entry => (entry.id === last || entry.kind === "page" && entry.page === last) * 10 + words.filter(word => `${entry.id} ${entry.title} ${entry.keywords}`.toLowerCase().includes(word)).length
  const scored = entries.map(entry => [score(entry), entry]).filter(([points]) => points).sort(([a], [b]) => b - a)
  return { near: scored.slice(0, 4).map(([, entry]) => entry) }
}

const place = document.querySelector("#page-not-found")
if (place) {
  const { site, entries } = await (await fetch(new URL("permalinks.json", start))).json()
  const here = entry => new URL(entry.address.slice(site.length), start).href
  const { sure, near } = meant(entries, location.pathname.slice(start.pathname.length), location.hash)
  if (sure) location.replace(here(sure).replace("#", `${location.search}#`))
  else if (near.length) {
    const list = document.createElement("ul")
    list.append(...near.map(entry => {
      const link = Object.assign(document.createElement("a"), { href: here(entry), textContent: entry.title }), item = document.createElement("li")
      item.append(link, ` (${entry.kind})`)
      return item
    }))
    const box = Object.assign(document.createElement("section"), { role: "status" })
    box.append("Perhaps you meant:", list)
    place.after(box)
  }
}
