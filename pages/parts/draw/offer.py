"""Below the answer: what else the drawing may hold, as two digits side by side or one in a ring, and what they are."""

from html import escape

from model.ink.offers import Kind, Offer, offer_in
from model.ink.strokes import PenStroke
from model.run import Run
from pages.parts.answer import percent
from pages.parts.models import classifier_of, refusal_of
from pages.parts.pictures import data_uri

_NUMBERS = {2: "two", 3: "three", 4: "four"}
_SENTENCES = {
    Kind.RING: "Without the ring around it:",
    Kind.LINE: "Without the line under it:",
    Kind.CROSSED_OUT: "Without what is crossed out:",
    Kind.BARS: "Joined, as the bars of a display:",
}


def offer_html(strokes: tuple[PenStroke, ...], answer: int | None, run: Run) -> str:
    """Nothing, where the drawing holds nothing else than what was answered.

    Args:
        answer: the digit that was read, None where the drawing was said to be no digit.
        run: of the model that reads.

    Raises:
        UnusableFile: the model's files are missing or damaged.
    """
    offer = offer_in(strokes, refusal_of(run), is_digit=answer is not None)
    if offer is None:
        return ""
    readings = [classifier_of(run).read(prepared.image) for prepared in offer.digits]
    if [reading.digit for reading in readings] == [answer]:
        return ""
    pictures = "".join(
        f'<li><img src="{data_uri(prepared.image)}" width="56" height="56" alt=""> <b>{reading.digit}</b> '
        f"<span>{percent(reading.confidence)} % sure</span></li>"
        for prepared, reading in zip(offer.digits, readings, strict=True)
    )
    return f'<div class="offer"><p>{escape(_sentence(offer))}</p><ul>{pictures}</ul></div>'


def _sentence(offer: Offer) -> str:
    return _SENTENCES.get(offer.kind) or f"This looks like {_NUMBERS[len(offer.digits)]} digits:"
