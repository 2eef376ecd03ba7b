"""From the strokes of a pen to 8×8 pixels, as the data set was made. docs/demos/classifier/pad.js does the same in the page.

The digits were scanned, brought to one size by programs of NIST and counted in cells (Alpaydin & Kaynak, 1998). In that order:

1. a pen draws the strokes; its width is a share of the digit's height,
2. the box around the ink is stretched to 20×32 and put in the middle of 32×32 black or white points, whatever its shape was,
3. much ink is thinned and little ink is thickened by one point all round, until the amount is ordinary,
4. the rows are shifted so that the leftmost ink near the top stands above the leftmost ink near the bottom: no slant is left,
5. the black points in each 4×4 cell are counted: 0 to 16.

A stroke is a list of (x, y), y downwards, in any unit. A dot is a stroke of one point.
"""

import numpy as np

SIZE, WIDE, HIGH = 32, 20, 32
PEN = 0.12  # width of the pen as a share of the height
NARROW, FLAT = 2, 3  # the box is taken to be at least this many pens wide and high: a bare line is not stretched to a block


def scan(strokes, pen=PEN, stretch=True):
    """(32, 32) True where there is ink: steps 1 and 2. Without `stretch` the digit keeps its shape."""
    points = np.concatenate([np.asarray(stroke, float).reshape(-1, 2) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    radius = max(height, 0.6 * width, 1e-9) * pen / 2
    scale_x = WIDE / max(width + 2 * radius, NARROW * 2 * radius)
    scale_y = HIGH / max(height + 2 * radius, FLAT * 2 * radius)
    if not stretch:
        scale_x = scale_y = min(scale_x, scale_y)
    x = (np.arange(SIZE) + 0.5 - SIZE / 2) / scale_x + (low[0] + high[0]) / 2
    y = (np.arange(SIZE) + 0.5 - SIZE / 2) / scale_y + (low[1] + high[1]) / 2
    ink = np.zeros((SIZE, SIZE), bool)
    for stroke in strokes:
        stroke = np.asarray(stroke, float).reshape(-1, 2)
        start = stroke[:-1] if len(stroke) > 1 else stroke
        step = stroke[1:] - start if len(stroke) > 1 else np.zeros((1, 2))
        dx, dy = step[:, 0, None, None], step[:, 1, None, None]
        from_x, from_y = x[None, None, :] - start[:, 0, None, None], y[None, :, None] - start[:, 1, None, None]
        length = dx * dx + dy * dy
        along = np.clip((from_x * dx + from_y * dy) / np.where(length > 0, length, 1), 0, 1)  # nearest place on the segment
        off_x, off_y = from_x - along * dx, from_y - along * dy
        ink |= (off_x * off_x + off_y * off_y <= radius * radius).any(axis=0)
    return ink


def neighbours(ink):
    """The points above, below, left and right of each point; outside there is no ink."""
    framed = np.pad(ink, 1)
    return framed[:-2, 1:-1], framed[2:, 1:-1], framed[1:-1, :-2], framed[1:-1, 2:]


def thin(ink):
    return np.logical_and.reduce([ink, *neighbours(ink)])


def thicken(ink):
    return np.logical_or.reduce([ink, *neighbours(ink)])


def even_out(ink):
    """Step 3, with the limits that NIST's programs use."""
    amount = ink.sum()
    if amount > 412:
        return thin(thin(ink)) if amount > 560 else thin(ink)
    if amount < 256:
        return thicken(thicken(ink)) if amount < 108 else thicken(ink)
    return ink


def upright(ink):
    """Step 4: compare the third row of ink from the top with the third from the bottom, since the outermost rows are ragged."""
    rows = np.flatnonzero(ink.any(axis=1))
    if len(rows) == 0 or rows[-1] - rows[0] < 5:
        return ink
    top, bottom = rows[0] + 2, rows[-1] - 2
    if not (ink[top].any() and ink[bottom].any()):
        return ink
    slant = (int(ink[top].argmax()) - int(ink[bottom].argmax())) / float(bottom - top)
    moved = np.zeros_like(ink)
    for row in range(SIZE):
        shift = int(np.floor((row - SIZE // 2) * slant + 0.5))
        for column in np.flatnonzero(ink[row]) + shift:
            if 0 <= column < SIZE:
                moved[row, column] = True
    return moved


def count(ink):
    """(64,) in 0..1: step 5."""
    return (ink.reshape(8, 4, 8, 4).sum(axis=(1, 3)) / 16).astype(np.float32).ravel()


def see(strokes, pen=PEN):
    """(64,) in 0..1: the image that the classifier gets to see when somebody draws these strokes."""
    return count(upright(even_out(scan(strokes, pen))))


def fit_only(strokes, pen=PEN):
    """(64,) for comparison: centred and scaled, shape kept, and nothing else. What one does who does not know how the data were made."""
    return count(scan(strokes, pen, stretch=False))
