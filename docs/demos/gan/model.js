/* The conditional GAN of scripts/train/gan.py: a generator that draws digits, the discriminator that it had to convince, and the ways
   through its noise. Images are 64 numbers from 0 (paper) to 1 (ink). No DOM. */

import { add, convolve, double, leaky, linear, normal, part, random, sigmoid } from "../nn.js"

export const NOISE = 16
const MAPS = 32, SEEN = 48 // feature maps of the generator; numbers the discriminator boils an image down to

/** From all tensors: generate(noise, digit) → image, and judge(image, digit) → verdict: above 0 “real”, below 0 “made”. */
export function networks(tensors) {
  const generator = part(tensors, "generator"), discriminator = part(tensors, "discriminator")
  const mapped = (net, name, x) => linear(x, net[`${name}.weight`], net[`${name}.bias`])
  const folded = (net, name, x, size, how) => convolve(x, size, net[`${name}.weight`], net[`${name}.bias`], how)

  /** 16 numbers and the digit → 32 maps of 4×4 → 16 of 8×8 → one image. */
  function generate(noise, digit) {
    const asked = new Float32Array(NOISE + 10)
    asked.set(noise)
    asked[NOISE + digit] = 1
    let maps = leaky(mapped(generator, "entry", asked))
    maps = add(leaky(folded(generator, "coarse", maps, 4)), maps)
    maps = leaky(folded(generator, "fine", double(maps, MAPS, 4), 8))
    return sigmoid(folded(generator, "ink", maps, 8))
  }

  /** Is it real? plus: is it this digit? (Training taught it that real comes before made, not where 0 has to lie.) */
  function judge(image, digit) {
    let maps = leaky(folded(discriminator, "near", image, 8))
    maps = leaky(folded(discriminator, "far", maps, 8, { stride: 2, pad: 1 }))
    const seen = leaky(mapped(discriminator, "hidden", maps)), columns = discriminator["digit.weight"]
    let verdict = mapped(discriminator, "real", seen)[0]
    for (let i = 0; i < SEEN; i++) verdict += columns[10 * i + digit] * seen[i]
    return verdict
  }

  return { generate, judge }
}

/* ---- Ways through the noise ---- */

/** Ten draws of noise and a plane through the space in which they lie: two directions of length 1 at right angles. All by the seed. */
export function latent(seed, count = 10) {
  const draw = normal(random(seed)), vector = () => Float32Array.from({ length: NOISE }, draw)
  const samples = Array.from({ length: count }, vector), across = unit(vector()), second = vector()
  return { samples, across, down: unit(without(second, across)) }
}

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0)
const unit = a => a.map(v => v / Math.sqrt(dot(a, a)))
const without = (a, direction) => a.map((v, i) => v - dot(a, direction) * direction[i])

/** Where a draw lies on the plane through it: its own two coordinates. */
export const coordinates = ({ across, down }, noise) => [dot(noise, across), dot(noise, down)]

/** The noise at (x, y) of the plane through `noise`. All of its other directions stay; each coordinate is drawn from a normal distribution
    in training, so beyond ±2.5 there is nothing that the generator has learned. */
export function onPlane(space, noise, x, y) {
  const [u, v] = coordinates(space, noise)
  return noise.map((value, i) => value + (x - u) * space.across[i] + (y - v) * space.down[i])
}

/* ---- Likeness ---- */

/** The share of `values` that lies below `value`. */
export const shareBelow = (values, value) => values.filter(v => v < value).length / values.length
