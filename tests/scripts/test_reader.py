"""The page's own reader gives this server's answers: the same ink, the same picture, the same digit and verdict.

What it is made of is mounted here without its panel: `ink.js`, `draw/preparation.js` and `draw/network.js`.
"""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Error

from model.ink.pen import heard
from model.ink.preparation import prepare_ink
from model.ink.strokes import BRUSH_WIDTHS, ink_of
from model.plan import DIGITS, Architecture, Conv2D
from model.plan.architecture import Dense, Flatten, MaxPooling2D
from model.reading import Classifier, portable
from model.reading.refusal import Refusal
from model.run import PRETRAINED, Run
from tests.scripts.drawings import Told, drawings
from tests.scripts.stage import Stage

MANY, SOME = 1_000, 40

# The shortest of all; and padding of both kinds, kernels of odd and even sizes, two sizes of pooling, dense layers.
ARCHITECTURES = {
    "shortest": Architecture((Flatten(), Dense(DIGITS))),
    "motley": Architecture(
        (
            Conv2D(3, 7),
            Conv2D(9, 2, "same"),
            MaxPooling2D(3),
            Conv2D(17, 4, "same"),
            Conv2D(5, 3),
            MaxPooling2D(2),
            Flatten(),
            Dense(24),
            Dense(13),
            Dense(DIGITS),
        )
    ),
}

# What came of each drawing, all in one message; of the ink, 78,400 bytes each, a checksum.
READ = """async ({ model, weights, drawings }) => {
    const { Paper } = await import("/ink.js");
    const { prepared } = await import("/draw/preparation.js");
    const { Reader } = await import("/draw/network.js");
    const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
        for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
        return byte;
    });
    const crc32 = (bytes) => {
        let sum = ~0;
        for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ remainders[(sum ^ bytes[i]) & 255];
        return ~sum >>> 0;
    };
    const reader = new Reader(model, Uint8Array.from(atob(weights), (character) => character.charCodeAt(0)));
    const paper = new Paper();
    return drawings.map((told) => {
        const ink = paper.show(told.map(([width, ...points]) => ({ width, points })), null);
        const frame = prepared(ink);
        const read = frame && reader.read(frame);
        return {
            ink: crc32(ink),
            frame: frame && btoa(String.fromCharCode(...frame)),
            read: read && { ...read, probabilities: [...read.probabilities] },
        };
    });
}"""


@dataclass(frozen=True)
class Expected:
    """By this server: the ink's checksums, the drawings that are not empty, and the pictures of these."""

    inks: list[int]
    visible: npt.NDArray[np.intp]
    frames: npt.NDArray[np.uint8]


@cache
def expected(number: int) -> Expected:
    inks = [ink_of(heard(told)) for told in drawings(number)]
    prepared = [prepare_ink(ink) for ink in inks]
    visible = np.flatnonzero([not each.is_empty for each in prepared])
    frames = np.array([np.rint(prepared[place].image * 255) for place in visible], np.uint8)
    return Expected([zlib.crc32(ink.tobytes()) for ink in inks], visible, frames)


def read_in_page(stage: Stage, run: Run, told: list[Told]) -> list[dict[str, Any]]:
    packed = portable.pack(run)
    weights = base64.b64encode(packed.weights).decode()
    found: list[dict[str, Any]] = stage.page.evaluate(
        READ, {"model": packed.description, "weights": weights, "drawings": told}
    )
    return found


def check_answers(found: list[dict[str, Any]], run: Run, frames: npt.NDArray[np.uint8]) -> None:
    """That these are the server's answers to these pictures."""
    probabilities = Classifier.load(run.folder).probabilities(frames)
    refusal = Refusal.load(run.folder)
    scores = refusal.scores(frames)
    read = [each["read"] for each in found]
    np.testing.assert_allclose([each["probabilities"] for each in read], probabilities, rtol=0, atol=1e-5)
    np.testing.assert_allclose([each["score"] for each in read], scores, rtol=0, atol=1e-4)
    assert [each["digit"] for each in read] == probabilities.argmax(axis=1).tolist()
    assert [each["isDigit"] for each in read] == (scores <= refusal.threshold).tolist()


def test_the_drawings_are_of_all_kinds() -> None:
    told = drawings(MANY)
    known = expected(MANY)
    assert len({tuple(map(tuple, each)) for each in told}) > 0.99 * MANY
    assert {stroke[0] for each in told for stroke in each} >= {1, 3, *BRUSH_WIDTHS, 59, 60}
    assert len(known.visible) < MANY - 5  # some are empty, or leave no ink
    scores = Refusal.load().scores(known.frames)
    assert 0.2 < (scores <= Refusal.load().threshold).mean() < 0.8
    assert set(Classifier.load(PRETRAINED).probabilities(known.frames).argmax(axis=1)) == set(range(10))


def test_the_bundled_network_gives_the_same_answers(stage: Stage) -> None:
    run = Run.load(PRETRAINED)
    known = expected(MANY)
    found = read_in_page(stage, run, drawings(MANY))
    assert [each["ink"] for each in found] == known.inks
    assert [place for place, each in enumerate(found) if each["frame"]] == known.visible.tolist()
    visible = [found[place] for place in known.visible]
    frames = np.frombuffer(b"".join(base64.b64decode(each["frame"]) for each in visible), np.uint8)
    np.testing.assert_array_equal(frames.reshape(-1, 28, 28), known.frames)
    check_answers(visible, run, known.frames)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_so_does_a_network_of_any_kind_for_which_the_bundled_one_judges(
    name: str, stage: Stage, tmp_path: Path
) -> None:
    run = made(ARCHITECTURES[name], tmp_path / "run")
    packed = portable.pack(run)
    assert not packed.description["network"]["inHalves"]
    assert packed.description["judge"]["inHalves"]
    known = expected(SOME)
    found = read_in_page(stage, run, drawings(SOME))
    check_answers([found[place] for place in known.visible], run, known.frames)


def made(architecture: Architecture, folder: Path) -> Run:
    """A run with weights by chance, which are as large as trained ones and no float16."""
    from model.training.export import export
    from model.training.network import build_convnet

    network = build_convnet(architecture)
    rng = np.random.default_rng(2)
    weights = [
        rng.normal(0, (2 / max(np.prod(each.shape[:-1]), 4)) ** 0.5, each.shape) for each in network.get_weights()
    ]
    network.set_weights(weights)
    record = replace(Run.load(PRETRAINED).record, architecture=architecture)
    return Run.save(folder, record, lambda folder: export(network, folder))


def test_a_stroke_that_grows_point_by_point_leaves_the_ink_of_the_whole(stage: Stage) -> None:
    """Also after strokes were undone, drawn with another brush, and where another stroke takes a live one's place."""
    told = [each for each in drawings(150) if len(each) > 1]
    assert len(told) > 30
    differing = stage.page.evaluate(
        """async (drawings) => {
            const { Paper } = await import("/ink.js");
            const grown = new Paper();
            const differing = [];
            const compare = (place, strokes, live) => {
                const whole = new Paper().show(live ? [...strokes, live] : strokes, null);
                if (!grown.show(strokes, live).every((level, i) => level === whole[i])) differing.push(place);
            };
            drawings.forEach((told, place) => {
                const drawn = [];
                for (const [width, ...points] of told) {
                    const live = { width, points: [] };
                    for (let i = 0; i < points.length; i += 2) {
                        live.points.push(points[i], points[i + 1]);
                        if (i % 14 === 0) compare(place, [...drawn], live);
                        else grown.show([...drawn], live);
                    }
                    compare(place, [...drawn, live], null);
                    compare(place, [...drawn], { width: width + 3, points: points.slice(0, 4) });
                    drawn.push(live);
                    compare(place, [...drawn], null);
                }
                compare(place, drawn.slice(0, -1), null);
                compare(place, drawn.slice(0, -1), drawn.at(-1));
                compare(place, drawn.slice(1), null);
            });
            return differing;
        }""",
        told,
    )
    assert differing == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda weights: weights[:-1], "end too early"),
        (lambda weights: weights[:0], "end too early"),
        (lambda weights: weights + b"0", "too many"),
    ],
)
def test_a_network_of_the_wrong_size_is_none(change: Callable[[bytes], bytes], complaint: str, stage: Stage) -> None:
    packed = portable.pack(Run.load(PRETRAINED))
    damaged = base64.b64encode(change(packed.weights)).decode()
    with pytest.raises(Error, match=complaint):
        stage.page.evaluate(READ, {"model": packed.description, "weights": damaged, "drawings": []})


def test_a_layer_that_the_page_does_not_know_is_none(stage: Stage) -> None:
    packed = portable.pack(Run.load(PRETRAINED))
    description = json.loads(json.dumps(packed.description))
    description["network"]["layers"][0]["kind"] = "Dropout"
    with pytest.raises(Error, match="unknown kind of layer: Dropout"):
        stage.page.evaluate(READ, {"model": description, "weights": "", "drawings": []})
