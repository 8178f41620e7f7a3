"""Tests of `pages.parts.server.theme`, against what Streamlit itself fills in."""

from typing import Any

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.parts.server.theme import once

OPTIONS = {"theme.primaryColor": "#112233", "theme.headingFontSizes": ["2rem"], "theme.dark.backgroundColor": "#000000"}


@pytest.fixture
def themed() -> Any:
    before = {name: config.get_option(name) for name in OPTIONS}
    for name, value in OPTIONS.items():
        config.set_option(name, value)
    yield
    for name, value in before.items():
        config.set_option(name, value)


def filled(fill: Any) -> CustomThemeConfig:
    message = CustomThemeConfig()
    fill(message)
    fill(message.dark, "theme.dark")
    fill(message.light.sidebar, "theme.light.sidebar")
    return message


@pytest.mark.usefixtures("themed")
def test_every_run_tells_the_same_theme_and_reads_it_once() -> None:
    streamlits = vars(app_session)["_populate_theme_msg"]
    sections: list[str] = []

    def fill(message: CustomThemeConfig, section: str) -> None:
        sections.append(section)
        streamlits(message, section)

    again, forget = once(fill)
    expected = filled(streamlits)
    assert expected.primary_color == "#112233"
    for _ in range(3):
        message = filled(again)
        assert message == expected
        # What is not set does not stand there empty.
        assert message.HasField("light") == expected.HasField("light")
    assert len(sections) == 3
    config.set_option("theme.primaryColor", "#445566")
    forget()
    assert filled(again).primary_color == "#445566"
