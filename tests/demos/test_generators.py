"""Quality of the committed generators, measured again: the page's own code draws, an independent judge reads, and the scores are those of
scripts/train/measures.py written a second time (the judge's arithmetic in nn.js, the Fréchet distance here). Nothing is read from a file of
results but what must agree."""

import base64
import json
import math
import statistics

import pytest

from tests.conftest import ROOT

RESULTS = json.loads((ROOT / "docs/results/generators.json").read_text("utf-8"))
JUDGE = ROOT / "tests/demos/judge.safetensors"
DRAWS = [(name, 1000) for name in ("naive_bayes", "gaussian", "mixture", "vae", "gan")]  # 100 of each digit, as in the results
DRAWS += [("pixels", 300), pytest.param("pixels", 1000, marks=pytest.mark.slow)]  # it writes slowly
TIMES = {"mixture": 5}  # draws to take the mean of: one of 1,000 differs from the next by a distance of two or more, as the results, each a mean of five, do not
LEAST = {"gan": 0.98, "pixels": 0.98}  # judge accuracy that the site promises of each seed
LOAD = """async judge => {
  const { data, nn, "families/model": families, "gan/model": gan, "pixels/model": pixels } = demo
  const [bayes, vae, contest, transformer] = await Promise.all(["bayes", "vae", "gan", "pixels"].map(demo.weights))
  const { generate } = gan.networks(contest), written = pixels.arrange(transformer), noise = (count, chance) => families.noise(count, chance)
  const draw = {
    naive_bayes: (digit, chance) => families.naiveBayes(nn.part(bayes, "naive_bayes"), digit, noise(64, chance)),
    gaussian: (digit, chance) => families.gaussian(nn.part(bayes, "gaussian"), digit, noise(64, chance)),
    mixture: (digit, chance) => families.mixture(nn.part(bayes, "mixture"), digit, noise(16, chance), chance()),
    vae: (digit, chance) => families.decode(vae, digit, noise(8, chance)),
    gan: (digit, chance) => generate(noise(gan.NOISE, chance), digit),
    pixels: (digit, chance) => pixels.draw(written, digit, chance).map(level => level / 16),
  }
  const net = nn.unpack(Uint8Array.from(atob(judge), letter => letter.charCodeAt()).buffer).tensors
  const features = image => {
    let maps = nn.relu(nn.convolve(image, 8, net["conv1.weight"], net["conv1.bias"]))
    maps = nn.maxPool(nn.relu(nn.convolve(maps, 8, net["conv2.weight"], net["conv2.bias"])), 32, 8)
    return nn.relu(nn.linear(maps, net["hidden.weight"], net["hidden.bias"]))
  }
  const read = seen => { const scores = nn.linear(seen, net["out.weight"], net["out.bias"]); return scores.indexOf(Math.max(...scores)) }
  const tests = [...Array(data.labels.length - data.train).keys()].map(i => data.train + i)
  const seen = tests.map(i => features(data.image(i))), right = tests.filter((i, n) => read(seen[n]) === data.labels[i]).length
  Object.assign(demo, { draw, features, read, rounded: nn.rounded, real: seen, right: right / tests.length })
}"""
EXAM = """([name, count, seed]) => {
  const { draw, features, read, rounded, real } = demo, chance = demo.nn.random(seed), asked = Array.from({ length: count }, (_, i) => i % 10)
  const made = asked.map(digit => features(Float32Array.from(rounded(draw[name](digit, chance)))))
  const apart = (a, b) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0)
  const covered = real.filter(one => {
    const fifth = real.map(other => apart(one, other)).sort((a, b) => a - b)[5]
    return made.some(image => apart(one, image) < fifth)
  })
  const right = asked.filter((digit, i) => read(made[i]) === digit).length
  return { judge_accuracy: right / count, coverage: covered.length / real.length, made: made.map(seen => [...seen]) }
}"""


@pytest.fixture(scope="module")
def engine(modules):
    page = modules("families/model", "gan/model", "pixels/model")
    page.evaluate(LOAD, base64.b64encode(JUDGE.read_bytes()).decode())
    return page


# ---- Fréchet distance, without a library


def moments(points):
    """Mean and covariance (n − 1) of points."""
    count, size = len(points), len(points[0])
    mean = [sum(column) / count for column in zip(*points, strict=True)]
    columns = [[value - middle for value in column] for column, middle in zip(zip(*points, strict=True), mean, strict=True)]
    product = [[sum(map(float.__mul__, a, b)) / (count - 1) if j <= i else 0.0 for j, b in enumerate(columns)] for i, a in enumerate(columns)]
    return mean, [[product[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]


def times(a, b):
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in a]


def eigen(matrix):
    """Eigenvalues and eigenvectors (as rows) of a symmetric matrix, by Jacobi's rotations."""
    size, a = len(matrix), [row[:] for row in matrix]
    vectors = [[float(i == j) for j in range(size)] for i in range(size)]
    for _ in range(60):
        if sum(a[i][j] ** 2 for i in range(size) for j in range(i)) < 1e-16:
            break
        for p in range(size):
            for q in range(p + 1, size):
                if abs(a[p][q]) < 1e-14:
                    continue
                angle = 0.5 * math.atan2(2 * a[p][q], a[q][q] - a[p][p])
                c, s = math.cos(angle), math.sin(angle)
                for row in a:
                    row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
                for rows in (a, vectors):
                    above, below = rows[p], rows[q]
                    rows[p] = [c * x - s * y for x, y in zip(above, below, strict=True)]
                    rows[q] = [s * x + c * y for x, y in zip(above, below, strict=True)]
    return [a[i][i] for i in range(size)], vectors


def frechet_distance(left, right):
    (mean, cov), (other_mean, other_cov) = moments(left), moments(right)
    values, vectors = eigen(cov)
    half = [[math.sqrt(max(value, 0)) * x for x in vector] for value, vector in zip(values, vectors, strict=True)]
    root = times([list(column) for column in zip(*vectors, strict=True)], half)
    cross = sum(math.sqrt(max(value, 0)) for value in eigen(times(times(root, other_cov), root))[0])
    trace = sum(cov[i][i] + other_cov[i][i] for i in range(len(cov)))
    return sum((a - b) ** 2 for a, b in zip(mean, other_mean, strict=True)) + trace - 2 * cross


def test_the_distance_of_clouds_whose_distance_is_known():
    """Axis-parallel: (mean difference)² and the differences of the deviations squared; a turn of both clouds changes nothing."""
    left = [(x, y) for x in (-1.0, 1.0) for y in (-2.0, 2.0)]
    right = [(3 + 2 * x, y) for x, y in left]
    deviation = math.sqrt(4 / 3)
    assert frechet_distance(left, right) == pytest.approx(9 + deviation**2)
    turned = [[(0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y) for x, y in cloud] for cloud in (left, right)]
    assert frechet_distance(*turned) == pytest.approx(9 + deviation**2)
    assert frechet_distance(left, left) == pytest.approx(0, abs=1e-9)


# ---- Quality


def test_the_judge_reads_the_test_images_as_in_python(engine):
    assert engine.evaluate("demo.right") == pytest.approx(RESULTS["judge_test_accuracy"], abs=0.0021)


@pytest.mark.parametrize("name, count", DRAWS)
def test_the_committed_weights_draw_as_well_as_the_results_say(engine, name, count):
    published, real = RESULTS[name], engine.evaluate("demo.real.map(seen => [...seen])")
    draws = [engine.evaluate(EXAM, [name, count, seed]) for seed in range(11, 11 + TIMES.get(name, 1))]
    found = {score: statistics.mean(draw[score] for draw in draws) for score in ("judge_accuracy", "coverage")}
    distance = statistics.mean(frechet_distance(draw["made"], real) for draw in draws)
    print(f"{name}: judge {found['judge_accuracy']:.3f}, coverage {found['coverage']:.3f}, Fréchet distance {distance:.2f}")
    assert found["judge_accuracy"] >= LEAST.get(name, 0)
    assert found["judge_accuracy"] == pytest.approx(published["judge_accuracy"]["mean"], abs=0.012)
    if count == 1000:
        assert found["coverage"] == pytest.approx(published["coverage"]["mean"], abs=0.025)
        spread = max(1.0, 4 * published["frechet_distance"]["sd"])  # a single 1,000 images may be off by 1
        assert distance == pytest.approx(published["frechet_distance"]["mean"], abs=spread)
    else:  # the distance grows when the images are few
        assert distance < published["frechet_distance"]["mean"] + 4.5
