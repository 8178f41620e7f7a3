"""Where a fragment stands on the page is copied quickly.

Streamlit notes that place when the page runs, and copies it before every run of the fragment, piece by piece with
`copy.deepcopy`, which looks into everything: at a drawing, as long as the network takes to read ten. A place is a few
numbers and a list.
"""

from typing import Any

from streamlit.cursor import RunningCursor, SparseList


def copy_places_quickly() -> None:
    """Have Streamlit do so from now on."""
    RunningCursor.__deepcopy__ = copied  # type: ignore[attr-defined]


def copied(place: RunningCursor, _: dict[int, Any]) -> RunningCursor:
    """Another one that stands there, and goes on by itself."""
    same = object.__new__(type(place))
    elements: SparseList[Any] = SparseList()
    for index, element in place.transient_elements.items():
        elements[index] = element
    vars(same).update(vars(place), _transient_elements=elements)
    return same
