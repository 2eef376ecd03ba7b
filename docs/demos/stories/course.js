/* The course of a story: written up to a place, gone on with, changed by a word of the reader's, checked at its end. What the address keeps stands in
   `state`: {teller, seed, temperature, words: how many are written, look: the place looked at, taken: "4-cat_7-dog", the reader's own words}. No DOM. */

import { check, TELLERS } from "./checker.js"
import { writer } from "./model.js"

export const LONGEST = 29 // words of a story

/** Places and words of the reader's choices. */
const pairs = taken => taken.split("_").filter(Boolean).map(one => one.split("-"))

/** Do these choices name places of a story, and words that can stand there? */
export const isTaken = (taken, model) => pairs(taken).every(([place, word, ...more]) =>
  /^\d+$/.test(place) && +place < LONGEST && !more.length && (word === "<end>" || model.words.includes(word)))

export function course(model, state) {
  let story, verdict

  /** Look at a place; if none is named, at the word at fault of a story that has ended, else at the word that comes next. */
  function arrive(place = 0) {
    const { ended, steps: { length } } = story, last = length + !ended
    verdict = ended ? check(story.words) : undefined
    if (ended) state.words = LONGEST
    state.look = Math.min(place || (ended && verdict.kind ? verdict.place + 1 : last), last)
  }

  /** Write the first words anew, as many as there were. */
  function rewrite(place) {
    story = writer(model, { ...state, teller: TELLERS.indexOf(state.teller), taken: Object.fromEntries(pairs(state.taken)) })
    while (story.steps.length < state.words && story.step());
    arrive(place)
  }

  return {
    rewrite,
    get story() { return story },
    /** What the checker found, once the story has ended. */
    get verdict() { return verdict },
    /** Write one word. → false at the end. */
    more() {
      const going = story.step()
      state.words = story.steps.length
      arrive()
      return going
    },
    /** The reader's word at the place looked at; what followed is gone. */
    take(word) {
      const place = state.look - 1, kept = pairs(state.taken).filter(([earlier]) => +earlier < place)
      state.taken = [...kept, [place, word]].map(pair => pair.join("-")).join("_")
      state.words = place + 1
      rewrite()
    },
  }
}
