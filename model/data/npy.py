"""Arrays one after the other in one file, in NumPy's format, checked before anything is unpacked or mapped."""

from typing import IO, Any

import numpy as np
import numpy.typing as npt


def read_array(file: IO[bytes], kind: type[np.generic], *shape: int | None) -> npt.NDArray[Any]:
    """The next array of a file, which must be of this type and shape; read-only.

    Args:
        shape: None stands for any length.

    Raises:
        ValueError: it is another array, or none.
    """
    found = _read_header(file, kind, shape)
    size = int(np.prod(found)) * np.dtype(kind).itemsize
    content = file.read(size)
    if len(content) != size:
        raise ValueError("the file ends within an array")
    return np.frombuffer(content, kind).reshape(found)


def read_mapped(file: IO[bytes], kind: type[np.generic], *shape: int | None) -> npt.NDArray[Any]:
    """The same, left on disk: the system reads what is looked at. The file may be closed afterwards."""
    found = _read_header(file, kind, shape)
    return np.memmap(file, kind, "r", file.tell(), found)


def _read_header(file: IO[bytes], kind: type[np.generic], shape: tuple[int | None, ...]) -> tuple[int, ...]:
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"an array of version {version}")
    found, by_columns, found_kind = np.lib.format.read_array_header_1_0(file)
    fits = len(found) == len(shape) and all(
        wanted in (None, length) for wanted, length in zip(shape, found, strict=True)
    )
    if not fits or by_columns or found_kind != kind:
        raise ValueError(f"an array {found} of {found_kind}, not {shape} of {np.dtype(kind)}")
    return tuple(found)
