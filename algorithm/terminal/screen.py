"""An output stream for people: its width, and whether it supports redrawing and colours."""

import os
from collections.abc import Sequence
from typing import TextIO

WIDTH = 80  # of a terminal that doesn't report its width
ENDLESS = 10_000
BOLD, DIM, CYAN = 1, 2, 36


class Screen:
    """A stream that may be a terminal.

    live: whether a line can be redrawn. Colours are used only if it is live, and not if the
    environment has NO_COLOR.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._coloured = self.live and not os.environ.get("NO_COLOR")

    @property
    def width(self) -> int:
        """The current number of columns; practically unlimited for a file."""
        if not self.live:
            return ENDLESS
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or WIDTH
        except (OSError, ValueError):
            return WIDTH

    def shows(self, characters: str) -> bool:
        """Return whether the stream's encoding has these characters."""
        try:
            characters.encode(self._stream.encoding or "ascii")
        except UnicodeEncodeError:
            return False
        return True

    def write(self, text: str) -> None:
        """Write a text; characters that the stream's encoding lacks become question marks."""
        encoding = self._stream.encoding or "ascii"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()

    def styled(self, text: str, *codes: int) -> str:
        """Return a text with its colour or weight, if the stream supports it."""
        if not self._coloured or not text:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"

    def write_lines(self, lines: Sequence[str]) -> None:
        self.write("".join(f"{line}\n" for line in lines))
