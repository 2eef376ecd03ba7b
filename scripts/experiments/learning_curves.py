"""Learning curves: a classifier and a generator against the number of training images, on one axis.

Question: How do a classifier and a generator improve with the number of training images, and is the network needed at all?

Prediction: Both improve steeply at first and level off: from 500 to 1,297 images neither gains as much as from 20 to 100. The network does
not beat the nearest training image by a point at any size. With 20 images the generator mostly gives its training images back, and no other
score says so; with 1,297 it gives back hardly any. A generator that is trained for few steps hides all this: compute limits it, not data.

Method: As many images of each digit, drawn by the seed, are learnt from; eight seeds. Classifiers: the convolutional network of the site
(600 batches of 64), the nearest training image, the full Gaussian read by Bayes' rule, and rules written by hand, which learn from none.
Generators: the full Gaussian, the conditional autoencoder of the site with 1,500 steps, and the same with 300. Accuracy is on the 500 test
images; the generators draw 1,000 images. Near-copies are nearer to one of the images that this generator learnt from than 99 % of the test
images are to any training image. For reference: 1,000 real images.

Limits: The recipes are the same at all sizes; a recipe tuned for each size would move the curves. The autoencoder's 1,500 steps limit it where
data are many: the site's own, with 4,000, draws better. Only the Gaussian and the nearest image, which have no steps, show data alone. The
judge and its features come from all 1,297 images, also where a generator saw 20. Random split: images by the same writers stand on both
sides. The axis ends at 1,297 images; where a curve ends is not where data ends to help.
"""

import numpy as np

from scripts.experiments import scores, side_by_side
from scripts.experiments.experiment import Experiment
from scripts.train import bayes, classifier, digits, rules, vae

STEPS = {"vae": 1500, "vae_short": 300}


def run(seeds, model, size):
    data = digits.load()
    if model == "rules":
        return [{"accuracy": rules.accuracy(data.test_images, data.test_labels)} for _ in seeds]
    if model == "real":
        return [scores.of_real_images(seed) for seed in seeds]
    rows = [digits.balanced_subset(data.train_labels, size, seed) for seed in seeds]
    sets = [(data.train_images[own], data.train_labels[own]) for own in rows]
    if model == "nearest":
        return [{"accuracy": classifier.nearest_accuracy(*own, data.test_images, data.test_labels)} for own in sets]
    if model == "cnn":
        networks = side_by_side.classifiers(seeds, sets)
        return [{"accuracy": classifier.accuracy(network, data.test_images, data.test_labels)} for network in networks]
    if model == "gaussian":
        fitted = [bayes.Gaussian.fit(images.astype(np.float64), labels, seed) for seed, (images, labels) in zip(seeds, sets)]
        reading = [{"accuracy": bayes.classifier_accuracy(one, data.test_images, data.test_labels)} for one in fitted]
        return [read | scores.of(bayes.sample, one, seed, own[0]) for read, one, seed, own in zip(reading, fitted, seeds, sets)]
    models = side_by_side.autoencoders(seeds, sets, STEPS[model])
    return [scores.of(vae.sample, one, seed, own[0]) for one, seed, own in zip(models, seeds, sets)]


def message(rows):
    def of(name, measure, digits=0):
        return f"{100 * rows[name][measure]['mean']:.{digits}f}"

    def distance(name):
        return f"{rows[name]['frechet_distance']['mean']:.1f}"

    return (
        f"From 20 to 1,297 images the network goes from {of('cnn-20', 'accuracy', 1)} to {of('cnn-1297', 'accuracy', 1)} % and the nearest "
        f"image from {of('nearest-20', 'accuracy', 1)} to {of('nearest-1297', 'accuracy', 1)} %, the Gaussian generator from Fréchet distance "
        f"{distance('gaussian-20')} over {distance('gaussian-100')} and {distance('gaussian-500')} to {distance('gaussian-1297')}, and the "
        f"autoencoder from {distance('vae-20')} over {distance('vae-100')} and {distance('vae-500')} to {distance('vae-1297')}, its share of "
        f"near-copies from {of('vae-20', 'near_copies')} to {of('vae-1297', 'near_copies', 1)} %; trained for 300 steps only, it goes from "
        f"{distance('vae_short-20')} to {distance('vae_short-1297')}."
    )


MODELS = {
    "cnn": "network",
    "nearest": "nearest training image",
    "rules": "rules written by hand",
    "gaussian": "full Gaussian",
    "vae": "conditional autoencoder",
    "vae_short": "conditional autoencoder, 300 steps",
    "real": "1,000 real images",
}
SIZES, FOUR = (20, 50, 100, 200, 500, 1297), (20, 100, 500, 1297)
FIRST = (10, 20, 50, 100, 500, 1297)
AT = {"rules": (0,), "real": (1297,), "nearest": (10, *SIZES), "gaussian": SIZES, "vae": FOUR, "cnn": FIRST, "vae_short": (20, 1297)}

experiment = Experiment(
    __file__,
    run,
    together=True,
    arms=[{"model": model, "size": size} for model, sizes in AT.items() for size in sizes],
    seeds=range(8),
    unvaried=lambda arm: arm["model"] == "rules" or arm == {"model": "nearest", "size": 1297},
    measures={"accuracy": {"label": "test accuracy", "unit": "share", "better": "higher", "step": 0.002}} | scores.MEASURES,
    conditions={"model": {"label": "model", "values": MODELS}, "size": {"label": "training images"}},
    message=message,
    quick={
        "arms": [{"model": "nearest", "size": 50}, {"model": "gaussian", "size": 100}, {"model": "vae_short", "size": 1297}],
        "seeds": range(100, 103),
        "measures": ["accuracy", "frechet_distance", "near_copies"],
    },
)
main = experiment.main

if __name__ == "__main__":
    raise SystemExit(main())
