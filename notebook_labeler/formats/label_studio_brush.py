"""Masks painted in Label Studio: the packed run lengths of thi.ng/rle-pack over the RGBA bytes of a picture.

Bits: 32 for the count of bytes, 5 for a word's width less 1, 4 times 4 for the widths of lengths less 1; then blocks:
1 for a run or 0 for single words, 2 for which width, a length less 1, the word or the words.
"""

from __future__ import annotations

from ..errors import BadInput

_CHANNELS = 4


def painted_runs(data: bytes, width: int, height: int) -> list[int]:
    """Give how many pixels in turn are bare, painted, bare, ... along the rows; painted is what is not transparent.

    Raises
    ------
    BadInput
        It is no such packing of a picture of that size.
    """
    bits = _Bits(data)
    total, word = bits.take(32), bits.take(5) + 1
    widths = [bits.take(4) + 1 for _ in range(4)]
    if total != width * height * _CHANNELS or word != 8:
        raise BadInput(f"expected a painted mask of {width} x {height} pixels, got one of {total} bytes.")
    counts, painted, at = [0], False, 0

    def add(pixels: int, here: bool) -> None:
        nonlocal painted
        if pixels and here != painted:
            counts.append(0)
            painted = here
        counts[-1] += pixels

    while at < total:
        run, which = bits.take(1), bits.take(2)
        end = at + 1 + bits.take(widths[which])
        if end > total:
            raise BadInput("expected a painted mask, got one with more pixels than its picture.")
        if run:
            add(end // _CHANNELS - at // _CHANNELS, bits.take(word) > 0)  # the last byte of four is the opacity
            at = end
        while at < end:
            value = bits.take(word)
            if at % _CHANNELS == _CHANNELS - 1:
                add(1, value > 0)
            at += 1
    return counts


class _Bits:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> int:
        end = self.at + count
        if end > 8 * len(self.data):
            raise BadInput("expected a painted mask, got one that ends too early.")
        number = int.from_bytes(self.data[self.at >> 3 : (end + 7) >> 3], "big") >> (-end & 7)
        self.at = end
        return number & ((1 << count) - 1)
