"""model.run.weights_file: a network as a file goes and comes back whole; anything else is refused in one sentence."""

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model.plan import FAST, Architecture, Conv2D, Dense, Flatten
from model.reading import Classifier
from model.run import PRETRAINED
from model.run.weights import LayerWeights
from model.run.weights_file import MAXIMUM_BYTES, SavedNetwork, UnusableWeights

SMALL = Architecture((Conv2D(2), Flatten(), Dense(10)))
SHAPES = {"conv2d/kernel": (3, 3, 1, 2), "conv2d/bias": (2,), "dense/kernel": (1352, 10), "dense/bias": (10,)}

Arrays = dict[str, np.ndarray[Any, Any]]


def arrays() -> Arrays:
    """What stands in a good file, to be damaged by a test."""
    random = np.random.default_rng(1)
    return {
        "design": np.array(json.dumps(SMALL.to_json())),
        "recipe": np.array(json.dumps(FAST.to_json())),
        **{name: random.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()},
    }


def npz(content: Arrays, *, compressed: bool = False) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **content)  # type: ignore[arg-type]
    return file.getvalue()


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as packed:
        for name, member in members.items():
            packed.writestr(name, member)
    return file.getvalue()


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(npz(arrays()))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def same(first: tuple[LayerWeights, ...], second: tuple[LayerWeights, ...]) -> bool:
    return all(
        np.array_equal(one.kernel, other.kernel) and np.array_equal(one.bias, other.bias)
        for one, other in zip(first, second, strict=True)
    )


def test_a_network_goes_and_comes_back_whole() -> None:
    saved = SavedNetwork(Architecture(), FAST, Classifier.load(PRETRAINED).weights)
    found = SavedNetwork.unpack(saved.pack())
    assert (found.architecture, found.recipe) == (Architecture(), FAST)
    assert same(found.weights, saved.weights)
    assert found.weights[0].kernel.shape == (3, 3, 1, 32)
    assert not found.weights[0].kernel.flags.writeable


@pytest.mark.parametrize("compressed", [False, True])
def test_numpy_reads_and_writes_such_files(*, compressed: bool) -> None:
    saved = SavedNetwork.unpack(npz(arrays(), compressed=compressed))
    with np.load(io.BytesIO(saved.pack()), allow_pickle=False) as content:
        assert content.keys() == arrays().keys()
        for name, array in arrays().items():
            np.testing.assert_array_equal(content[name], array)


def test_an_array_in_fortrans_order_is_read_as_numpy_reads_it() -> None:
    kernel = np.asfortranarray(np.random.default_rng(2).normal(size=(1352, 10)).astype(np.float32))
    np.testing.assert_array_equal(SavedNetwork.unpack(changed(dense__kernel=kernel)).weights[1].kernel, kernel)


def changed(**replaced: Any) -> bytes:
    return npz(arrays() | {name.replace("__", "/"): np.asarray(array) for name, array in replaced.items()})


def without(name: str) -> bytes:
    return npz({other: array for other, array in arrays().items() if other != name})


def member(name: str, content: bytes) -> bytes:
    return archive(members() | {f"{name}.npy": content})


def npy(header: str, content: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    """An array's file with any description."""
    return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header.encode("latin1") + content


def described(descr: str, shape: str, *, fortran: bool = False) -> str:
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n"


class Hostile:
    """Would run as soon as it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return exec, ("raise SystemExit('unpickled')",)


def design(*layers: dict[str, Any]) -> bytes:
    return changed(design=json.dumps(list(layers)))


DENSE = {"kind": "Dense", "units": 10}
ZEROS = b"\0" * 60_000_000
DAMAGED = "This is no .npz file of weights, or it is damaged."
NO_DESIGN = "This file has no design of a network in it, so nobody can tell what its weights are of."
BAD_DESIGN = "The design in this file is not one of a network that this app can build."
BAD_RECIPE = "The recipe in this file is not one that this app knows."
OTHER_ARRAYS = "The arrays in this file are not those of the design that it names."
TOO_LARGE = "This file is larger than 20 MB, and was not opened."
BOMB = "This file would unpack to more than 20 MB, and was not opened."
NOT_FLOATS = "dense/bias in this file is not made of 32-bit floating-point numbers."
BIAS = np.ones(10, np.float32)


def with_claimed_size(content: bytes, size: int) -> bytes:
    """The archive with another size claimed for its last member, in its directory and before the member itself."""
    directory, local = content.rindex(b"PK\x01\x02"), content.rindex(b"PK\x03\x04")
    claim = bytearray(content)
    claim[directory + 24 : directory + 28] = claim[local + 22 : local + 26] = struct.pack("<I", size)
    return bytes(claim)


def with_a_member_beyond_any_file() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, member in members().items():
            packed.writestr(name, member)
        packed.infolist()[-1].header_offset = 1 << 63
    return file.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", DAMAGED),
    "a text": (lambda: b"weights, honestly", DAMAGED),
    "a Keras file": (lambda: (PRETRAINED / "model.keras").read_bytes(), NO_DESIGN),
    "a LiteRT file": (lambda: (PRETRAINED / "model.tflite").read_bytes(), DAMAGED),
    "an .npz of something else": (lambda: (PRETRAINED / "refusal.npz").read_bytes(), NO_DESIGN),
    "an empty archive": (lambda: archive({}), NO_DESIGN),
    "cut short": (lambda: npz(arrays())[:-500], DAMAGED),
    "cut in the middle": (lambda: npz(arrays())[:20_000], DAMAGED),
    "one byte changed": (lambda: npz(arrays()).replace(arrays()["dense/bias"].tobytes(), b"\x01" * 40), DAMAGED),
    "more than 20 MB": (lambda: b"\0" * (MAXIMUM_BYTES + 1), TOO_LARGE),
    "a zip bomb": (lambda: archive(members() | {"x.npy": ZEROS}, zipfile.ZIP_DEFLATED), BOMB),
    "a zip bomb in the design": (lambda: archive(members() | {"design.npy": ZEROS}, zipfile.ZIP_DEFLATED), BOMB),
    "a zip bomb that claims little": (
        lambda: with_claimed_size(archive(members() | {"z.npy": ZEROS}, zipfile.ZIP_DEFLATED), 100),
        OTHER_ARRAYS,
    ),
    "packed by LZMA": (lambda: archive(members(), zipfile.ZIP_LZMA), DAMAGED),
    "packed by bzip2": (lambda: archive(members(), zipfile.ZIP_BZIP2), DAMAGED),
    "thousands of members": (lambda: archive(members() | {f"{number}": b"" for number in range(3000)}), DAMAGED),
    "a member beyond any file": (with_a_member_beyond_any_file, DAMAGED),
    "no design": (lambda: without("design"), NO_DESIGN),
    "no recipe": (lambda: without("recipe"), NO_DESIGN),
    "a missing array": (lambda: without("dense/bias"), OTHER_ARRAYS),
    "one array more": (lambda: changed(extra=BIAS), OTHER_ARRAYS),
    "a path for a name": (lambda: archive(members() | {"../../evil.npy": b""}), OTHER_ARRAYS),
    "objects": (lambda: changed(dense__bias=np.array([Hostile()] * 10, object)), DAMAGED),
    "objects for a design": (lambda: changed(design=np.array(Hostile(), object)), BAD_DESIGN),
    "a design that is no JSON": (lambda: changed(design="{"), BAD_DESIGN),
    "a design of numbers": (lambda: changed(design=np.ones(3)), BAD_DESIGN),
    "a design that is no list": (lambda: changed(design='{"kind": 1}'), BAD_DESIGN),
    "a design of strings": (lambda: changed(design='["Dense"]'), BAD_DESIGN),
    "a design that is null": (lambda: changed(design="null"), BAD_DESIGN),
    "a design nested deeply": (lambda: changed(design="[" * 15_000), BAD_DESIGN),
    "a design too long": (lambda: changed(design="[" + " " * 30_000 + "]"), BAD_DESIGN),
    "a layer of an unknown kind": (lambda: design({"kind": "Lambda"}, DENSE), BAD_DESIGN),
    "a layer without its settings": (lambda: design({"kind": "Conv2D"}, DENSE), BAD_DESIGN),
    "a layer with one setting more": (lambda: design({"kind": "Flatten", "x": 1}, DENSE), BAD_DESIGN),
    "a kind that is a list": (lambda: design({"kind": []}, DENSE), BAD_DESIGN),
    "a layer far too large": (
        lambda: design({"kind": "Conv2D", "filters": 10**12}, {"kind": "Flatten"}, DENSE),
        BAD_DESIGN,
    ),
    "a design that does not fit together": (
        lambda: design({"kind": "Conv2D", "filters": 2, "kernel_size": 28}, {"kind": "MaxPooling2D"}, DENSE),
        "The design in this file is not one of a network that this app can build: "
        "After the first convolution 1×1 is left: a 2×2 pooling window no longer fits.",
    ),
    "a design with too many parameters": (
        lambda: design({"kind": "Flatten"}, {"kind": "Dense", "units": 1000}, DENSE),
        "The design in this file is not one of a network that this app can build: This network has 795,010 parameters; "
        "up to 500,000 can be trained here: take fewer filters or units, a smaller kernel, or one more pooling.",
    ),
    "a recipe with an unknown setting": (lambda: changed(recipe='{"colour": "red"}'), BAD_RECIPE),
    "a recipe out of its limits": (lambda: changed(recipe='{"epochs": 1000000}'), BAD_RECIPE),
    "a recipe that is a list": (lambda: changed(recipe="[1]"), BAD_RECIPE),
    "a recipe with NaN": (lambda: changed(recipe='{"learning_rate": NaN}'), BAD_RECIPE),
    "weights of another shape": (
        lambda: changed(conv2d__kernel=np.ones((3, 3, 1, 3), np.float32)),
        "conv2d/kernel in this file is 3×3×1×3, but its design asks for 3×3×1×2.",
    ),
    "a single number for a bias": (
        lambda: changed(dense__bias=np.float32(1)),
        "dense/bias in this file is a single value, but its design asks for 10.",
    ),
    "NaN": (lambda: changed(dense__bias=BIAS * np.nan), "dense/bias in this file holds a number that is not finite."),
    "infinity": (
        lambda: changed(dense__bias=BIAS * np.inf),
        "dense/bias in this file holds a number that is not finite.",
    ),
    "numbers of 64 bits": (lambda: changed(dense__bias=np.ones(10)), NOT_FLOATS),
    "whole numbers": (lambda: changed(dense__bias=np.ones(10, np.int32)), NOT_FLOATS),
    "other bytes first": (lambda: changed(dense__bias=BIAS.astype(">f4")), NOT_FLOATS),
    "fewer numbers than described": (lambda: member("dense/bias", npy(described("'<f4'", "(10,)"), b"ab")), NOT_FLOATS),
    "a huge shape": (
        lambda: member("dense/bias", npy(described("'<f4'", "(999999999999,)"))),
        "dense/bias in this file is 999999999999, but its design asks for 10.",
    ),
    "a negative shape": (lambda: member("dense/bias", npy(described("'<f4'", "(-1,)"))), DAMAGED),
    "no magic": (lambda: member("dense/bias", b"\0" * 100), DAMAGED),
    "a description that is no Python": (lambda: member("dense/bias", npy("(" * 900)), DAMAGED),
    "a description far too long": (
        lambda: member("dense/bias", npy(described("'<f4'", "(10,)") + " " * 5_000)),
        DAMAGED,
    ),
    "a description that calls": (lambda: member("dense/bias", npy("__import__('os')")), DAMAGED),
    "a later format": (lambda: member("dense/bias", npy("", version=b"\x02\x00")), DAMAGED),
    "an unreadable letter in the design": (
        lambda: member("design", npy(described("'<U1'", "()"), b"\xff\xff\xff\xff")),
        BAD_DESIGN,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused_in_one_sentence(name: str) -> None:
    content, sentence = REFUSED[name]
    with pytest.raises(UnusableWeights) as refusal:
        SavedNetwork.unpack(content())
    assert str(refusal.value) == sentence


def test_an_archive_with_a_name_twice_is_refused() -> None:
    file = io.BytesIO(npz(arrays()))
    with zipfile.ZipFile(file, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr("dense/bias.npy", members()["dense/bias.npy"])
    with pytest.raises(UnusableWeights, match=OTHER_ARRAYS):
        SavedNetwork.unpack(file.getvalue())


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(npz(arrays()))
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(signature) + flags] |= 1
    with pytest.raises(UnusableWeights, match="or it is damaged"):
        SavedNetwork.unpack(bytes(content))


def test_whatever_is_damaged_is_taken_whole_or_refused_in_a_sentence() -> None:
    random = np.random.default_rng(1)
    good = [npz(arrays()), npz(arrays(), compressed=True)]
    sentences = []
    for number in range(1000):
        damaged = np.frombuffer(good[number % 2], np.uint8).copy()
        # The directory and the first member's description are where damage leads astray.
        directory = good[number % 2].index(b"PK\x01\x02")
        places = np.concatenate([np.arange(700), np.arange(directory, len(damaged))])
        damaged[random.choice(places, random.integers(1, 9))] = random.choice([0, 1, 255, int(random.integers(256))])
        try:
            SavedNetwork.unpack(damaged.tobytes())
        except UnusableWeights as error:
            sentences.append(str(error))
    assert 500 < len(sentences) < 1000
    assert all(re.fullmatch(r"[^\n]+\.", sentence) for sentence in sentences)
