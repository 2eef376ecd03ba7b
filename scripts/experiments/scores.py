"""The scores of generators as experiments publish them: those of scripts/train/measures.py, of one draw of 1,000 images for each seed."""

from scripts.train import digits, families, measures

MEASURES = {
    "frechet_distance": {"label": "Fréchet distance to the test images", "unit": "", "better": "lower"},
    "judge_accuracy": {"label": "images read as the digit asked for", "unit": "share", "better": "higher", "step": 0.002},
    "coverage": {"label": "test images covered", "unit": "share", "better": "higher", "step": 0.002},
    "diversity": {"label": "diversity, real images = 1", "unit": "", "better": "neither"},
    "near_copies": {"label": "near-copies of training images", "unit": "share", "better": "lower", "step": 0.002},
}
PUBLISHED = list(MEASURES)


def of(sample, model, seed, known=None):
    """The scores of 1,000 images that `sample(model, labels, seed)` draws; `known` images may not be copied (default: the training images)."""
    found = measures.scores(sample(model, measures.asked_for(), 1000 + seed), measures.asked_for(), known=known)
    return {name: found[name] for name in PUBLISHED}


def of_real_images(seed):
    """What 1,000 training images score: the row to compare generators with."""
    images, labels, known = families.impostors(digits.load(), seed)["real_1000"]
    return {name: value for name, value in measures.scores(images, labels, known=known).items() if name in PUBLISHED}
