"""Means with their 95 % intervals, from a few runs. Standard library only: whoever reads or checks results needs no PyTorch.

A *figure* is what several runs with different seeds gave: {"mean", "sd", "n", "low", "high", "values"}; low … high is the 95 % interval of
the mean by Student's t. One run alone is a reference without spread: its interval is the value itself, and n = 1 says so.
"""

import math
import statistics

LEVEL = 0.95


def share_within(t, freedom):
    """P(−t < T < t) of Student's t with a whole number of degrees of freedom (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(freedom))
    power, odd = math.cos(angle) ** 2, freedom % 2
    term, total = (math.cos(angle) if odd else 1.0), 0.0
    for order in range(odd, freedom - 1, 2):
        total += term
        term *= power * (order + 1) / (order + 2)
    return 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total


def quantile(level, freedom):
    """The t for which P(−t < T < t) = level."""
    low, high = 0.0, 1.0
    while share_within(high, freedom) < level:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if share_within(middle, freedom) < level else (low, middle)
    return high


def figure(values):
    """The figure of several runs; the sd is that of n − 1."""
    values = [float(value) for value in values]
    mean, count = statistics.fmean(values), len(values)
    sd = statistics.stdev(values) if count > 1 else 0.0
    half = quantile(LEVEL, count - 1) * sd / math.sqrt(count) if count > 1 else 0.0
    return {"mean": mean, "sd": sd, "n": count, "low": mean - half, "high": mean + half, "values": values}


def difference(values, reference):
    """The figure of values − reference, seed by seed: what the seeds share (the same images drawn, say) cancels.

    A reference that does not vary is given as its one value.
    """
    reference = reference * len(values) if len(reference) == 1 else reference
    return figure(one - other for one, other in zip(values, reference, strict=True))


def foreseen(known, runs, level):
    """(low, high) that holds the mean of `runs` new runs with probability `level`, if they are made as those of the figure `known` were.

    A prediction interval: it allows for the chance in the old runs and in the new ones. It needs two known runs at least.
    """
    half = quantile(level, known["n"] - 1) * known["sd"] * math.sqrt(1 / known["n"] + 1 / runs)
    return known["mean"] - half, known["mean"] + half
