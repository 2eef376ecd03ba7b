"""What results were made from: a tiny docs folder, and the sentence of the check."""

import gzip
import json

from scripts import origins
from scripts.sources import outdated


def test_a_result_is_outdated_when_the_numbers_it_was_made_from_are_others(tmp_path):
    read, made = tmp_path / "results/cup.json", tmp_path / "results/dice.json"
    read.parent.mkdir()
    read.write_text('{"date": "2026-11-01", "size": 1}')
    made.write_text(json.dumps({"command": "python3 scripts/build.py experiments dice", "reads": origins.reads(["results/cup.json"], tmp_path)}))
    read.write_text('{"size": 1, "date": "2026-11-02"}')
    assert list(outdated([], tmp_path)) == [], "when it was made does not count"
    read.write_text('{"size": 2}')
    assert [str(found) for found in outdated([], tmp_path)] == [
        f"{tmp_path.name}/results/dice.json: was made from another docs/results/cup.json; `python3 scripts/build.py experiments dice` makes it again"
    ]
    read.unlink()
    assert len(list(outdated([], tmp_path))) == 1


def test_weights_are_others_when_their_numbers_are_not_when_their_notes_are(tmp_path):
    def weights(date, number):
        head = json.dumps({"__metadata__": {"date": date}, "w": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}).encode()
        path = tmp_path / "weights.safetensors.gz"
        path.write_bytes(gzip.compress(len(head).to_bytes(8, "little") + head + bytes([number])))
        return origins.digest(path)

    assert weights("2026-11-01", 1) == weights("2026-11-02", 1) != weights("2026-11-02", 2)
