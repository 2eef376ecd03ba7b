/* Concept search: the theme's own box and list of results, and behind them MiniSearch's dictionary, which finds words by their beginning or nearly so. scripts/search.py puts this file beside the index.
   Speaks the four messages of the theme's search worker. Costs nothing until the first query: only then are engine and index fetched;
   queries that come while they are fetched replace each other, and the last one is answered. */
const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3

const LABELS = { page: "", section: "", myth: "misconception", term: "glossary", fig: "figure" }   // of a kind, which is what an id begins with
const NONE = []
const QUIZZES = /-(check|quiz|quizzes)$/   // of a section that holds them
const MOST = 8, SHOWN = 3, JUDGED = 60   // results of a query; of them, never folded away; sections that are looked at closely
const PRIOR = { page: 1, section: .98, claim: .88, myth: .95, demo: .88, diagram: .6, fig: .6, quiz: .6, term: .6 }
const STRENGTH = { title: 1, called: .9, page: .3 }   // of a word by where it stands: "called" in an alias, "page" as good a place, but of the page alone
const QUALITY = { stem: .6, related: .92, synonym: .55, cousin: .45, swapped: .85, wrong: .8, part: .7 }   // of a word of the index that stands for one that was typed
const WEIGHT = { cover: 1, phrase: 1.6, exact: .2, again: .1, most: 1.2, known: .93, floor: .25, all: .15, broad: .5, strict: .5, asked: 1 }

/* ---- Words ---------------------------------------------------------------------------------- */

const plain = text => (/[^ -~]/.test(text) ? text.normalize("NFKD").replace(/[\u0300-\u036f’]/g, "") : text).replaceAll("'", "").toLowerCase()
const words = text => {
  const found = []
  for (const part of text.toLowerCase().split(" ")) {
    if (/^[a-z0-9]+$/.test(part)) found.push(part)   // most of the index
    else for (const word of plain(part).match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) || []) found.push(...word.includes("-") ? [...word.split("-"), word.replaceAll("-", "")] : [word])
  }
  return found
}
/* Plural, and American for British spelling: the same for the index and for what is typed. */
const folded = new Map(), FOLDS = /s$|is|ys|our|ll|tre$|ogue$|ae|ence$|rnt$/   // most words have none of these endings
const fold = word => folded.get(word) ?? folded.set(word, word.length < 4 || !FOLDS.test(word) ? word : word.replace(/ies$/, "y").replace(/(ss|sh|ch|x)es$/, "$1").replace(/([^su])s$/, "$1")
  .replace(/is(e|ed|er|ing|ation)$/, "iz$1").replace(/ys(e|ed|er|ing)$/, "yz$1").replace(/our(?=$|ed|ing|able|ite)/, "or").replace(/ll(ed|ing|er)$/, "l$1")
  .replace(/([a-z]{2})tre$/, "$1ter").replace(/ogue$/, "og").replace(/ae(?=[dmost])/, "e").replace(/ence$/, "ense").replace(/rnt$/, "rned")).get(word)
/* What related words share: hallucinate, hallucination → hallucin. */
const root = word => word.length > 5 ? word.replace(/(?:ization|ations?|ates?|ated|ative|izing|ized?|ing|ed|ions?|ive|ors?|ers?|ments?|ity|ly|ables?|ibles?|ness|ful|es?)$/, "") : word
const edits = word => word.length < 4 ? 0 : word.length < 7 ? 1 : 2   // letters that may be wrong; the first only in a long word

/* ---- Engine --------------------------------------------------------------------------------- */

function createSearch(SearchableMap, { ignored, broad, asks, synonyms, location, title, aliases, of }) {
  const ignore = new Set(ignored.split(" ")), byPage = new Map(), byId = new Map(), surface = new Map(), entries = new Map(), dictionary = new SearchableMap(), kept = new Map()
  let page = ""   // of an entry whose place is a fragment alone: that of the one before
  const docs = location.map((place, id) => {
    const whole = place.startsWith("#") ? page + place : place
    page = whole.split("#")[0]
    return { id, location: whole, title: title[id], of: of[id], taught: [] }
  })
  const folding = word => {
    const same = fold(word)
    if (!surface.has(same)) surface.set(same, word)
    return same
  }
  const telling = text => words(text).filter(word => !ignore.has(word)).map(folding)
  /* The words of a text that say something, folded, each once; all of them when none does. */
  function content(text) {
    const some = telling(text), kept = some.length ? some : words(text).map(folding)
    return kept.length > 1 ? [...new Set(kept)] : kept
  }
  docs.forEach((doc, id) => {
    const [path, anchor] = doc.location.split("#"), kind = anchor?.split("-")[0]
    if (!anchor) byPage.set(path, doc)
    byId.set(anchor || path.slice(0, -1) || "home", doc)
    Object.assign(doc, { kind: kind in PRIOR ? kind : QUIZZES.test(anchor) ? "quiz" : anchor ? "section" : "page", page: path, number: kind === "claim" && anchor.slice(7) })
    const others = doc.number ? [`claim c${doc.number}`, `claim ${doc.number}`, `c${doc.number}`] : aliases[id].split(", ").filter(Boolean)
    const titles = doc.title.includes(":") ? [doc.title, doc.title.split(":")[0]] : [doc.title]
    doc.texts = [...titles, ...others]
    doc.start = plain(doc.title).replace(/^\P{L}+/u, "")
  })
  const kinds = new Map(Object.entries(asks).flatMap(([kind, list]) => list.split(" ").map(word => [word, kind])))
  for (const term of docs) byId.get(term.of)?.taught.push(...term.texts)   // the section that explains a term answers for its names
  const note = (list, id, strength) => {
    for (const word of list) {
      let entry = entries.get(word)
      if (!entry) entries.set(word, entry = { ids: [], strengths: [] })
      const { ids, strengths } = entry, last = ids.length - 1
      if (ids[last] === id) strengths[last] = Math.min(WEIGHT.most, Math.max(strengths[last], strength) + WEIGHT.again * Math.min(strengths[last], strength))
      else ids.push(id), strengths.push(strength)
    }
  }
  const gather = (groups, key, ...values) => groups.has(key) ? groups.get(key).push(...values) : groups.set(key, values)
  const related = new Map(), same = new Map(), onPage = new Map(), byStart = new Map()
  for (const doc of docs) {
    doc.said = { title: content(doc.title), called: telling([...doc.texts.slice(1), ...doc.taught].join(" ")) }
    note(content(asks[doc.kind] || ""), doc.id, STRENGTH.called)   // a quiz answers to "quiz"
    for (const place in doc.said) note(doc.said[place], doc.id, STRENGTH[place])
    gather(byStart, doc.start.slice(0, 3), doc.id)
    if (doc.kind === "section") gather(onPage, byPage.get(doc.page).id, doc.id)
  }
  for (const [word, entry] of entries) {
    dictionary.set(word, entry)
    gather(related, root(word), word)
  }
  for (const group of synonyms.map(line => line.split(" ").map(fold))) for (const word of group) gather(same, root(word), ...group.filter(other => other !== word))
  const wide = new Set(broad.split(" ").map(fold))
  const idf = word => Math.log(1 + docs.length / (entries.get(word)?.ids.length || .5)) * (wide.has(word) ? WEIGHT.broad : 1)

  /* Adds to `found`, for each section that has the word, how well it stands there, unless a better one is there already. */
  function stand(word, q, found) {
    const { ids, strengths } = entries.get(word)
    ids.forEach((id, i) => {
      const good = q * strengths[i]
      if (good > (found.get(id)?.good || 0)) found.set(id, { good, word })
    })
    return found
  }

  /* What a typed word may stand for: words of the index, each with a quality from 0 to 1; and for each section how well its best one stands there. */
  function lookUp(term, last) {
    const key = last ? `${term}…` : term
    if (kept.has(key)) return kept.get(key)
    const stem = root(term), quality = new Map(), found = new Map(), known = entries.has(term)
    const take = (word, q) => q > (quality.get(word) || 0) && quality.set(word, q)
    const starts = (text, rate) => { for (const word of dictionary.atPrefix(text).keys()) take(word, rate(word.length)) }
    if (known) take(term, 1)
    if (term.length > 1) starts(term, length => length === term.length ? 1 : last ? .55 + .4 * term.length / length : .3 + .5 * term.length / length)
    if (stem.length > 4 && stem !== term) starts(stem, length => QUALITY.stem * Math.min(1, (stem.length + 3) / length))
    for (const word of related.get(stem) || []) take(word, QUALITY.related)
    for (const other of same.get(stem) || []) for (const word of related.get(root(other)) || []) take(word, word === other ? QUALITY.synonym : QUALITY.cousin)
    const understood = known || related.has(stem) || same.has(stem) || last && quality.size > 0
    if (!known && edits(term)) {
      for (let i = 1; i < term.length; i++) {
        const swapped = term.slice(0, i - 1) + term[i] + term[i - 1] + term.slice(i + 1)
        if (entries.has(swapped)) take(swapped, QUALITY.swapped)
      }
      for (let wrong = 1; wrong <= edits(term) && (wrong === 1 || !quality.size); wrong++) for (const [word] of dictionary.fuzzyGet(term, wrong)) if (term.length > 5 || word[0] === term[0]) take(word, QUALITY.wrong ** wrong)
      for (let cut = 3; !quality.size && cut < term.length - 2; cut++) {   // two words in one: "trainingset"
        const parts = [term.slice(0, cut), fold(term.slice(cut))]
        if (parts.every(part => entries.has(part))) for (const part of parts) take(part, QUALITY.part)
      }
    }
    for (const [word, q] of quality) stand(word, q, found)
    if (kept.size > 300) kept.clear()
    const looked = { term, quality, found, best: understood ? 1 : Math.max(0, ...quality.values()), idf: quality.size ? Math.max(...[...quality].map(([word, q]) => q * idf(word))) : idf(term) }
    kept.set(key, looked)
    return looked
  }

  /* The same, when a typed word and its neighbour are one word of the index: "deep fakes", "chat gpt". */
  function joined(looked, pairs) {
    return pairs.reduce((all, whole) => ({ ...all, best: 1, quality: new Map(all.quality).set(whole, 1), found: stand(whole, 1, new Map(all.found)) }), looked)
  }

  /* The words of a query that say something, each looked up. */
  function lookedUp(query) {
    const typed = content(query.replaceAll("-", " ")), open = /[\p{L}\p{N}]$/u.test(query)   // the last word may go on
    if (open && typed.length > 1 && !lookUp(typed.at(-1), true).quality.size && ignored.includes(` ${typed.at(-1)}`)) typed.pop()   // "th": on the way to "that"
    const pairs = typed.slice(1).map((term, i) => typed[i] + term).map(whole => entries.has(whole) && whole)
    return typed.map((term, i) => joined(lookUp(term, open && i === typed.length - 1), [pairs[i - 1], pairs[i]].filter(Boolean)))
  }

  /* How much of the query each section covers, by its own words and those of its page; and for each word of the index which typed words it stands for. */
  function covering(looked, total) {
    const covers = new Float64Array(docs.length), standing = new Map()
    for (const [number, { found, idf, quality }] of looked.entries()) {
      for (const [word, q] of quality) gather(standing, word, [number, q])
      for (const [id, { good }] of found) {
        covers[id] += good * idf / total
        for (const section of onPage.get(id) || []) covers[section] += Math.max(0, STRENGTH.page * good - (found.get(section)?.good || 0)) * idf / total
      }
    }
    return { covers, standing }
  }

  function search(query) {
    const looked = lookedUp(query)
    if (!looked.length) return []
    const total = looked.reduce((sum, { idf }) => sum + idf, 0), { covers, standing } = covering(looked, total)
    const literal = plain(query).trim(), starts = new Set((literal.length > 2 && byStart.get(literal.slice(0, 3)) || []).filter(id => docs[id].start.startsWith(literal)))
    const [{ term }] = looked
    if (!starts.size && looked.length === 1 && term.length === 1 && !entries.has(term))   // a letter: what the glossary has under it
      return docs.filter(doc => doc.kind === "term" && doc.start.startsWith(term)).map(doc => ({ doc, score: PRIOR.term, terms: [] }))

    const asked = new Set(words(query).map(word => kinds.get(word)))
    const begins = doc => !starts.has(doc.id) ? 0 : /\s.*\s/.test(literal) ? 1 : .75 + .25 * literal.length / doc.start.length   // three words as a title has them leave no doubt
    const judge = id => {
      const doc = docs[id], cover = covers[id], phrase = Math.max(begins(doc), ...phrases(doc).map(one => closeness(one, standing, looked, total)))
      const exact = phrase > .94 ? WEIGHT.exact : 0, all = looked.length > 1 && looked.every(({ found }) => found.get(id)?.good >= .4) ? WEIGHT.all : 0
      const kind = asked.has(doc.kind) ? WEIGHT.asked : PRIOR[doc.kind]
      return { doc, cover, score: kind * (WEIGHT.cover * cover + WEIGHT.phrase * phrase + exact + all), terms: looked.flatMap(({ found }) => found.get(id)?.word || []) }
    }
    const likely = [...covers.keys()].filter(id => covers[id] >= WEIGHT.floor).sort((a, b) => covers[b] - covers[a]).slice(0, JUDGED)
    let results = [...new Set([...likely, ...starts])].map(judge).sort((a, b) => b.score - a.score || a.doc.id - b.doc.id)

    if (looked.some(({ best }) => best < WEIGHT.known)) {   // a word that this site does not have: the few that answer to most of the query, or else a guess or three
      const sure = results.filter(({ doc, cover }) => cover >= WEIGHT.strict || begins(doc))
      results = sure.length ? sure.slice(0, 5) : results.slice(0, 3)
    }
    const quoted = [...query.matchAll(/["“]([^"“”]+)["”]/g)].map(match => content(match[1]).join(" "))
    const exact = quoted.length ? results.filter(({ doc }) => quoted.every(q => [doc.said.title, doc.said.called].some(list => ` ${list.join(" ")} `.includes(` ${q} `)))) : []
    return exact.length ? exact : results
  }

  /* Title, aliases and names of terms as lists of words: only of what is looked at closely, so that the first query need not wait for all. */
  const phrases = doc => doc.phrases ??= [...doc.texts.map((text, i) => ({ weight: i ? .95 : 1, words: content(text) })), ...doc.taught.map(text => ({ weight: .9, words: content(text) }))]

  /* How well a title or alias and the query say the same, from 0 to 1: rare words count more, and words left over on either side count against it. */
  function closeness(phrase, standing, looked, total) {
    phrase.idf ??= phrase.words.map(idf)
    phrase.total ??= phrase.idf.reduce((sum, one) => sum + one, 0)
    const best = looked.map(() => 0)
    let theirs = 0
    for (let i = 0; i < phrase.words.length; i++) {
      let most = 0
      for (const [number, q] of standing.get(phrase.words[i]) || NONE) {
        if (q > best[number]) best[number] = q
        if (q > most) most = q
      }
      theirs += most * phrase.idf[i]
    }
    const ours = theirs && looked.reduce((sum, { idf }, number) => sum + idf * best[number], 0)
    const recall = ours / total, precision = theirs / phrase.total
    return recall && precision ? phrase.weight * 2 * recall * precision / (recall + precision) : 0
  }

  /* Glossary terms whose names look most like what was typed; none for words that say nothing yet ("how does"). */
  const grams = list => new Set([...` ${list.join(" ")} `].map((_, i, all) => all.slice(i, i + 3).join("")))
  function near(query) {
    const said = telling(query), typed = grams(said)
    return docs.filter(doc => said.length && doc.kind === "term").map(doc => {
      doc.grams ??= grams(doc.said.title)
      return { doc, likeness: [...typed].filter(gram => doc.grams.has(gram)).length / (typed.size + doc.grams.size) }
    }).filter(({ likeness }) => likeness > .05).sort((a, b) => b.likeness - a.likeness).slice(0, 4).map(({ doc }) => doc)
  }

  return { search, near, content, telling, glossary: byId.get("glossary") || docs[0], pageOf: doc => byPage.get(doc.page) || doc, surface: word => surface.get(word) || word }
}

/* ---- What the reader sees ------------------------------------------------------------------- */

const escape = text => text.replace(/[&<>]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign])

/* Results as the theme draws them: one group a page, the best first, the page itself in each group. The theme shows those of a group at once
   that score as the first does, and folds the others away; so the three best of all get the score of the first of their page, and no others push one of them down. */
function groups(engine, results, query) {
  const found = new Map()
  const shown = results.slice(0, MOST), marks = new Set(shown.flatMap(({ terms }) => terms))
  const mark = ({ parts }) => parts.map(({ text, word }) => word && marks.has(word) ? `<mark data-md-highlight>${text}</mark>` : text).join("")
  const item = (doc, score, hits) => {
    doc.parts ??= doc.title.split(/([\p{L}\p{N}]+)/u).map((text, i) => ({ text: escape(text), word: i % 2 && fold(plain(text)) }))
    const label = doc.number ? `claim ${doc.number}` : LABELS[doc.kind] ?? doc.kind
    return { location: doc.location, score, title: mark(doc) + (label && ` <small class="kind">${label}</small>`),
      text: doc.text ? `<p>${doc.text}</p>` : "", terms: Object.fromEntries(hits.map(hit => [hit, true])) }
  }
  for (const [rank, { doc, score, terms }] of shown.entries()) {
    const page = engine.pageOf(doc)
    if (!found.has(page)) found.set(page, [])
    const items = found.get(page)
    items.push(item(doc, rank < SHOWN && items.length && doc !== page ? items[0].score : score, terms.map(engine.surface)))   // the page itself always shows, and must not be taken for the first
  }
  for (const [page, items] of found) if (!items.some(({ location }) => location === page.location)) items.push(item(page, 0, []))
  if (found.size || !engine.content(query).length) return [...found.values()]
  const near = engine.near(query), last = near.length ? " Nearest in spelling:" : ""
  const glossary = { ...engine.glossary, parts: null, title: `${engine.telling(query).length ? "Nothing found for" : "Type on:"} “${query.trim()}”`, text: `The glossary explains every term.${last}` }
  return [[glossary, ...near].map(doc => item(doc, 1, []))]
}

/* ---- Messages --------------------------------------------------------------------------------- */

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
