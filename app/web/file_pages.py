"""The pages of the files, which load nothing: the skeleton, its style, and the page of a refusal."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from html import escape
from http import HTTPStatus
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from .reasons import explain
from .responses import answer

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: light-dark(#666, #a0a0a0); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 44rem; padding: 2rem 1.25rem;
  overflow-wrap: anywhere; }
header { align-items: center; display: flex; flex-wrap: wrap; gap: 1rem; }
header svg { height: 64px; width: 64px; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
header p, footer { color: var(--soft); margin: 0; }
.parties, .facts { border-top: 1px solid var(--line); display: grid; gap: .75rem 2rem; margin: 1.25rem 0 0;
  padding-top: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; white-space: pre-line; }
table { border-collapse: collapse; margin: 1.5rem 0; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .5rem .4rem 0; text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .85rem; font-weight: normal; }
td:last-child, th:last-child { font-variant-numeric: tabular-nums; padding-right: 0; text-align: right;
  white-space: nowrap; }
tfoot td { border: 0; padding-bottom: 0; }
tfoot tr:last-child td { font-size: 1.2rem; font-weight: 700; }
footer { font-size: .85rem; }
@media print { :root { color-scheme: light; } .screen { display: none; } body { padding: 0; } }
"""
_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""A page follows the world's clock, so it is not kept; its address is a secret, so it is not passed on."""
_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
$content
</body>
</html>
""")


def page(  # noqa: PLR0917 - one call says all that a page is made of
    request: Request,
    title: str,
    content: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    style: str = "",
) -> Response:
    """A page with a title, which is a text, and a content, which is HTML; `style` is added to that of all pages."""
    html = _PAGE.substitute(title=escape(title), style=_STYLE + style, content=content)
    headers = {**_HEADERS, "Content-Security-Policy": _policy(style), **(headers or {})}
    return answer(request, html, status, media_type="text/html", headers=headers)


@cache
def _policy(style: str) -> str:
    """What a browser may load for a page with that style: the style and nothing else."""
    digest = b64encode(sha256((_STYLE + style).encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"


class FileError(Exception):
    """A refusal with a status and a sentence."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


def refusal(request: Request, error: FileError) -> Response:
    """The page that says why there is no file. Its sentence is the reason for the log."""
    explain(request, error.sentence)
    phrase = HTTPStatus(error.status).phrase
    content = f"<header><h1>{phrase}</h1></header>\n<p>{escape(error.sentence)}</p>"
    return page(request, f"{error.status} {phrase}", content, error.status, error.headers)
