"""model.run.limits: what the environment says."""

import pytest

from model.run.limits import Limits


def test_the_environment_sets_limits() -> None:
    limits = Limits.from_environment({"DIGITS_RUNS_AT_ONCE": "2", "DIGITS_KEPT_DAYS": "0.5", "HOME": "/"})
    assert limits == Limits(runs_at_once=2, kept_days=0.5)


@pytest.mark.parametrize("value", ["", "many", "0", "-1", "nan", "1.5"])
def test_what_is_no_number_is_passed_over_with_a_line_in_the_log(value: str, caplog: pytest.LogCaptureFixture) -> None:
    assert Limits.from_environment({"DIGITS_KEPT_RUNS": value}) == Limits()
    assert caplog.messages == ["DIGITS_KEPT_RUNS must be a number above 0; it stays 100"]
