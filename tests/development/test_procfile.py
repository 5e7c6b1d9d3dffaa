from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.development.procfile import ProcfileError, read_procfile


def test_commands_are_read_by_name_in_the_files_order(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("# processes\n\nrelease: migrate\nweb:  serve --port ${PORT:-1} # all: of it\n")
    assert list(read_procfile(path).items()) == [
        ("release", "migrate"),
        ("web", "serve --port ${PORT:-1} # all: of it"),
    ]


@pytest.mark.parametrize("line", ["web", "web:", "web:  ", "we b: serve", ": serve"])
def test_a_line_that_is_no_process_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "Procfile"
    path.write_text(f"release: migrate\n{line}\n")
    with pytest.raises(ProcfileError, match=r"^Procfile, line 2: expected `name: command`\.$"):
        read_procfile(path)


def test_the_projects_own_procfile_names_release_web_and_worker() -> None:
    assert list(read_procfile(Path(__file__).parents[2] / "Procfile")) == [
        "release",
        "web",
        "worker",
    ]
