/* What a program knows of the stories without any learning: is it one, is its claim true, how likely is it under the grammar that made
   the stories. As scripts/train/story_world.py. No import, no DOM. */

const one = digit => `${digit === "eight" ? "an" : "a"} ${digit}`
const words = text => text.split(" ")
export const DIGITS = words("zero one two three four five six seven eight nine"), PEOPLE = words("ben ines kofi lucia mina omar tom yara")
export const TELLERS = ["report", "joke"]
/** How often each teller, report and joke, chooses a word. */
const VERBS = { draws: [.5, .15], sketches: [.3, .15], scribbles: [.1, .35], doodles: [.1, .35] }
const LOOKS = {
  neat: [.25, .05], plain: [.2, .05], narrow: [.15, .1], slanted: [.15, .1],
  tiny: [.1, .15], giant: [.05, .15], wobbly: [.05, .2], sleepy: [.05, .2],
}
const ENDINGS = {
  "nobody objects .": [.4, .1], "the page is full .": [.4, .2], "everyone laughs .": [.1, .4], "the pencil faints .": [.1, .3],
}

/** The plans of a story: for each place the words that may stand there. 3 kinds of claim × 4 endings. */
const drawn = [PEOPLE, Object.keys(VERBS), ["a"], Object.keys(LOOKS), DIGITS, ["."]]
const fixed = text => words(text).map(word => [word])
const CLAIMS = {
  order: [DIGITS, ["is"], ["less", "more"], ["than"], DIGITS],
  maker: [["the"], DIGITS, ["is"], ["by"], PEOPLE],
  reader: [...fixed("the model looks at the digit of"), PEOPLE, ["and"], ["says"], DIGITS],
}
const PLANS = Object.entries(CLAIMS).flatMap(([kind, claim]) =>
  Object.keys(ENDINGS).map(ending => ({ kind, ending, slots: [...drawn, ...drawn, ...claim, ["."], ...fixed(ending)] })))

/** → {kind, ending} of a story; {fault: place of the first word that no story could have there} if it follows no plan. */
export function form(story) {
  let fault = 0
  for (const { kind, ending, slots } of PLANS) {
    let fits = 0
    while (fits < slots.length && slots[fits].includes(story[fits])) fits++
    if (fits === slots.length && story.length === fits) return { kind, ending }
    fault = Math.max(fault, fits)
  }
  return { fault }
}

/** Check a story, an array of words. → {kind, verdict: "true" | "false" | "invented" | "not a story",
    place: of the word that decides it, why: in words}. Places count from 0. */
export function check(story) {
  const { kind, fault } = form(story)
  if (!kind) {
    const found = story[fault] ? `“${story[fault]}” cannot stand at word ${fault + 1}` : "it stops too early"
    return { kind: null, verdict: "not a story", place: fault, why: found }
  }
  const people = [story[0], story[6]], digits = [story[4], story[10]], answer = (verdict, place, why) => ({ kind, verdict, place, why })
  if (kind === "order") {
    const [a, word, b] = [story[12], story[14], story[16]], order = DIGITS.indexOf(a) - DIGITS.indexOf(b)
    const stranger = [12, 16].find(place => !digits.includes(story[place]))
    if (`${[a, b].sort()}` !== `${[...digits].sort()}`) {
      return answer("invented", stranger ?? 16, stranger ? `nobody drew ${one(story[stranger])}` : `${a} is compared with itself`)
    }
    const right = word === "less" ? order < 0 : order > 0
    return answer(`${right}`, 14, order ? `${a} is ${order < 0 ? "less" : "more"} than ${b}` : `both are ${a}`)
  }
  const [whoAt, whatAt] = kind === "maker" ? [16, 13] : [19, 22], who = story[whoAt], what = story[whatAt]
  if (!people.includes(who)) return answer("invented", whoAt, `there is no ${who} in this story`)
  if (!digits.includes(what)) return answer("invented", whatAt, `nobody drew ${one(what)}`)
  const owns = digits[people.indexOf(who)], made = people[digits.indexOf(what)]
  const right = people.some((person, i) => person === who && digits[i] === what)
  if (right) return answer("true", kind === "maker" ? whoAt : whatAt, `${who} drew the ${what}`)
  return kind === "maker" ? answer("false", whoAt, `${made} drew the ${what}`) : answer("false", whatAt, `${who} drew the ${owns}`)
}

/** ln p(story | teller) under the grammar for both tellers, or null if it is no story: what a perfect reader would go by. */
export function chances(story) {
  const { kind, ending } = form(story)
  if (!kind) return null
  const plot = -Math.log(PEOPLE.length * (PEOPLE.length - 1) * DIGITS.length * (DIGITS.length - 1) * 3 * 2)
  const style = [VERBS[story[1]], LOOKS[story[3]], VERBS[story[7]], LOOKS[story[9]], ENDINGS[ending]]
  return [0, 1].map(teller => plot + style.reduce((sum, row) => sum + Math.log(row[teller]), 0))
}

/** A true story, told by a teller: what the model was trained on. */
export function tell(teller, uniform) {
  const any = list => list[Math.floor(uniform() * list.length)]
  const two = list => { const first = any(list); return [first, any(list.filter(item => item !== first))] }
  const chosen = table => {
    let rest = uniform()
    return Object.keys(table).find(word => (rest -= table[word][teller]) < 0) ?? Object.keys(table).at(-1)
  }
  const people = two(PEOPLE), digits = two(DIGITS), kind = any(Object.keys(CLAIMS)), about = any([0, 1]), other = digits[1 - about]
  const story = people.flatMap((who, i) => [who, chosen(VERBS), "a", chosen(LOOKS), digits[i], "."])
  const claim = {
    order: `${digits[about]} is ${DIGITS.indexOf(digits[about]) < DIGITS.indexOf(other) ? "less" : "more"} than ${other} .`,
    maker: `the ${digits[about]} is by ${people[about]} .`,
    reader: `the model looks at the digit of ${people[about]} and says ${digits[about]} .`,
  }[kind]
  return [...story, ...words(claim), ...words(chosen(ENDINGS))]
}

/** The word of a list that is spelt most like this one (fewest letters changed, added or left out). */
export function nearest(word, list) {
  const distance = (a, b) => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i)
    for (let i = 1; i <= a.length; i++) {
      const next = [i]
      for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]))
      row = next
    }
    return row.at(-1)
  }
  return list.reduce((best, other) => distance(word, other) < distance(word, best) ? other : best)
}
