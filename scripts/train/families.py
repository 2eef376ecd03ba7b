"""The table of all generators on the same digits, beside real images and beside impostors that fool one score each.

The rows of the generators come from the results of bayes.py, vae.py, gan.py and pixels.py, which is why this trainer runs after them.
The rows made here need no training:

    real          500 training images: what 500 good images score
    real_1000     1,000 training images, as many as a generator draws: the row to compare generators with
    copier        draws training images again, some of them twice
    touched_up    the same, every inked pixel changed a little: copies that the search for near-copies hardly finds
    one_image     for each digit always the same training image, the one nearest to the digit's mean
    wrong_labels  training images, each given out for the next digit
    half_noise    half training images, half specks at random
"""

import json

import numpy as np

from scripts import origins
from scripts.train import digits, kit, measures

SOURCES = {"naive_bayes": "bayes", "gaussian": "bayes", "mixture": "bayes", "vae": "vae", "gan": "gan", "pixels": "pixels"}
SCORES = ["judge_accuracy", "frechet_distance", "coverage", "diversity", "near_copies", "worst_digit_accuracy", "worst_digit_diversity"]
SEEDS = range(5)


def generators():
    """{name: row} of every generator that has been measured, and the names of the files that are not there yet."""
    rows, missing = {}, []
    for name, source in SOURCES.items():
        path = kit.DOCS / "results" / f"{source}.json"
        if not path.exists():
            missing.append(source)
            continue
        content = json.loads(path.read_text("utf-8"))
        content = content[name] if source == "bayes" else content
        rows[name] = {key: content[key] for key in [*SCORES, "parameters", "classifier_accuracy"] if key in content}
    return rows, sorted(set(missing))


def touched_up(images, dice, spread=0.15):
    """Each pixel that has ink is changed at random, by 2.4 grey levels on average (root mean square); the paper stays clean."""
    return np.where(images > 0, images + spread * dice.standard_normal(images.shape), images)


def impostors(data, seed):
    """{name: (images, labels, the known images)} of the rows that need no training."""
    dice = np.random.default_rng(seed)
    images, labels, asked = data.train_images, data.train_labels, measures.asked_for()
    order = dice.permutation(len(images))
    some, other, most = order[:500], order[500:], order[:1000]
    of_digit = [np.flatnonzero(labels == digit) for digit in range(10)]
    copies = images[np.concatenate([dice.choice(rows, measures.PER_DIGIT) for rows in of_digit])]
    typical = [rows[measures.distances(images[rows], images[rows].mean(0, keepdims=True)).argmin()] for rows in of_digit]
    noisy = np.where(np.arange(len(copies))[:, None] % 2, copies, dice.random(copies.shape))
    return {
        "real": (images[some], labels[some], images[other]),  # an image is not a copy of itself
        "real_1000": (images[most], labels[most], images[order[1000:]]),
        "copier": (copies, asked, images),
        "touched_up": (touched_up(copies, dice), asked, images),
        "one_image": (images[np.repeat(typical, measures.PER_DIGIT)], asked, images),
        "wrong_labels": (images[most], (labels[most] + 1) % 10, images[order[1000:]]),
        "half_noise": (noisy, asked, images),
    }


def references():
    """{name: scores over the seeds} of the rows that need no training."""
    data = digits.load()
    runs = [{name: measures.scores(*made[:2], known=made[2]) for name, made in impostors(data, seed).items()} for seed in SEEDS]
    return {name: measures.summaries([run[name] for run in runs]) | {"parameters": 0} for name in runs[0]}


def said(rows):
    """The table for the terminal."""
    lines = [f"{'':14}" + "".join(f"{name.replace('_', ' '):>22}" for name in SCORES)]
    for name, row in rows.items():
        lines.append(f"{name:14}" + "".join(f"{row[score]['mean']:14.3f} ± {row[score]['sd']:.3f}" for score in SCORES))
    return "\n".join(lines)


def report():
    made, missing = generators()
    rows = made | references()
    print(said(rows))
    kit.write_results(
        "generators",
        question="Which kind of generator draws the best digits, and can one score tell?",
        method="Each generator draws five times 1,000 images, 100 of each digit, rounded to 17 grey levels. A network trained apart (the "
        "judge) reads them; Fréchet distance and coverage compare them with the 500 test images in the judge's 32 features; diversity and "
        "near-copies compare pixels.",
        command="python3 scripts/build.py train --seeds families",
        seeds=SEEDS,
        reads=origins.reads(f"results/{source}.json" for source in dict.fromkeys(SOURCES.values())),
        limits="One judge, trained on the images that the generators learnt from: it is surer of training images than of new ones. Fréchet "
        "distance falls with the number of images, so 1,000 made images may score below 500 real ones without being better: compare with "
        "real_1000. Coverage sets 1,000 images against 500 and tells bad from good only. Every impostor passes for "
        "real by at least one score.",
        judge_test_accuracy=measures.judge_test_accuracy(),
        judge_parameters=kit.parameter_count(measures.judge()),
        **rows,
    )
    if missing:
        print(f"generators.json lacks the rows of: {', '.join(missing)}. Train these with --seeds, then families again.")
