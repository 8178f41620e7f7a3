"""The Train page without a browser: links, ids, the queue, the pin, the recorded run; and the time machine on Draw."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Slider

from model.plan import FAST, Architecture, Dense, Flatten, Recipe, recipe
from model.queue import State, TrainingJob, TrainingQueue
from model.run import run
from model.run.limits import Limits
from model.run.store import watch_id
from pages.parts import session
from pages.parts.train import replay
from tests.pages.page import html, opened
from tests.runs import FINISHES, WAITS_FOR_STOP, wait_for

TRAIN = "pages/train.py"


@pytest.fixture
def limits() -> Limits:
    return Limits(waiting_runs=1)


@pytest.fixture
def trains(queue: TrainingQueue) -> TrainingJob:
    """Somebody's run, which goes on until it is stopped."""
    job = queue.start(WAITS_FOR_STOP)
    wait_for(job, State.TRAINING)
    return job


def keys(at: AppTest) -> set[str | None]:
    return {button.key for button in at.button}


def place_of(at: AppTest) -> Slider[int]:
    """Shows where the recorded run is."""
    return next(slider for slider in at.slider if str(slider.key).startswith("replay_place"))


def place(at: AppTest) -> int:
    return int(str(place_of(at).value))


def text(at: AppTest) -> str:
    return "\n".join([*(each.value for each in at.markdown), *(each.value for each in at.caption), html(at)])


def kept_run(queue: TrainingQueue, folder: Path = run.RECORDED) -> tuple[str, str]:
    """The ids of a finished run on disk, its owner's first."""
    owner_id = queue.store.new_id()
    run_id = watch_id(owner_id)
    shutil.copytree(folder, queue.store.folder(run_id))
    return owner_id, run_id


def test_a_link_opens_the_page_set_up_and_start_trains_it(queue: TrainingQueue) -> None:
    at = opened(TRAIN, recipe="too-little-data", epochs="7", optimizer="SGD", augmentation="on")
    assert not at.exception
    assert at.number_input(key="epochs_too-little-data").value == 7
    at.button(key="start").click().run()
    (job,) = queue._jobs.values()
    assert job.recipe == Recipe(batch_size=16, epochs=7, images=500, optimizer="SGD", augmentation=True)


def test_settings_stand_in_the_link() -> None:
    at = opened(TRAIN)
    at.button_group(key="preset").select("Fast").run()
    at.number_input(key="seed_Fast").set_value(5).run()
    assert at.query_params["recipe"] == "fast"
    assert at.query_params["seed"] == "5"
    assert "epochs" not in at.query_params


def test_a_link_with_what_cannot_be_gets_one_sentence(queue: TrainingQueue) -> None:
    at = opened(TRAIN, recipe="fast", epochs="5000", batch_size="x")
    assert not at.exception
    assert [warning.value for warning in at.warning] == [
        "The link's settings were not taken: The batch size must be a whole number."
    ]
    at.button(key="start").click().run()
    (job,) = queue._jobs.values()
    assert job.recipe == recipe.NOTEBOOK


def test_watchers_may_not_stop_and_owners_may(trains: TrainingJob) -> None:
    watcher = opened(TRAIN, run=trains.id)
    assert not watcher.exception
    assert "You are watching this run" in text(watcher)
    assert {"stop", "discard", "delete"} & keys(watcher) == set()
    assert trains.owner_id not in str(watcher.main)
    owner = opened(TRAIN, run=trains.owner_id)
    assert {"stop", "discard"} <= keys(owner)
    assert any(f"run={trains.id}" in code.value for code in owner.code)
    owner.button(key="discard").click().run()
    assert trains.progress.state == State.CANCELLED


@pytest.mark.usefixtures("trains")
def test_the_queue_says_how_many_come_before_and_the_recorded_run_opens() -> None:
    at = opened(TRAIN)
    at.button(key="start").click().run()
    assert not at.exception
    (bar,) = (element.proto for element in at.get("progress") if "Waiting" in element.proto.text)
    assert bar.text.startswith("Waiting: 1 run before yours, about ")
    assert "discard" not in keys(at)
    assert at.button(key="stop").label == "Leave the queue"
    assert "replay_play" in keys(at)
    other = opened(TRAIN)
    other.button(key="start").click().run()
    assert other.warning[0].value.startswith("1 runs are waiting already")


def test_a_run_is_deleted_by_its_owner_alone(queue: TrainingQueue) -> None:
    owner_id, run_id = kept_run(queue)
    assert "delete" not in keys(opened(TRAIN, run=run_id))
    at = opened(TRAIN, run=owner_id)
    at.button(key="delete").click().run()
    assert not at.exception
    assert queue.store.find(run_id) is None


def test_a_deleted_run_is_used_and_pinned_no_longer(queue: TrainingQueue) -> None:
    owner_id, run_id = kept_run(queue)
    at = opened(TRAIN, run=owner_id, model=run_id, pin=run_id)
    at.button(key="delete").click().run()
    assert not at.exception
    assert not {"run", "model", "pin"} & at.query_params.keys()


def test_a_run_that_its_owner_deletes_is_gone_for_all_who_watch_it(queue: TrainingQueue) -> None:
    owner_id, run_id = kept_run(queue)
    watcher = opened(TRAIN, run=run_id)
    assert "use" in keys(watcher)
    queue.delete(owner_id)
    watcher.run()
    assert not watcher.exception
    assert "use" not in keys(watcher)
    assert any("is no longer here" in info.value for info in watcher.info)


def test_a_second_tab_of_the_same_browser_finds_the_run(
    trains: TrainingJob, queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.stop(trains)
    monkeypatch.setattr(session, "visitor", lambda: "Ada")
    job = queue.start(WAITS_FOR_STOP, visitor="Ada")
    wait_for(job, State.TRAINING)
    second = opened(TRAIN)
    assert {"stop", "discard"} <= keys(second)
    queue.stop(job)
    wait_for(job, State.FINISHED)
    second.run()
    assert "use" in keys(second)


def test_who_watches_another_run_is_led_to_the_own_one(
    trains: TrainingJob, queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "visitor", lambda: "Ada")
    own = queue.start(FINISHES, Architecture((Flatten(), Dense(10))), visitor="Ada")
    at = opened(TRAIN, run=trains.id)
    at.button(key="start").click().run()
    assert at.warning[0].value.startswith("A run of yours waits or trains already")
    at.button(key="show_own").click().run()
    assert not at.exception
    assert at.query_params["run"] == own.owner_id
    assert at.button(key="stop").label == "Leave the queue"
    assert "28×28×1 → 784 → 10; 7,850 parameters." in text(at)


def test_the_link_for_a_class_has_the_settings_and_not_the_visitors_own_run(queue: TrainingQueue) -> None:
    owner_id, _ = kept_run(queue)
    at = opened(TRAIN, run=owner_id, recipe="fast", epochs="3")
    links = [code.value.partition("?")[2] for code in at.code]
    assert "recipe=fast&epochs=3" in links
    assert owner_id not in "".join(links)


@pytest.mark.usefixtures("trains")
def test_a_watcher_reads_what_is_trained_and_how_many_come_before(queue: TrainingQueue) -> None:
    waiting = queue.start(FINISHES)
    at = opened(TRAIN, run=waiting.id)
    (bar,) = (element.proto for element in at.get("progress") if "Waiting" in element.proto.text)
    assert bar.text.startswith("Waiting: 1 run before this one, about ")
    assert "RMSprop · learning rate 0.001, constant · batches of 64 · 1 epoch over 60,000 images · seed 1" in text(at)


def test_a_pinned_run_is_compared_with_the_next(queue: TrainingQueue) -> None:
    _, pinned = kept_run(queue)
    _, other = kept_run(queue, run.PRETRAINED)
    at = opened(TRAIN, run=pinned)
    at.button(key="pin_run").click().run()
    assert at.query_params["pin"] == pinned
    assert "Pinned run" not in html(at)
    at = opened(TRAIN, run=other, pin=pinned)
    assert not at.exception
    table = html(at)
    assert "Pinned run" in table
    assert "<th scope='row'>Learning rate</th><td>0.001</td><td>0.006</td>" in table


def test_a_finished_run_says_what_happened_and_shows_its_network(queue: TrainingQueue) -> None:
    _, run_id = kept_run(queue)
    at = opened(TRAIN, run=run_id)
    assert not at.exception
    assert at.info[0].value.startswith("It ")
    assert "32 filters of 3 × 3" in html(at)
    assert "<th scope='row'>5</th>" in html(at)


def test_the_recorded_run_costs_nothing_until_it_is_opened() -> None:
    at = opened(TRAIN)
    assert "replay_play" not in keys(at)
    at.session_state["recorded"] = True
    at.run()
    assert not at.exception
    place_of(at).set_value(2000).run()
    assert any("Epoch 3 of 5" in element.proto.text for element in at.get("progress"))
    at.button(key="replay_play").click().run()
    at.session_state["replay_since"] -= 1  # a second later
    at.run()
    assert place(at) > 2000
    assert not at.exception


def test_where_the_recorded_run_was_before_takes_it_back_only_when_a_visitor_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slow browser, which has not taken in yet where the slider is, tells the last place with its next look."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(replay, "time", SimpleNamespace(monotonic=lambda: clock.now))
    at = opened(TRAIN)
    at.session_state["recorded"] = True
    at.run()
    at.button(key="replay_play").click().run()
    reached: list[int] = []
    for _ in range(2):
        clock.now += 1
        place_of(at).set_value(reached[-1] if reached else 0).run()
        reached.append(place(at))
    assert 0 < reached[0] < reached[1] < 3000
    place_of(at).set_value(3000).run()
    assert place(at) == 3000
    clock.now += 10_000
    place_of(at).set_value(reached[0]).run()
    assert place(at) == 4690
    place_of(at).set_value(reached[0]).run()
    assert place(at) == reached[0]
    assert not at.exception


def test_one_run_for_each_visitor_even_without_its_link(queue: TrainingQueue) -> None:
    at = opened(TRAIN)
    at.button(key="start").click().run()
    (job,) = queue._jobs.values()
    assert job.visitor
    wait_for(job, State.FINISHED)
    assert queue.start(FINISHES, visitor=job.visitor)


def test_the_fast_preset_is_what_is_trained(queue: TrainingQueue) -> None:
    at = opened(TRAIN, recipe="fast")
    at.button(key="start").click().run()
    (job,) = queue._jobs.values()
    assert job.recipe == FAST
