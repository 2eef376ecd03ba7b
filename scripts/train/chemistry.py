"""Chemistry: a list of small molecules that we enumerate, what can be computed about them, and a model that guesses it.

A molecule is written as SMILES, a line of characters: letters are atoms (small ones in aromatic rings), digits close rings,
brackets branch. RDKit turns every spelling of one molecule into one canonical line. All properties are *computed* from the
drawn structure; nothing here was measured in a laboratory.

* QED (0 to 1): how much eight simple properties resemble those of approved oral drugs (Bickerton et al., Quantifying the
  chemical beauty of drugs, 2012). It knows nothing of any disease, of making the molecule, or of its safety.
* logP: estimated preference for fat over water (Wildman and Crippen's sum over atom types).
"""

import itertools
import re
from functools import cache
from xml.sax.saxutils import escape

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem import QED, Crippen
from rdkit.Chem.Draw import rdMolDraw2D
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline

from scripts.train import kit

RDLogger.DisableLog("rdApp.*")  # RDKit explains each unreadable line at length; we count them

# The list: a ring, a linker, a second ring, an end group.
RINGS = ["c1ccc({})cc1", "c1cc({})ccc1", "c1ccc({})nc1", "c1cnc({})nc1", "c1cc({})sc1", "C1CCC({})CC1", "C1CCN({})CC1", "C1CN({})CCN1"]
LINKERS = ["", "C", "O", "N", "CC", "C(=O)N", "NC(=O)", "CO", "S(=O)(=O)N", "C(=O)"]
SECOND_RINGS = ["c2ccccc2", "c2ccc({})cc2", "c2cccnc2", "C2CCNCC2", "C2CCOCC2", "c2ccc({})s2"]
END_GROUPS = ["C", "F", "Cl", "O", "OC", "C#N", "N", "C(F)(F)F", "C(=O)O", "C(N)=O", "CC", "C(C)C"]
HEAVIEST = 24  # atoms other than hydrogen

# Groups that a chemist would not put into a medicine without good reason: many molecules with one are unstable, reactive or toxic.
# The patterns are SMARTS: "!a" not in an aromatic ring, "-" a single bond. They are coarse: some medicines do hold such a group.
DOUBTFUL = {
    "hydrazine": "[#7;!a]-[#7;!a]",  # N–N, also hydrazides and hydrazones
    "azo": "[#7;!a]=[#7;!a]",
    "nitrogen_oxygen": "[#7;+0]-[#8]",  # hydroxylamines and oximes
    "peroxide": "[#8]-[#8]",
    "halogen_on_heteroatom": "[F,Cl]-[#7,#8,#16]",
    "sulfur_single_bond": "[#16;X2;!a]-[#7,#8,#16]",
    "aminal": "[NX3,OX2H]-[CX4;!$(C(F)(F)F)]-[OX2,NX3,F,Cl]",  # and its kin: two such atoms on one carbon
    "acid_halide": "C(=O)[F,Cl]",
    "carbamic_acid": "[NX3]-C(=O)-[OX2H]",  # gives off carbon dioxide
    "hydroxy_or_aminothiophene": "[OX2H,NX3H2]-c1cccs1",  # beside the sulfur: drawn like a phenol, but mostly another form
}
PATTERNS = {name: Chem.MolFromSmarts(smarts) for name, smarts in DOUBTFUL.items()}


# A model writes the same lines over and over: each is read and scored once.


@cache
def read(smiles):
    """The RDKit molecule of a line of characters, or None if it is not a molecule (ring left open, too many bonds, …)."""
    molecule = Chem.MolFromSmiles(smiles) if smiles else None
    return molecule if molecule and molecule.GetNumAtoms() else None


@cache
def canonical(smiles):
    """The one canonical spelling, or None."""
    molecule = read(smiles)
    return molecule and Chem.MolToSmiles(molecule)


@cache
def qed(smiles):
    return QED.qed(read(smiles))


def logp(smiles):
    return Crippen.MolLogP(read(smiles))


@cache
def alarms(smiles):
    """Names of the doubtful groups in a molecule, none for most."""
    molecule = read(smiles)
    return [name for name, pattern in PATTERNS.items() if molecule.HasSubstructMatch(pattern)]


def doubtful(molecules):
    """Share of molecules with a doubtful group, and with a bond between two nitrogens."""
    found = [alarms(line) for line in molecules]
    return {"doubtful": sum(map(bool, found)) / len(found), "hydrazine": sum("hydrazine" in names for names in found) / len(found)}


def described(lines):
    """One row for each readable line: itself, QED in thousandths, logP in hundredths, names of doubtful groups, canonical line if other."""
    rows = []
    for line in lines:
        same = canonical(line)
        scores = round(1000 * qed(line)), round(100 * logp(line))
        rows.append([line, *scores, " ".join(alarms(line)), "" if same == line else same])
    return rows


def library():
    """Every molecule of the list as sorted canonical SMILES, without those that hold a doubtful group."""
    found = set()
    seconds = [
        linker + ring.format(group) for linker in LINKERS for ring in SECOND_RINGS for group in (END_GROUPS if "{}" in ring else [""])
    ]
    for ring, branch in itertools.product(RINGS, END_GROUPS + seconds):
        molecule = read(ring.format(branch))
        if molecule and molecule.GetNumHeavyAtoms() <= HEAVIEST:
            found.add(Chem.MolToSmiles(molecule))
    return sorted(smiles for smiles in found if not alarms(smiles))


def ranker():
    """A model that guesses a property from the line: ridge regression on how often each snippet of 1 to 3 characters occurs.

    "^" and "$" mark the ends. Simple enough to run in the page; about as good here as the fingerprints that chemists use.
    """
    snippets = CountVectorizer(analyzer="char", ngram_range=(1, 3), lowercase=False, preprocessor="^{}$".format)
    return make_pipeline(snippets, Ridge(alpha=3.0))


def ranker_quality(molecules, values, sizes, seeds):
    """Held-out R² of the ranker by number of molecules learnt from; 1 = perfect, 0 = no better than the mean."""
    values = np.asarray(values)
    quality = {}
    for size in sizes:
        scores = []
        for seed in seeds:
            order = np.random.default_rng(seed).permutation(len(molecules))
            learn, test = order[:size], order[size:]
            model = ranker().fit([molecules[row] for row in learn], values[learn])
            scores.append(r2_score(values[test], model.predict([molecules[row] for row in test])))
        quality[size] = kit.summary(scores)
    return quality


def characters(molecules):
    """The characters that a list of lines is written with."""
    return sorted(set("".join(molecules)))


# Drawing


def drawn(smiles, width, height):
    """A structure as SVG: all bonds as one path, the atoms as text. RDKit chooses the places."""
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height, noFreetype=True)
    drawer.drawOptions().minFontSize = 12
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, read(smiles))
    drawer.FinishDrawing()
    svg = drawer.GetDrawingText()
    bonds = " ".join(re.findall(r"<path [^>]*\bd='([^']*)'", svg))
    atoms = re.findall(r"<text x='([\d.-]+)' y='([\d.-]+)'[^>]*font-size:(\d+)px[^>]*>([^<]*)<", svg)
    letters = "".join(f'<text x="{x}" y="{y}" font-size="{size}">{text}</text>' for x, y, size, text in atoms)
    return f'<path d="{bonds}" fill="none" stroke="#1b1b1b" stroke-width="1.6"/>{letters}'


def panels(cells, title):
    """An SVG of 600×400 with two rows of three drawings. `cells`: six pairs (SMILES, lines of text below).

    Dark strokes on light panels: the picture is legible on a dark page and on paper.
    """
    parts = []
    for place, (smiles, lines) in enumerate(cells):
        parts.append(f'<g transform="translate({place % 3 * 200},{place // 3 * 200})">')
        parts.append('<rect x="3" y="3" width="194" height="194" rx="6" fill="#fbfaf7" stroke="#8a8a8a"/>')
        parts.append(f'<g transform="translate(8,8)">{drawn(smiles, 184, 134)}</g>')
        for row, line in enumerate(filter(None, lines)):
            parts.append(f'<text x="100" y="{156 + 16 * row}" text-anchor="middle" font-size="12">{escape(line)}</text>')
        parts.append("</g>")
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400" width="600" height="400" font-family="sans-serif" fill="#1b1b1b">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>\n"])


def comparison(start, found):
    """The three best of the start list above the three best that the loop found; both lists best first."""
    cells = []
    for lines, origin in ((start, "start list"), (found, "found by the loop")):
        for line in lines[:3]:
            groups = " and ".join(alarms(line)).replace("_", " ")
            cells.append((line, [f"QED {qed(line):.2f} (computed)", origin, f"doubtful: {groups}" if groups else ""]))
    return panels(cells, "The three best molecules of the start list and the three best that the loop found, with computed QED")
