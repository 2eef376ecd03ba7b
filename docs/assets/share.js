/* The dialog behind each "#": addresses, quotations and the QR code of one thing. Fetched when it is first opened; without it the "#" is a plain link. */
import { el } from "../demos/kit.js"

const start = new URL("../", import.meta.url), list = get("permalinks.json")
const dressed = new Promise((resolve, reject) => document.head.append(el("link", { rel: "stylesheet", href: new URL("./share.css", import.meta.url).href, onload: resolve, onerror: reject })))
const meta = name => document.querySelector(`meta[name="${name}"]`)?.content ?? ""
let dialog

async function get(path) {
  const answer = await fetch(new URL(path, start))
  if (!answer.ok) throw new Error(`${path} could not be fetched (${answer.status})`)
  return answer.json()
}

/** Open the dialog for the thing with this id. Throws when it is not in the list of permanent links. */
export async function share(id) {
  const { entries } = await list, entry = entries.find(entry => entry.id === id), page = entries.find(one => one.kind === "page" && one.page === entry.page)
  const name = document.getElementById(id)?.dataset.demo, embed = name && (await get(`embed/${name}/oembed.json`)).html
  await dressed
  dialog?.remove()
  dialog = el("dialog", { className: "share", "aria-labelledby": "__share_title" }, ...contents(entry, page, document.getElementById(id)?.linkToState?.(), embed))
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close() }) // beside it
  document.body.append(dialog)
  dialog.showModal()
  for (const field of dialog.querySelectorAll(".share-address input")) field.scrollLeft = field.scrollWidth // all addresses begin alike
}

function contents(entry, page, state, embed) {
  const said = el("p", { role: "status", className: "share-said" }), say = text => { said.textContent = text }
  const state_ = state && entry.address.replace(/#.*/, "") + state.replace(/^[^?#]*/, "")
  return [
    el("button", { type: "button", className: "share-close", "aria-label": "Close", textContent: "×", onclick: () => dialog.close() }),
    el("p", { className: "share-kind", textContent: entry === page ? "Page" : `${entry.kind[0].toUpperCase()}${entry.kind.slice(1)} in “${page.title}”` }),
    el("h2", { id: "__share_title", textContent: entry.title }),
    el("div", { className: "share-columns" },
      el("div", {},
        address("Short address", entry.short, say, true),
        address("Full address", entry.address, say),
        ...state_ ? [address("This demo as it stands now", state_, say)] : []),
      code(entry, say)),
    quotation(forms(entry, page, embed), say),
    el("p", { className: "share-foot" }, `Published ${entry.since}. `, el("a", { href: new URL("for-trainers/#trainers-promise", start).href, textContent: "These addresses stay." })),
    said,
  ]
}

/* ---- Addresses and the code ---- */

function address(label, value, say, first = false) {
  const input = el("input", { readOnly: true, value, onfocus: () => input.select() })
  return el("div", { className: "share-address" }, el("label", {}, label, input), copier(label, () => input, say, first))
}

/** A button that copies what stands in a field, and says so; where copying is not allowed the text is selected for the reader to copy. */
function copier(label, field, say, first = false) {
  const press = async () => {
    say("") // so that the same words are heard again
    try {
      await navigator.clipboard.writeText(field().value)
      say(`Copied: ${label.toLowerCase()}.`)
    } catch {
      field().focus()
      field().select()
      say("This browser does not let the page copy. The text is selected: copy it with Ctrl+C or ⌘C.")
    }
  }
  return el("button", { type: "button", className: "share-copy", textContent: "Copy", "aria-label": `Copy: ${label.toLowerCase()}`, autofocus: first, onclick: press })
}

function code(entry, say) {
  const source = new URL(`go/${entry.id}/qr.svg`, start).href, image = el("img", { src: source, width: 150, height: 150, alt: `QR code of ${entry.short}` })
  const draw = async () => {
    const canvas = el("canvas", { width: 1640, height: 1640 }), pen = canvas.getContext("2d")
    await image.decode()
    pen.imageSmoothingEnabled = false
    pen.drawImage(image, 0, 0, canvas.width, canvas.height)
    el("a", { href: canvas.toDataURL("image/png"), download: `${entry.id}.png` }).click()
    say("The QR code is saved as a PNG file.")
  }
  return el("figure", { className: "share-code" }, image,
    el("figcaption", {}, "QR code: ", el("a", { href: source, download: `${entry.id}.svg`, textContent: "SVG" }), " · ", el("button", { type: "button", textContent: "PNG", onclick: draw })))
}

/* ---- Words to paste ---- */

/** All forms by name. The short address is used: it stays when the thing moves to another page. */
export function forms(entry, page, embed) {
  const { title, short } = entry, author = meta("citation_author"), site = meta("DC.publisher"), date = meta("DC.date"), whole = entry === page
  const day = new Date(`${date}T00:00:00Z`), month = day.toLocaleDateString("en", { month: "long", timeZone: "UTC" }), year = day.getUTCFullYear()
  const html = text => text.replace(/[&<>"]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign])
  const tex = text => text.replace(/[\\{}&%$#_~^]/g, sign => ({ "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" })[sign] ?? `\\${sign}`)
  return {
    Markdown: `[${title.replace(/[[\]\\]/g, "\\$&")}](${short})`,
    HTML: `<a href="${html(short)}">${html(title)}</a>`,
    APA: `${author}. (${year}, ${month} ${day.getUTCDate()}). ${title.replace(/[.]$/, "")}${/[?!]$/.test(title) ? "" : "."} ${whole ? "" : `In ${page.title}. `}${site}. ${short}`,
    BibTeX: `@misc{${entry.id},\n  author = {{${tex(author)}}},\n  title = {{${tex(title)}}},\n  howpublished = {${whole ? "" : `In: ${tex(page.title)}. `}${tex(site)}},\n  year = {${year}},\n  month = ${date.slice(5, 7).replace(/^0/, "")},\n  url = {${short}}\n}`,
    RIS: `TY  - ELEC\nTI  - ${title}\n${whole ? "" : `T2  - ${page.title}\n`}AU  - ${author},\nPB  - ${site}\nPY  - ${year}\nDA  - ${date.replaceAll("-", "/")}\nUR  - ${short}\nER  - `,
    ...embed ? { Embed: embed } : {},
  }
}

function quotation(forms, say) {
  const text = el("textarea", { readOnly: true, rows: 4, spellcheck: false, "aria-label": "Text to copy" })
  let chosen = "Markdown"
  const choose = name => { text.value = forms[chosen = name] }
  const choices = Object.keys(forms).map(name => el("label", {}, el("input", { type: "radio", name: "__share_form", checked: name === chosen, onchange: () => choose(name) }), el("span", { textContent: name })))
  const copy = el("button", { type: "button", className: "share-copy", textContent: "Copy", "aria-label": "Copy: text", onclick: () => copier(chosen === "HTML" || chosen === "Markdown" ? `${chosen} link` : chosen, () => text, say).click() })
  choose(chosen)
  return el("fieldset", {}, el("legend", { textContent: "To paste" }), el("div", { className: "share-forms" }, ...choices), el("div", { className: "share-address" }, text, copy))
}
