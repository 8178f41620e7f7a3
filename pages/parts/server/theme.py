"""What every run of a page tells the browser of the app's colours and fonts is put together once.

Streamlit reads all 200 settings of the theme, and turns their names into those of the message, whenever any page or
fragment runs, which is at every drawing: as long as the network takes to read twenty.
"""

from collections.abc import Callable
from functools import wraps

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session


def remember_theme() -> None:
    """Have Streamlit do so from now on, until its settings are read again; to be called once."""
    streamlits = vars(app_session)
    filled, forget = once(streamlits["_populate_theme_msg"])
    streamlits["_populate_theme_msg"] = filled
    config.on_config_parsed(forget)


def once(fill: Callable[..., None]) -> tuple[Callable[..., None], Callable[[], None]]:
    """Fills a message with a section of the theme as it was filled the first time; and what makes it forget that."""
    filled: dict[str, CustomThemeConfig] = {}

    @wraps(fill)
    def fill_again(message: CustomThemeConfig, section: str = "theme") -> None:
        if section not in filled:
            fresh = CustomThemeConfig()
            fill(fresh, section)
            filled[section] = fresh
        # A section without settings is left out of the message, and does not stand there empty.
        if filled[section].ByteSize():
            message.MergeFrom(filled[section])

    return fill_again, filled.clear
