/* Concept search: the theme's own box and list of results, MiniSearch behind them. scripts/search.py puts this file beside the index.
   Speaks the four messages of the theme's search worker. Costs nothing until the first query: only then are engine and index fetched;
   queries that come while they are fetched replace each other, and the last one is answered. */
const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3

const LABELS = { page: "", section: "", myth: "misconception", term: "glossary" }
const MOST = 24, SHOWN = 3   // results of a query; of them, on one page at once
const PRIOR = { page: 1, section: .98, claim: .88, myth: .95, demo: .88, diagram: .6, figure: .6, quiz: .6, term: .6 }
const WEIGHT = { cover: 1, phrase: 1.6, bm25: .3, known: .93, floor: .25, strict: .5 }

/* ---- Words ---------------------------------------------------------------------------------- */

const plain = text => text.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toLowerCase()
const words = text => (plain(text).match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) || []).flatMap(word => word.includes("-") ? [...word.split("-"), word.replaceAll("-", "")] : [word])
/* Plural, and American for British spelling: the same for the index and for what is typed. */
const folded = new Map()
const fold = word => folded.get(word) ?? folded.set(word, word.length < 4 ? word : word.replace(/ies$/, "y").replace(/(ss|sh|ch|x)es$/, "$1").replace(/([^su])s$/, "$1")
  .replace(/is(e|ed|er|ing|ation)$/, "iz$1").replace(/ys(e|ed|er|ing)$/, "yz$1").replace(/our(?=$|ed|ing|able|ite)/, "or").replace(/ll(ed|ing|er)$/, "l$1")
  .replace(/([a-z]{2})tre$/, "$1ter").replace(/ogue$/, "og").replace(/ae(?=[dmost])/, "e").replace(/ence$/, "ense").replace(/rnt$/, "rned")).get(word)
/* What related words share: hallucinate, hallucination → hallucin. */
const root = word => word.length > 5 ? word.replace(/(?:ization|ations?|ates?|ated|ative|izing|ized?|ing|ed|ions?|ive|ors?|ers?|ments?|ity|ly|ables?|ibles?|ness|ful|es?)$/, "") : word
const edits = word => word.length < 4 ? 0 : word.length < 6 ? 1 : 2   // letters that may be wrong

/* ---- Engine --------------------------------------------------------------------------------- */

function createSearch(MiniSearch, { ignored, synonyms, ...columns }) {
  const ignore = new Set(ignored.split(" ")), byPage = new Map(), byId = new Map(), surface = new Map(), df = new Map()
  const docs = columns.location.map((_, i) => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]])))
  /* The words of a text that say something, folded; all of them when none does. */
  function content(text) {
    const all = words(text), kept = all.filter(word => !ignore.has(word))
    return [...new Set((kept.length ? kept : all).map(word => {
      const same = fold(word)
      if (!surface.has(same)) surface.set(same, word)
      return same
    }))]
  }
  docs.forEach((doc, id) => {
    const [path, anchor] = doc.location.split("#")
    if (!anchor) byPage.set(path, doc)
    byId.set(anchor || path.slice(0, -1) || "home", doc)
    Object.assign(doc, { id, kind: doc.kind || (anchor ? "section" : "page"), page: path, number: doc.kind === "claim" && anchor.slice(7), taught: [] })
    const aliases = doc.number ? [`claim c${doc.number}`, `claim ${doc.number}`, `c${doc.number}`] : doc.aliases.split(", ").filter(Boolean)
    const titles = doc.title.includes(":") ? [doc.title, doc.title.split(":")[0]] : [doc.title]
    doc.phrases = [...titles, ...aliases].map((text, i) => ({ weight: i ? .95 : 1, words: content(text) }))
    doc.start = plain(doc.title).replace(/^\P{L}+/u, "")
  })
  for (const term of docs) byId.get(term.of)?.taught.push(...term.phrases)   // the section that explains a term answers for its names
  const fields = docs.map(doc => {
    const called = doc.phrases.slice(1).concat(doc.taught).flatMap(({ words }) => words)
    doc.phrases = doc.phrases.concat(doc.taught.map(({ words }) => ({ weight: .9, words })))
    doc.said = [doc.phrases[0].words, called, content(doc.text), content(doc.names)]
    for (const word of new Set(doc.said.flat())) df.set(word, (df.get(word) || 0) + 1)
    const [title, aliases, text, names] = doc.said.map(list => list.join(" "))
    return { id: doc.id, title, called: aliases, text, names }
  })
  const mini = new MiniSearch({ fields: ["title", "called", "text", "names"], tokenize: text => text.split(" "), processTerm: term => term,
    searchOptions: { tokenize: text => [text], boost: { title: 4, called: 3, text: 1.5 }, weights: { prefix: .6, fuzzy: .5 } } })
  mini.addAll(fields)
  const same = new Map()
  for (const group of synonyms.map(line => line.split(" ").map(fold))) for (const word of group) same.set(word, [...same.get(word) || [], ...group.filter(other => other !== word)])
  const idf = term => Math.log(1 + docs.length / (df.get(term) || .5))
  for (const { phrases } of docs) for (const phrase of phrases) {
    phrase.idf = phrase.words.map(idf)
    phrase.total = phrase.idf.reduce((sum, one) => sum + one, 0)
  }

  /* All words of the index that a typed word may stand for, each with a quality from 0 to 1, and what each section scores for it. */
  function lookUp(term, last, glued) {
    const known = df.has(term), stem = root(term), found = new Map(), quality = new Map()
    const take = (query, options, rate) => {
      for (const hit of mini.search(query, options)) {
        const best = found.get(hit.id) || { score: 0, terms: new Set() }
        let good = 0
        for (const word of hit.terms) {
          const q = rate(word)
          if (q > (quality.get(word) || 0)) quality.set(word, q)
          good = Math.max(good, q)
          best.terms.add(word)
        }
        best.score = Math.max(best.score, hit.score * good)
        best.fields = [...new Set([...best.fields || [], ...Object.values(hit.match).flat()])]
        found.set(hit.id, best)
      }
    }
    const share = word => word === term ? 1 : last ? .55 + .4 * term.length / word.length : .3 + .5 * term.length / word.length
    take(term, { prefix: term.length > 1, fuzzy: false }, share)
    if (stem.length > 4 && stem !== term) take(stem, { prefix: true, fuzzy: false }, word => word === term ? 1 : .75 * Math.min(1, (stem.length + 3) / word.length))
    for (const other of same.get(term) || []) take(other, { fuzzy: false }, () => .7)
    for (let wrong = 1; !known && wrong <= edits(term) && (wrong === 1 || !found.size); wrong++) take(term, { fuzzy: wrong }, () => .95 - .15 * wrong)
    for (const whole of glued) take(whole, { fuzzy: false }, () => 1)
    return { term, found, quality, idf: quality.size ? Math.max(...[...quality].map(([word, q]) => q * idf(word))) : idf(term) }
  }

  function search(query) {
    const typed = content(query), quoted = [...query.matchAll(/["“]([^"“”]+)["”]/g)].map(match => content(match[1]).join(" "))
    if (!typed.length) return []
    const glued = typed.slice(1).map((term, i) => typed[i] + term).filter(whole => df.has(whole))   // "deep fakes", "chat gpt"
    const looked = typed.map((term, i) => lookUp(term, i === typed.length - 1 && /[\p{L}\p{N}]$/u.test(query), glued.filter(whole => whole === typed[i - 1] + term || whole === term + typed[i + 1])))
    const total = looked.reduce((sum, { idf }) => sum + idf, 0), ids = new Set(looked.flatMap(({ found }) => [...found.keys()]))
    const known = looked.reduce((sum, { idf, quality }) => sum + idf * Math.max(0, ...quality.values()), 0) / total
    const literal = plain(query).trim(), results = []
    const begins = doc => literal.length > 2 && doc.start.startsWith(literal) ? .75 + .25 * literal.length / doc.start.length : 0
    for (const doc of docs) if (begins(doc)) ids.add(doc.id)
    for (const id of ids) {
      const doc = docs[id], hits = looked.filter(({ found }) => found.has(id))
      const cover = hits.reduce((sum, { found, quality, idf }) => {
        const { terms, fields } = found.get(id)
        return sum + idf * Math.max(...[...terms].map(word => quality.get(word))) * (fields.includes("title") || fields.includes("called") ? 1 : .7)
      }, 0) / total
      if (cover < WEIGHT.floor && !begins(doc)) continue
      const phrase = Math.max(begins(doc), ...doc.phrases.map(p => closeness(p, looked, total)))
      const bm25 = hits.reduce((sum, { found }) => sum + found.get(id).score, 0)
      results.push({ doc, cover, phrase, bm25, terms: [...new Set(hits.flatMap(({ found }) => [...found.get(id).terms].slice(0, 3)))] })
    }
    const top = Math.max(...results.map(r => r.bm25))
    for (const r of results) r.score = PRIOR[r.doc.kind] * (WEIGHT.cover * r.cover + WEIGHT.phrase * r.phrase + WEIGHT.bm25 * r.bm25 / (top || 1))
    results.sort((a, b) => b.score - a.score || a.doc.id - b.doc.id)
    if (known < WEIGHT.known) {   // words that this site does not have: only what answers to most of the query, or else a few guesses
      const sure = results.filter(({ cover }) => cover >= WEIGHT.strict)
      results.splice(0, results.length, ...sure.length ? sure : results.slice(0, 3))
    }
    const exact = quoted.length ? results.filter(({ doc }) => quoted.every(q => doc.said.slice(0, 3).some(list => ` ${list.join(" ")} `.includes(` ${q} `)))) : []
    return exact.length ? exact : results
  }

  /* How well a title or alias and the query say the same, from 0 to 1: rare words count more, and words left over on either side count against it. */
  function closeness(phrase, looked, total) {
    const matched = phrase.words.map(() => 0)
    let ours = 0, theirs = 0
    for (const { quality, idf } of looked) {
      let best = 0
      phrase.words.forEach((word, i) => {
        const q = quality.get(word) || 0
        if (q > best) best = q
        if (q > matched[i]) matched[i] = q
      })
      ours += idf * best
    }
    matched.forEach((q, i) => theirs += q * phrase.idf[i])
    const recall = ours / total, precision = theirs / phrase.total
    return recall && precision ? phrase.weight * 2 * recall * precision / (recall + precision) : 0
  }

  /* Glossary terms whose names look most like what was typed. */
  function near(query) {
    const grams = text => new Set([...` ${content(text).join(" ")} `].map((_, i, all) => all.slice(i, i + 3).join("")))
    const typed = grams(query)
    return docs.filter(doc => doc.kind === "term").map(doc => {
      const theirs = grams(doc.title)
      return { doc, likeness: [...typed].filter(gram => theirs.has(gram)).length / (typed.size + theirs.size) }
    }).filter(({ likeness }) => likeness > .05).sort((a, b) => b.likeness - a.likeness).slice(0, 4).map(({ doc }) => doc)
  }

  return { search, near, content, glossary: byId.get("glossary") || docs[0], pageOf: doc => byPage.get(doc.page) || doc, surface: word => surface.get(word) || word }
}

/* ---- What the reader sees ------------------------------------------------------------------- */

const escape = text => text.replace(/[&<>]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign])
const marker = hits => hits.length ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${hits.slice(0, 30).join("|")})s?(?![\\p{L}\\p{N}])`, "giu") : /(?!)/

/* Results as the theme draws them: one group a page, the best first, the page itself in each group. The theme shows those of a group at once
   that score as the first does, and folds the others away; so sections that are nearly as good get the score of the first. */
function groups(engine, results, query) {
  const found = new Map()
  const shown = results.slice(0, MOST), marks = marker([...new Set(shown.flatMap(({ terms }) => terms))].map(engine.surface))
  const mark = text => escape(text).replace(marks, "<mark data-md-highlight>$&</mark>")
  const item = (doc, score, hits) => {
    const label = doc.number ? `claim ${doc.number}` : LABELS[doc.kind] ?? doc.kind
    return { location: doc.location, score, title: mark(doc.title) + (label && ` <small class="kind">${label}</small>`),
      text: doc.text && `<p>${mark(doc.text)}</p>`, terms: Object.fromEntries(hits.map(hit => [hit, true])) }
  }
  for (const { doc, score, terms } of shown) {
    const page = engine.pageOf(doc)
    if (!found.has(page)) found.set(page, [])
    const items = found.get(page), near = doc !== page && items.length < SHOWN && score > .8 * items[0]?.score
    items.push(item(doc, near ? items[0].score : score, terms.map(engine.surface)))
  }
  for (const [page, items] of found) if (!items.some(({ location }) => location === page.location)) items.push(item(page, 0, []))
  if (found.size || !engine.content(query).length) return [...found.values()]
  const glossary = { ...engine.glossary, title: `Nothing found for “${query.trim()}”`, text: "The glossary explains every term. Nearest in spelling:" }
  return [[glossary, ...engine.near(query)].map(doc => item(doc, 1, []))]
}

if (typeof WorkerGlobalScope !== "undefined") {
  let engine, latest, loading
  const answer = query => postMessage({ type: RESULT, data: { items: query.trim() ? groups(engine, engine.search(query), query) : [] } })
  const load = async () => {
    const index = fetch("full_index.json").then(response => response.json())
    importScripts("minisearch.js")
    engine = createSearch(MiniSearch, await index)
    answer(latest)
  }
  addEventListener("message", ({ data: { type, data } }) => {
    if (type === SETUP) return postMessage({ type: READY })
    if (type !== QUERY) return
    latest = data
    if (engine) answer(data)
    else if (data.trim()) loading ??= load()
    else postMessage({ type: RESULT, data: { items: [] } })
  })
}

if (typeof module !== "undefined") module.exports = { createSearch, fold, groups, PRIOR, WEIGHT }
