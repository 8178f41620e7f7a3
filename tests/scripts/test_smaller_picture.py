"""A picture is made smaller before it is sent; and whatever goes wrong, the file goes on as it came."""

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload

from tests.scripts.stage import Stage, Told

SCRIPT = "draw/smaller_picture.js"
LARGEST = 2_000_000
SIDE = 2000

# As Streamlit's field stands in the page: it hears of files after all that listens before the page does.
FIELD = '<div class="st-key-picture_file"><section><input type="file" multiple></section></div>'

LISTEN = """() => {
    const [field, input] = [document.querySelector(".st-key-picture_file"), document.querySelector("input")];
    window.left = 0;
    window.dropped = 0;
    field.addEventListener("dragleave", () => { window.left += 1; });
    field.addEventListener("drop", (event) => { window.dropped += 1; event.preventDefault(); });
    window.listen = () => {
        window.came = new Promise((resolve) => field.addEventListener("change", () => resolve(), { once: true }));
    };
    window.listen();
}"""

ARRIVED = """async () => {
    await window.came;
    window.listen();
    const { files } = document.querySelector("input");
    return Promise.all([...files].map(async (file) => {
        const bytes = new Uint8Array(await file.arrayBuffer());
        let text = "";
        for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
        return { name: file.name, type: file.type, content: btoa(text) };
    }));
}"""

DROP = """({ name, content }) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name));
    const place = document.querySelector("section");
    return place.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""

# As Firefox changes a canvas that is read while it guards against being known by it.
GUARDED = """() => {
    const read = CanvasRenderingContext2D.prototype.getImageData;
    CanvasRenderingContext2D.prototype.getImageData = function (...place) {
        const image = read.apply(this, place);
        crypto.getRandomValues(image.data.subarray(0, 60000));
        return image;
    };
}"""

# As others do.
WHITE = """() => {
    CanvasRenderingContext2D.prototype.getImageData = (x, y, width, height) =>
        new ImageData(new Uint8ClampedArray(4 * width * height).fill(255), width, height);
}"""

# Too large to be unpacked: nothing is drawn, and nobody complains.
DRAWS_NOTHING = "() => { CanvasRenderingContext2D.prototype.drawImage = () => {}; }"
IS_NEVER_UNPACKED = "() => { Object.defineProperty(Image.prototype, 'onload', { set() {} }); }"
CANNOT_PUT_BACK = "() => { window.DataTransfer = class { constructor() { throw new TypeError(); } }; }"


@dataclass(frozen=True)
class Arrived:
    name: str
    type: str
    content: bytes

    @property
    def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(self.content))


def mounted(stage: Stage, prepare: str = "() => {}") -> None:
    stage.page.evaluate(prepare)
    stage.mount(SCRIPT, {"largest": LARGEST}, around=FIELD)
    stage.page.evaluate(LISTEN)


def choose(stage: Stage, *files: tuple[str, bytes]) -> None:
    stage.find("input").set_input_files(
        [FilePayload(name=name, mimeType="application/octet-stream", buffer=content) for name, content in files]
    )


def arrived(stage: Stage) -> list[Arrived]:
    """What the field gets."""
    files: list[dict[str, Any]] = stage.page.evaluate(ARRIVED)
    return [Arrived(each["name"], each["type"], base64.b64decode(each["content"])) for each in files]


def photo(width: int = 3000, height: int = 2250, kind: str = "JPEG", **options: Any) -> bytes:
    """One quarter of it is dark; with a grain that takes its bytes."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(180, 240, (height, width), np.uint8)
    pixels[: height // 2, : width // 2] //= 4
    file = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(file, format=kind, **options)
    return file.getvalue()


def quarters(image: Image.Image) -> list[bool]:
    """Which ones are dark, from left to right and from top to bottom."""
    grey = np.asarray(image.convert("L").resize((2, 2), Image.Resampling.BOX))
    return [bool(level < 128) for level in grey.ravel()]


PHOTO = photo()


def test_a_photo_is_made_smaller(stage: Stage) -> None:
    mounted(stage)
    choose(stage, ("IMG 1.2.HEIC", PHOTO))
    (small,) = arrived(stage)
    assert (small.name, small.type) == ("IMG 1.2.jpg", "image/jpeg")
    assert small.picture.size == (SIDE, 1500)
    assert quarters(small.picture) == [True, False, False, False]
    assert len(small.content) < len(PHOTO)
    assert stage.told() == []
    assert stage.find(".st-key-picture_file").get_attribute("aria-busy") is None


def test_it_is_upright_as_its_notes_say(stage: Stage) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    mounted(stage)
    choose(stage, ("a.jpg", photo(exif=exif)))
    (small,) = arrived(stage)
    assert small.picture.size == (1500, SIDE)
    assert quarters(small.picture) == [False, True, False, False]
    assert not small.picture.getexif()


def test_what_is_small_is_sent_as_it_is_and_so_are_several(stage: Stage) -> None:
    mounted(stage)
    small = photo(300, 200)
    choose(stage, ("a.jpg", small))
    assert [(file.name, file.content) for file in arrived(stage)] == [("a.jpg", small)]
    choose(stage, ("a.jpg", PHOTO), ("b.jpg", PHOTO))
    assert [file.content for file in arrived(stage)] == [PHOTO, PHOTO]


def test_what_is_transparent_stays_so(stage: Stage) -> None:
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (800, 1000, 4), np.uint8)
    rgba[:, :500, 3] = 0
    rgba[:, 500:, 3] = 255
    file = io.BytesIO()
    Image.fromarray(np.repeat(np.repeat(rgba, 3, axis=0), 3, axis=1)).save(file, format="PNG")
    mounted(stage)
    choose(stage, ("a.png", file.getvalue()))
    (small,) = arrived(stage)
    assert (small.name, small.type) == ("a.png", "image/png")
    assert small.picture.size == (SIDE, 1600)
    opacity = np.asarray(small.picture)[..., 3]
    assert (opacity[:, :990] == 0).all()
    assert (opacity[:, 1010:] == 255).all()


def test_what_was_dropped_is_made_smaller_too_and_the_field_does_not_wait_for_it(stage: Stage) -> None:
    mounted(stage)
    follows = stage.page.evaluate(DROP, {"name": "a.jpg", "content": base64.b64encode(PHOTO).decode()})
    assert not follows, "the browser would show it in the place of the page"
    (small,) = arrived(stage)
    assert small.picture.size == (SIDE, 1500)
    assert stage.page.evaluate("[window.left, window.dropped]") == [1, 0]
    stage.page.evaluate(DROP, {"name": "a.jpg", "content": base64.b64encode(photo(300, 200)).decode()})
    assert stage.page.evaluate("[window.left, window.dropped]") == [1, 1]


@pytest.mark.parametrize(
    ("prepare", "content"),
    [
        ("() => {}", b"\0\0\0\x18ftypheic" + bytes(600_000)),
        (GUARDED, PHOTO),
        (WHITE, PHOTO),
        (DRAWS_NOTHING, PHOTO),
        (CANNOT_PUT_BACK, PHOTO),
        ("() => { HTMLCanvasElement.prototype.getContext = () => null; }", PHOTO),
        ("() => { HTMLCanvasElement.prototype.toBlob = (take) => take(null); }", PHOTO),
    ],
    ids=[
        "unknown form",
        "guarded canvas",
        "white canvas",
        "draws nothing",
        "cannot be put back",
        "no canvas",
        "no file",
    ],
)
def test_what_cannot_be_made_smaller_goes_on_as_it_came(stage: Stage, prepare: str, content: bytes) -> None:
    mounted(stage, prepare)
    choose(stage, ("a.heic", content))
    assert [(file.name, file.content) for file in arrived(stage)] == [("a.heic", content)]


def test_a_picture_that_takes_too_long_goes_on_as_it_came(stage: Stage) -> None:
    mounted(stage, IS_NEVER_UNPACKED)
    choose(stage, ("a.jpg", PHOTO))
    assert stage.find(".st-key-picture_file").get_attribute("aria-busy") == "true"
    stage.wind(20_000)
    assert [file.content for file in arrived(stage)] == [PHOTO]
    assert stage.find(".st-key-picture_file").get_attribute("aria-busy") is None


def test_what_is_too_large_for_the_server_and_stays_so_is_told(stage: Stage) -> None:
    """The field says so, too, but in a corner."""
    content = b"\0\0\0\x18ftypheic" + bytes(LARGEST)
    mounted(stage)
    choose(stage, ("a.heic", content))
    assert [file.content for file in arrived(stage)] == [content]
    assert stage.told() == [Told("trigger", "refused", len(content))]


def test_the_file_that_was_chosen_last_counts(stage: Stage) -> None:
    mounted(stage)
    choose(stage, ("a.jpg", PHOTO))
    choose(stage, ("b.jpg", PHOTO))
    assert [file.name for file in arrived(stage)] == ["b.jpg"]


@pytest.mark.parametrize(
    ("vendor", "system", "heic", "others"),
    [
        ("Google Inc.", "X11; Linux x86_64", True, 0),
        ("Google Inc.", "Linux; Android 14; K", True, 1),
        ("Apple Computer, Inc.", "iPhone; CPU iPhone OS 18_6 like Mac OS X", False, 0),
    ],
)
def test_the_field_names_the_forms(stage: Stage, vendor: str, system: str, heic: bool, others: int) -> None:
    """HEIC only where nobody turns it into JPEG; and on Android something else, so that the camera is offered, too."""
    values = f"{{ vendor: {{ value: '{vendor}' }}, userAgent: {{ value: 'Mozilla/5.0 ({system})' }} }}"
    mounted(stage, f"() => Object.defineProperties(navigator, {values})")
    forms = (stage.find("input").get_attribute("accept") or "").split(",")
    assert forms[0] == "image/jpeg"
    assert "image/*" not in forms
    assert ("image/heic" in forms, ".heic" in forms) == (heic, heic)
    assert sum(not form.startswith(("image/", ".")) for form in forms) == others


def test_a_field_that_comes_later_names_them_too_until_the_component_leaves(stage: Stage) -> None:
    stage.mount(SCRIPT, {"largest": LARGEST})
    place = "() => document.body.insertAdjacentHTML('beforeend', arguments[0])".replace("arguments[0]", f"`{FIELD}`")
    stage.page.evaluate(place)
    assert stage.find("input").get_attribute("accept")
    stage.page.evaluate("() => document.querySelector('div').remove()")
    stage.page.evaluate(LISTEN)
    stage.end()
    choose(stage, ("a.jpg", PHOTO))
    assert [file.content for file in arrived(stage)] == [PHOTO]
