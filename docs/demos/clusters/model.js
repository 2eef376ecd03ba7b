/* k-means on images of 64 numbers, one step at a time, and what its groups are worth (scripts/train/clusters.py). No DOM. */

import { argmax, nearest as nearestImage, random } from "../nn.js"

/** k different images, drawn by seed: where the centres start. images: {image(row)}; train: how many rows to draw from. */
export function start(images, train, k, seed) {
  const uniform = random(seed), rows = new Set()
  while (rows.size < k) rows.add(Math.floor(train * uniform()))
  return [...rows].map(row => Float32Array.from(images.image(row)))
}

/** The squared distance of two images in all 64 dimensions. */
export function distance(a, b) {
  let sum = 0
  for (let i = 0; i < 64; i++) { const d = a[i] - b[i]; sum += d * d }
  return sum
}

/** The number of the nearest of some centres, and how far it is. */
export function nearest(image, centres) {
  let group = 0, least = Infinity
  centres.forEach((centre, c) => { const d = distance(image, centre); if (d < least) { least = d; group = c } })
  return { group, least }
}

/** First half of a round: give each image to its nearest centre. before: the groups of the last round, or null. */
export function assign(images, train, centres, before) {
  const groups = new Uint8Array(train)
  let changed = 0, total = 0
  for (let row = 0; row < train; row++) {
    const { group, least } = nearest(images.image(row), centres)
    groups[row] = group
    total += least
    changed += !before || before[row] !== group
  }
  return { groups, changed, spread: total / train }
}

/** Second half: move each centre to the mean of its images. A centre without images stays where it is. */
export function move(images, groups, centres) {
  const sums = centres.map(() => new Float64Array(64)), counts = centres.map(() => 0)
  groups.forEach((group, row) => {
    const image = images.image(row)
    counts[group]++
    for (let i = 0; i < 64; i++) sums[group][i] += image[i]
  })
  return centres.map((centre, c) => counts[c] ? Float32Array.from(sums[c], sum => sum / counts[c]) : centre)
}

/** The whole of k-means as a row of half-rounds: step() gives images to centres or moves centres, in turn, until nothing changes.
    `path` keeps where the centres have been. */
export function grouping(images, train, k, seed) {
  const centres = start(images, train, k, seed)
  const it = { seed, centres, path: [centres], groups: null, spread: null, changed: 0, steps: 0, over: false }
  return Object.assign(it, {
    step() {
      if (it.over) return
      if (it.steps % 2) it.path.push(it.centres = move(images, it.groups, it.centres))
      else Object.assign(it, assign(images, train, it.centres, it.groups))
      it.steps += 1
      it.over = it.steps % 2 === 1 && it.steps > 1 && it.changed === 0
    },
  })
}

/** For each group: its size, its commonest digit and how many images show it. `fit`: the share of all images that fit (purity). */
export function purity(groups, labels, k) {
  const table = Array.from({ length: k }, () => Array(10).fill(0))
  groups.forEach((group, row) => table[group][labels[row]]++)
  const each = table.map(counts => {
    const digit = argmax(counts)
    return { size: counts.reduce((a, b) => a + b, 0), digit, most: counts[digit] }
  })
  return { each, fit: each.reduce((sum, { most }) => sum + most, 0) / groups.length }
}

/** For each centre the row of the training image that is nearest to it: the one to show to a person who is asked for a name. */
export const typical = ({ images }, train, centres) => centres.map(centre => nearestImage(centre, images, train).index)

/** Each test image takes the name of its nearest centre: the share that is right. Where the centre has no name (null), it is wrong. */
export function accuracy(images, labels, from, to, centres, names) {
  let right = 0
  for (let row = from; row < to; row++) right += names[nearest(images.image(row), centres).group] === labels[row]
  return right / (to - from)
}

/** Where an image lies on the map: how far it goes along each of two axes, seen from the mean image. axes: [2 × 64] */
export function plane(image, mean, axes) {
  let x = 0, y = 0
  for (let i = 0; i < 64; i++) { x += (image[i] - mean[i]) * axes[i]; y += (image[i] - mean[i]) * axes[64 + i] }
  return [x, y]
}
