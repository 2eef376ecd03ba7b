/* The classifier of scripts/train/classifier.py: an image (64 numbers, 0 paper … 1 ink) → ten scores → ten probabilities. No DOM. */

import { convolve, linear, maxPool, relu, softmax } from "../nn.js"

/** 32 numbers: what the last layer decides by. */
export function features(weights, image) {
  const first = relu(convolve(image, 8, weights["conv1.weight"], weights["conv1.bias"]))
  const second = relu(convolve(first, 8, weights["conv2.weight"], weights["conv2.bias"]))
  return relu(linear(maxPool(second, 16, 8), weights["hidden.weight"], weights["hidden.bias"]))
}

/** Ten scores, one for each digit. */
export const logits = (weights, image) => linear(features(weights, image), weights["out.weight"], weights["out.bias"])

/** Ten probabilities that add up to 1, whatever the image shows. */
export const probabilities = (weights, image) => softmax(logits(weights, image))
