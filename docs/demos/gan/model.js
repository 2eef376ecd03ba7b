/* The trained GAN of scripts/train/gan.py: the generator draws, the discriminator judges. No DOM.
   Weights are those of the file, in two parts: part(tensors, "generator") and part(tensors, "discriminator"). */

import { add, convolve, double, leaky, linear, sigmoid } from "../nn.js"

export const NOISE = 16, MAPS = 32

function oneHot(digit) {
  const asked = new Float32Array(10)
  asked[digit] = 1
  return asked
}

/** 16 normal numbers and a digit → 64 pixels, 0 paper … 1 ink. 4×4 maps first, doubled to 8×8. */
export function generate(generator, noise, digit) {
  const of = name => [generator[`${name}.weight`], generator[`${name}.bias`]]
  let maps = leaky(linear(Float32Array.of(...noise, ...oneHot(digit)), ...of("entry")))
  maps = add(maps, leaky(convolve(maps, 4, ...of("coarse"))))
  maps = leaky(convolve(double(maps, MAPS, 4), 8, ...of("fine")))
  return sigmoid(convolve(maps, 8, ...of("ink")))
}

/** An image and a digit → one number: above 0 "real", below 0 "made". */
export function verdict(discriminator, image, digit) {
  const of = name => [discriminator[`${name}.weight`], discriminator[`${name}.bias`]]
  const near = leaky(convolve(image, 8, ...of("near"))), far = leaky(convolve(near, 8, ...of("far"), { stride: 2, pad: 1 }))
  const seen = leaky(linear(far, ...of("hidden"))), asked = linear(oneHot(digit), ...of("digit"))
  return seen.reduce((sum, value, i) => sum + value * asked[i], linear(seen, ...of("real"))[0])
}
