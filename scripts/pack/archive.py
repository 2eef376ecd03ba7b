"""Zip archives whose bytes depend on their content alone."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from scripts import dates


def write(path: Path, files: dict[str, bytes]) -> None:
    """Write an archive with these files, in this order, all dated with the last commit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    day = datetime.fromtimestamp(int(dates.commit_time()), UTC)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, max(day.timetuple()[:6], (1980, 1, 1, 0, 0, 0))), data, zipfile.ZIP_DEFLATED)


def settle(path: Path) -> None:
    """Write an archive that some library made anew, with the same files and settled dates."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    write(path, files)
