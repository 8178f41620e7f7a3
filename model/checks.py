"""Checks of numbers that come from outside: from widgets, links and files, where any client can write what it likes."""


def check_count(name: str, value: object, limits: tuple[int, int]) -> None:
    """Refuse what is no whole number within its limits, both included.

    Raises:
        ValueError: with a sentence that says which number, and between what it must be.
    """
    lowest, highest = limits
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"The {name} must be a whole number.")
    if not lowest <= value <= highest:
        raise ValueError(f"The {name} must be between {lowest:,} and {highest:,}.")
