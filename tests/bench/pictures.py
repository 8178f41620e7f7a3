"""Digits in pictures: of each kind of scene, the share read right, refused and read wrong, and how long that takes."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from model.ink.drawn_digits import read_drawn_digits
from model.ink.photo import find_digits
from model.ink.picture_file import UnusablePicture, open_picture
from model.ink.preparation import prepare_ink
from model.ink.strokes import Drawing
from model.plan import DIGITS
from model.reading import Classifier, Refusal
from tests.bench.figures import show
from tests.drawn_digits import DRAWN_DIGITS
from tests.scenes import KINDS, Outcome, Scene, outcome, scene

SCENES = 40  # of each kind


def pictures(run: Path, drawn: Path | None) -> None:
    """Print the figures of each kind of scene; its digits are those written for the tests, or those of a file."""
    digits = digits_of(drawn)
    classifier, refusal = Classifier.load(run), Refusal.load(run)
    show("digits read right, refused, wrong; seconds a picture, and at most", f"{SCENES} scenes a kind")
    every: list[Outcome] = []
    answers: list[tuple[float, bool]] = []
    for kind in KINDS:
        outcomes, seconds = [], []
        for seed in range(SCENES):
            one = scene(kind, digits, seed)
            start = time.perf_counter()
            found, sure = _answered(one, classifier, refusal)
            seconds.append(time.perf_counter() - start)
            outcomes.append(found)
            answers += sure
        every += outcomes
        show(kind, f"{_shares(outcomes)}; {np.mean(seconds):.2f} s, {max(seconds):.2f} s")
    show("all", _shares(every))
    confidences, are_right = np.array(answers).T
    show("how sure the answers are, and how many are right", f"{confidences.mean():.1%}, {are_right.mean():.1%}")


def digits_of(drawn: Path | None) -> list[list[Drawing]]:
    """For each digit, drawings of it."""
    if drawn is None:
        return [
            [tuple(np.array(stroke, np.float64) for stroke in strokes) for strokes in DRAWN_DIGITS[digit].values()]
            for digit in range(DIGITS)
        ]
    every = read_drawn_digits(drawn)
    return [[each.strokes for each in every if each.label == digit] for digit in range(DIGITS)]


def outcome_of(one: Scene, classifier: Classifier, refusal: Refusal) -> Outcome:
    """What is read in a scene, against what it holds."""
    return _answered(one, classifier, refusal)[0]


def _answered(one: Scene, classifier: Classifier, refusal: Refusal) -> tuple[Outcome, list[tuple[float, bool]]]:
    """The same, and of each answer how sure it was and whether it was right."""
    picture = open_picture(one.file)
    try:
        photo = find_digits(picture, refusal)
    except UnusablePicture:
        return outcome(one, [], [], picture.shape[:2]), []
    found = [mark for mark in photo.found if mark.is_digit]
    readings = [classifier.read(prepare_ink(mark.ink).image) for mark in found]
    size = photo.picture.shape[:2]
    alone = [outcome(one, [mark.box], [each.digit], size) for mark, each in zip(found, readings, strict=True)]
    sure = [(each.confidence, not its.wrong) for each, its in zip(readings, alone, strict=True)]
    return outcome(one, [mark.box for mark in found], [each.digit for each in readings], size), sure


def _shares(outcomes: Sequence[Outcome]) -> str:
    right, refused, wrong = (sum(getattr(each, name) for each in outcomes) for name in ("right", "refused", "wrong"))
    total = sum(each.digits for each in outcomes)
    return f"{right / total:.1%}, {refused / total:.1%}, {wrong / total:.1%}"
