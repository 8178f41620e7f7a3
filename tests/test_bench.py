"""The benchmark's own sums; what it measures, it measures when it runs."""

import pytest

from tests.bench import in_process
from tests.bench.__main__ import LONG_PARTS, PARTS, chosen
from tests.bench.figures import megabytes, milliseconds, seconds


def test_figures_say_median_and_spread() -> None:
    assert milliseconds([float(value) for value in range(101)]) == "median 50 ms, 95 % within 95 ms"
    assert seconds([2.0, 1.0, 4.5]) == "median 2.0 s, 1.0 to 4.5 s"
    assert megabytes(912_300_000) == "912 MB"


def test_lines_of_every_folder_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    in_process.lines()
    *folders, total = (int(line.split(" lines")[0].split()[-1].replace(",", "")) for line in _printed(capsys))
    assert sum(folders) == total > 3000
    assert min(folders) > 0


def test_parts_are_chosen_by_name() -> None:
    assert chosen([]).parts == list(PARTS)
    assert chosen(["--long"]).parts == [*PARTS, *LONG_PARTS]
    assert chosen(["train", "start"]).parts == ["train", "start"]


def test_a_part_that_does_not_exist_is_refused_with_a_list_of_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        chosen(["nonsense"])
    assert "there is no part 'nonsense', only start, draw" in capsys.readouterr().err


def _printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()
