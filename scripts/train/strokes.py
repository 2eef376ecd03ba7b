"""Digits drawn by pen, to test what the drawing pad reads: other shapes than those that the classifier was trained on.

The ways of writing in scripts/train/hands.py are smooth lines through typed places. These here are built from arcs and straight lines, and
their variation is another one as well, so that a good figure cannot come from having seen the same hand. Standard library only.
"""

import math
import random

PAD = 256  # width and height of the pad in its own units


def arc(x, y, wide, high, start, stop):
    """Places on an ellipse around (x, y); angles in degrees, 0 to the right, 90 downwards."""
    count = max(4, round(abs(stop - start) / 18))
    angles = [math.radians(start + (stop - start) * i / count) for i in range(count + 1)]
    return [(x + wide * math.cos(angle), y + high * math.sin(angle)) for angle in angles]


ROUND = arc(50, 50, 34, 50, -90, 270)
WAYS = {
    0: [
        [ROUND],
        [arc(50, 50, 36, 50, -70, -440)],
        [arc(50, 50, 22, 50, -100, -460)],
        [arc(50, 50, 48, 50, -60, -400)],
        [ROUND, [(82, 6), (20, 94)]],
        [arc(50, 50, 30, 50, -130, 240)],
        [[(50, 0), (20, 20), (15, 75), (45, 100), (80, 80), (82, 25), (50, 0)]],
    ],
    1: [
        [[(50, 0), (50, 100)]],
        [[(62, 0), (42, 100)]],
        [[(28, 24), (50, 0), (50, 100)]],
        [[(14, 42), (58, 0), (46, 100)]],
        [[(30, 20), (50, 0), (50, 100)], [(24, 100), (76, 100)]],
        [[(50, 0), (50, 100)], [(30, 100), (70, 100)]],
        [arc(30, 0, 22, 26, 90, 0) + [(52, 50), (52, 100)]],
    ],
    2: [
        [arc(46, 27, 34, 27, -170, 45) + [(12, 100), (86, 100)]],
        [[(14, 3), (78, 3), (12, 97), (84, 97)]],
        [arc(46, 25, 30, 25, -180, 50) + [(30, 82)] + arc(22, 88, 12, 10, -50, -330) + [(60, 92), (90, 94)]],
        [arc(44, 30, 30, 30, -150, 60) + arc(40, 100, 30, 14, -150, -60) + [(88, 92)]],
        [[(16, 28), (30, 4), (58, 2), (74, 22), (64, 46), (10, 98), (82, 96)]],
        [arc(50, 24, 36, 24, -200, 30) + arc(20, 90, 14, 12, -120, -300) + [(60, 100), (92, 84)]],
    ],
    3: [
        [arc(44, 25, 30, 25, -150, 90) + arc(44, 74, 36, 26, -90, 150)],
        [[(14, 3), (76, 3), (42, 40)] + arc(42, 70, 36, 30, -80, 140)],
        [arc(46, 24, 28, 24, -170, 110) + [(32, 48)] + arc(46, 74, 32, 26, -100, 160)],
        [arc(40, 22, 34, 22, -130, 70) + [(34, 46)] + arc(42, 73, 40, 27, -70, 130)],
        [[(16, 8), (50, 0), (70, 18), (40, 46), (72, 62), (70, 88), (42, 100), (10, 92)]],
        [arc(48, 23, 26, 23, -190, 80) + arc(48, 50, 8, 6, 100, 250) + arc(46, 75, 32, 25, -80, 170)],
    ],
    4: [
        [[(30, 0), (10, 58), (84, 58)], [(64, 24), (60, 100)]],
        [[(64, 100), (64, 0), (6, 68), (90, 68)]],
        [[(16, 0), (14, 46), (74, 46)], [(74, 0), (74, 100)]],
        [[(42, 0), (6, 62), (80, 58)], [(54, 34), (46, 100)]],
        [arc(46, 20, 34, 34, 180, 30) + [(78, 0), (70, 100)]],
        [[(66, 0), (8, 62), (92, 62)], [(66, 0), (66, 100)]],
        [[(36, 0), (12, 50), (30, 56), (64, 44), (76, 14), (54, 100)]],
    ],
    5: [
        [[(80, 2), (24, 2), (20, 44)] + arc(44, 68, 36, 32, -120, 130)],
        [[(26, 6), (22, 46)] + arc(46, 68, 32, 30, -130, 140), [(26, 4), (84, 2)]],
        [arc(52, 22, 28, 22, -40, -240) + [(50, 46)] + arc(46, 74, 30, 26, -60, 140)],
        [[(82, 0), (20, 0), (20, 44), (78, 44), (78, 100), (16, 100)]],
        [[(30, 4), (24, 42), (52, 38), (74, 56), (68, 86), (40, 100), (12, 90)], [(30, 4), (96, 0)]],
        [[(72, 6), (30, 6), (22, 40)] + arc(40, 70, 30, 30, -110, 150)],
    ],
    6: [
        [arc(70, 60, 56, 60, -100, -180) + arc(44, 72, 30, 28, 180, -170)],
        [[(62, 0), (24, 58)] + arc(46, 76, 28, 24, 200, -150)],
        [arc(52, 40, 34, 40, -30, -180) + arc(46, 70, 30, 30, 170, -190)],
        [[(40, 0), (24, 40), (20, 80)] + arc(40, 84, 20, 16, 180, -170)],
        [arc(90, 70, 80, 70, -90, -180) + arc(46, 72, 36, 28, 180, -200)],
        [[(54, 2), (22, 46), (22, 84), (46, 100), (72, 84), (62, 58), (28, 66)]],
    ],
    7: [
        [[(8, 4), (86, 4), (38, 100)]],
        [[(8, 4), (86, 4), (38, 100)], [(30, 52), (76, 50)]],
        [[(10, 18), (10, 2), (84, 2), (46, 100)]],
        [[(8, 6), (84, 4)] + arc(100, 100, 54, 70, 230, 180)],
        [arc(24, 10, 20, 10, 180, 360) + [(84, 4), (50, 100)], [(34, 56), (84, 48)]],
        [[(10, 5), (78, 5), (70, 100)]],
        [[(4, 10), (92, 2), (56, 46), (44, 100)], [(32, 54), (72, 54)]],
    ],
    8: [
        [arc(48, 24, 26, 24, 0, -270) + arc(48, 74, 32, 26, -90, 270) + arc(48, 24, 26, 24, 90, 0)],
        [arc(50, 24, 24, 24, -90, 270), arc(50, 74, 32, 26, -90, 270)],
        [[(74, 14), (46, 0), (24, 16), (40, 42), (70, 66), (66, 92), (38, 100), (18, 84), (34, 56), (66, 34), (74, 14)]],
        [arc(50, 75, 30, 25, -90, -400) + arc(50, 25, 26, 25, 100, -260)],
        [arc(46, 22, 22, 22, -20, -250) + [(62, 60)] + arc(44, 80, 24, 20, -30, 200) + [(64, 40), (72, 8)]],
        [arc(50, 26, 18, 26, -60, -260) + arc(50, 76, 22, 24, -80, 250) + arc(50, 26, 18, 26, 90, -60)],
    ],
    9: [
        [arc(46, 26, 30, 26, -20, -360) + [(76, 4), (70, 100)]],
        [arc(46, 26, 30, 26, 0, -360) + [(76, 50)] + arc(42, 66, 34, 34, 0, 140)],
        [arc(46, 26, 28, 26, -40, -330) + [(74, 16), (42, 100)]],
        [arc(50, 28, 32, 28, -90, 270) + [(82, 28), (76, 100)]],
        [arc(44, 20, 25, 20, -20, -370) + arc(34, 58, 36, 42, -50, 110)],
        [[(78, 14), (50, 0), (22, 16), (26, 42), (54, 48), (76, 26), (80, 2), (78, 100)]],
        [arc(52, 24, 22, 24, -10, -350), [(74, 2), (72, 60), (56, 100), (24, 94)]],
    ],
}


def drawing(way, chance):
    """One drawing on the pad, as whole numbers, the way a mouse or a finger reports it: [[[x, y], …], …]."""
    slant, turn, wide = chance.uniform(-0.3, 0.3), math.radians(chance.uniform(-10, 10)), chance.uniform(0.65, 1.2)
    size, shake = PAD * chance.uniform(0.35, 0.85), chance.uniform(0, 3)
    cos, sin = math.cos(turn), math.sin(turn)
    strokes = []
    for stroke in way:
        aside, down = chance.gauss(0, 1.5), chance.gauss(0, 1.5)  # a second stroke does not meet the first exactly
        places = []
        for x, y in stroke:
            x, y = x + aside + chance.gauss(0, shake) - 50, y + down + chance.gauss(0, shake) - 50
            x = wide * (x - slant * y)
            places.append((cos * x - sin * y, sin * x + cos * y))
        strokes.append(places)
    points = [place for stroke in strokes for place in stroke]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    across, high = max(x for x, _ in points) - left, max(y for _, y in points) - top
    scale = size / max(across, high)
    at_x, at_y = chance.uniform(0, PAD - across * scale), chance.uniform(0, PAD - high * scale)
    return [[[round((x - left) * scale + at_x), round((y - top) * scale + at_y)] for x, y in stroke] for stroke in strokes]


def drawings(each=5, seed=1):
    """[(digit, strokes), …]: every way of writing, `each` times."""
    chance = random.Random(seed)
    return [(digit, drawing(way, chance)) for digit, ways in WAYS.items() for way in ways for _ in range(each)]
