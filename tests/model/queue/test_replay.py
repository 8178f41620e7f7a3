"""model.queue.replay, model.run.looks and model.run.curve: a finished run as it went."""

from pathlib import Path

import numpy as np
import pytest

from model.errors import UnusableFile
from model.queue.replay import Replay
from model.run import PRETRAINED, RECORDED, Result, Run
from model.run.curve import CURVE_POINTS, Points, smoothed
from model.run.looks import KEPT_LOOKS, LOOKS_FILE, Look, Looks


def look(batches: int) -> Look:
    return Look(batches, np.full((2, 3, 3), 0.5, np.float32), np.full((10, 10), 0.1, np.float32), Result(1.0, 0.5))


def test_the_recorded_run_begins_untrained_and_ends_as_it_ended() -> None:
    replay = Replay(Run.load(RECORDED))
    start, middle, end = (replay.at(batches) for batches in (0, replay.batches // 2, replay.batches))
    assert replay.batches == 5 * 938
    assert (start.curve, start.epochs, start.seconds) == ((), (), 0)
    assert start.look is not None
    assert start.look.batches == 0
    assert len(middle.epochs) == 2
    assert middle.seconds == pytest.approx(replay.seconds / 2)
    assert middle.look is not None
    assert 0 < middle.look.batches <= replay.batches // 2
    assert end.epochs == replay.run.record.epochs
    assert end.curve[-1].loss < middle.curve[0].loss
    assert replay.at(10**9).batches_done == replay.batches


def test_a_run_without_looks_is_replayed_all_the_same() -> None:
    replay = Replay(Run.load(PRETRAINED))
    assert replay.at(replay.batches).look is None
    assert replay.at(replay.batches).curve


def test_looks_come_back_as_they_were(tmp_path: Path) -> None:
    Looks([look(0), look(8)]).save(tmp_path)
    first, second = Looks.load(tmp_path).all
    assert (first.batches, second.batches, second.test) == (0, 8, Result(1.0, 0.5))
    assert (second.filters == 0.5).all()
    again = Look.from_json(second.to_json())
    assert np.allclose(again.probabilities, second.probabilities, atol=1e-4)


def test_of_too_many_looks_the_first_and_the_last_stay() -> None:
    looks = Looks()
    for batches in range(1000):
        looks.add(look(batches))
        assert len(looks.all) <= KEPT_LOOKS
    assert (looks.all[0].batches, looks.all[-1].batches) == (0, 999)
    assert looks.at(998) is not None


def test_damaged_looks_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / LOOKS_FILE).write_bytes(b"PK")
    with pytest.raises(UnusableFile, match=r"^The run's looks\.npz is missing or damaged[^\n]*\.$"):
        Looks.load(tmp_path)


def test_points_stay_few_and_keep_their_extremes() -> None:
    points = Points()
    for value in range(2 * CURVE_POINTS):
        points.add(float(value), [float(value)], [0.5])
    assert len(points.all) < CURVE_POINTS
    assert points.all[0].losses[0] == 0
    assert points.all[-1].losses[1] == 2 * CURVE_POINTS - 1


def test_smoothing_takes_the_mean_of_neighbours_and_keeps_the_ends() -> None:
    assert smoothed([0.0, 3.0, 6.0, 3.0, 0.0], 1) == pytest.approx([0, 3, 4, 3, 0])
    assert smoothed([], 3) == []
    assert smoothed([1.0, 2.0], 0) == [1, 2]
