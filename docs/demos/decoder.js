/* The decoder that induction, stories and molecules share (scripts/train/language.py): it reads one token after the other, keeps
   what each layer noted about each place, and shows where every head looked. No DOM. */

import { add, attend, gelu, linear, norm, part, surprise } from "./nn.js"

/** A model from its tensors and its shape {vocabulary, context, width, layers, heads, hidden}; hidden = 0 is attention only. */
export function decoder(tensors, shape) {
  const { context, width, layers, heads, hidden, vocabulary } = shape
  const blocks = Array.from({ length: layers }, (_, layer) => part(tensors, `blocks.${layer}`))
  const row = (table, index) => table.subarray(width * index, width * (index + 1))
  const normed = (x, of, name) => norm(x, of[`${name}.weight`], of[`${name}.bias`])
  const mapped = (x, of, name) => linear(x, of[`${name}.weight`], of[`${name}.bias`])

  /** An empty memory: nothing read yet. */
  const begin = () => ({ tokens: [], keys: blocks.map(() => []), values: blocks.map(() => []) })

  /** Read one more token → {logits: scores of the next token, looks: [layer][head] = weights over the places so far}.
      A head in `silent` (a Set of "layer.head", both from 0) looks as before, but what it finds is thrown away. */
  function read(memory, token, silent) {
    const place = memory.tokens.length
    if (place >= context) throw new RangeError(`this model reads ${context} tokens and no more`)
    if (!(token >= 0 && token < vocabulary)) throw new RangeError(`this model knows no token ${token}`)
    const x = add(row(tensors.token, token).slice(), row(tensors.place, place))
    const looks = blocks.map((block, layer) => {
      const qkv = mapped(normed(x, block, "norm"), block, "qkv")
      memory.keys[layer].push(row(qkv, 1))
      memory.values[layer].push(row(qkv, 2))
      const { mixed, weights } = attend(row(qkv, 0), memory.keys[layer], memory.values[layer], heads)
      const size = width / heads
      for (let head = 0; head < heads; head++) if (silent?.has(`${layer}.${head}`)) mixed.fill(0, head * size, (head + 1) * size)
      add(x, mapped(mixed, block, "mix"))
      if (hidden) add(x, mapped(gelu(mapped(normed(x, block, "norm_mlp"), block, "up")), block, "down"))
      return weights
    })
    memory.tokens.push(token)
    return { logits: mapped(normed(x, tensors, "norm"), tensors, "out"), looks }
  }

  /** Forget all but the first `count` tokens. */
  function rewind(memory, count) {
    for (const list of [memory.tokens, ...memory.keys, ...memory.values]) list.length = Math.min(list.length, count)
  }

  /** What read() gives at every place of a sequence. */
  function readAll(tokens, silent) {
    const memory = begin()
    return Array.from(tokens, token => read(memory, token, silent))
  }

  /** −ln p(token | all before it) for each token after the first, in nats. Their sum is −ln p(the rest | the first). */
  const surprises = tokens => readAll(tokens.slice(0, -1)).map(({ logits }, i) => surprise(logits, tokens[i + 1]))

  return { shape, begin, read, rewind, readAll, surprises }
}
