/* The one data set of all demos: 1,797 handwritten digits of 8×8 pixels in 17 grey levels (0…16), packed by scripts/train/digits.py. */

import { file } from "./kit.js"

let unpacked

/** {images: Float32Array of N × 64 in 0…1 (1 is ink), labels: Uint8Array of N, train: 1297}: the training images stand first, then the 500 test images. */
export function digits() {
  return unpacked ??= load()
}

async function load() {
  const bytes = new Uint8Array(await file(new URL("./digits.bin.gz", import.meta.url)))
  const count = bytes.length / 65, images = new Float32Array(bytes.subarray(0, count * 64))
  for (let i = 0; i < images.length; i++) images[i] /= 16
  return { images, labels: bytes.slice(count * 64), train: 1297, image: i => images.subarray(64 * i, 64 * i + 64) }
}
