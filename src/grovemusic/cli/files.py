"""Files the command line writes playlists to."""

from pathlib import Path

from grovemusic import exports
from grovemusic.cli import show
from grovemusic.domain.errors import BadAsk


def check(path: Path) -> None:
    """Refuse a file that could not be written, before a playlist is made for it.

    Raises:
        BadAsk: its ending names no format, or there is no such folder.
    """
    exports.format_named(path.suffix.lstrip("."))
    if not path.absolute().parent.is_dir():
        raise BadAsk("--save", f"there is no folder {path.parent}")


def write(path: Path, text: str) -> None:
    """Write `text` as UTF-8 and say so.

    Raises:
        BadAsk: the system refuses.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise BadAsk(str(path), f"cannot be written: {error.strerror}") from error
    show.err.print(show.plain(f"wrote {path}"), soft_wrap=True)
