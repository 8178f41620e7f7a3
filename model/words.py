"""Numbers in words, as sentences need them."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def counted(number: int, what: str) -> str:
    """As in "1 filter" and "32 filters"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def ordinal(number: int) -> str:
    """As in "first"; from the eleventh to the twentieth as in "11th"."""
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}th"
