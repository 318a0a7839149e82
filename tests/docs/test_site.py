"""The tools of the site turn links to the repository's files into links to pages, and refuse what would not work."""

from pathlib import Path

import pytest

from docs.tools import finish, stage


@pytest.mark.parametrize(
    ("file", "page"),
    [
        ("README.md", "index.md"),
        ("docs/time.md", "time.md"),
        ("docs/session.svg", "session.svg"),
        ("docs/decisions", "decisions/index.md"),
        ("app/vendors/charge/quirks.md", "quirks/charge.md"),
        ("examples", "files/examples/index.md"),
        ("examples/charge/journey.py", "files/examples/charge/journey.py.md"),
        (".env.example", "files/env.example.md"),
    ],
)
def test_files_become_pages(file: str, page: str) -> None:
    """Each file that a page links to has a page of its own on the site."""
    assert stage.page_of(stage.ROOT / file) == page


def test_links_lead_to_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to a file leads to its page, one to a quirk to its heading; blocks of code stay as they are."""
    docs = _checkout(tmp_path, monkeypatch)
    (docs / "a.md").write_text(
        "# A\n\n[`b`](../lib/b.py#L3) [X-001](../lib/quirks.md) `[d](d)`\n\n```text\n[c](c)\n```\n"
    )
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "b.py").write_text("b = 1\n")
    (tmp_path / "lib" / "quirks.md").write_text("# Quirks\n\n## X-001: odd\n\n- Source: https://x.example/{id}\n")

    stage.Stage(tmp_path / "site").write()

    pages = tmp_path / "site" / "pages"
    text = (pages / "a.md").read_text()
    assert "[`b`](files/lib/b.py.md#L3) [X-001](files/lib/quirks.md#X-001) `[d](d)`" in text
    assert "[c](c)" in text
    assert "b = 1" in (pages / "files" / "lib" / "b.py.md").read_text()
    assert "## X-001: odd {#X-001}" in (pages / "files" / "lib" / "quirks.md").read_text()


def test_every_broken_link_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to no file are refused together, with page and line."""
    docs = _checkout(tmp_path, monkeypatch)
    (docs / "a.md").write_text("# A\n\n[b](b.md)\n[c](../../outside.md)\n")

    with pytest.raises(stage.BrokenLinkError) as refused:
        stage.Stage(tmp_path / "site").write()

    assert str(refused.value).splitlines() == [
        "docs/a.md:3: b.md leads to no file of the repository",
        "docs/a.md:4: ../../outside.md leads to no file of the repository",
    ]


def test_site_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """A script, a font and a picture from elsewhere are faults; a link to elsewhere is none."""
    (tmp_path / "index.html").write_text(
        '<a href="https://x.example/">x</a><img src="https://x.example/i.png"><script src="//x.example/s.js"></script>'
    )
    (tmp_path / "a.css").write_text("@import url('https://x.example/font.css');")

    assert list(finish.faults(tmp_path)) == [
        "index.html loads https://x.example/i.png",
        "index.html loads //x.example/s.js",
        "a.css loads url('https://x.example/font.css",
    ]


def test_links_of_the_site_are_checked(tmp_path: Path) -> None:
    """A link to no page and one to no anchor are faults."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<h2 id="there">A</h2>')
    (tmp_path / "index.html").write_text('<a href="a/#there">1</a><a href="a/#gone">2</a><a href="b.html">3</a>')

    assert list(finish.faults(tmp_path)) == [
        "index.html links to a/#gone, and there is no such anchor",
        "index.html links to b.html, which is not there",
    ]


def test_script_of_the_search_is_our_own() -> None:
    """The script that the generator would load from elsewhere is a file of the site, from folders too."""
    page = '<script src="https://unpkg.com/iframe-worker/shim"></script>'

    assert finish.with_own_script(page, "../") == '<script src="../assets/iframe-worker.js"></script>'


def _checkout(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository; its folder of documentation."""
    docs = folder / "docs"
    (docs / "assets").mkdir(parents=True)
    (docs / "zensical.toml").touch()
    monkeypatch.setattr(stage, "ROOT", folder)
    monkeypatch.setattr(stage, "DOCS", docs)
    monkeypatch.setattr(stage, "_PAGES", {})
    return docs
