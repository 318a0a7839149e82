"""An invoice as a PDF file, drawn by ReportLab."""

import re
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from ..web.file_links import logo_name
from . import logo_drawing
from .invoice_sheet import NOTE, Sheet

_FONT: Final = "DejaVuSans"
_DRAWING: Final = Lock()
"""A font counts, for each file, which of its letters are used; it is not made for threads."""
_BEYOND: Final = re.compile("[^\u0000-\uffff]")
"""Letters that ReportLab prints, but whose code it writes in a way that no program reads."""
_SOFT: Final = HexColor("#666666")
_LINE: Final = HexColor("#cccccc")
_MARGIN: Final = 20 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN

registerFont(TTFont(_FONT, Path(__file__).parent / "static" / "dejavu" / f"{_FONT}.ttf"))

_TEXT: Final = ParagraphStyle("text", fontName=_FONT, fontSize=9.5, leading=13.5, wordWrap="LTR", splitLongWords=1)
_LABEL: Final = ParagraphStyle("label", _TEXT, fontSize=8, leading=11, textColor=_SOFT)
_TITLE: Final = ParagraphStyle("title", _TEXT, fontSize=17, leading=21)
_RIGHT: Final = ParagraphStyle("right", _TEXT, alignment=2)
_RIGHT_LABEL: Final = ParagraphStyle("right label", _LABEL, alignment=2)
_TOTAL: Final = ParagraphStyle("total", _TEXT, fontSize=12, leading=17)
_RIGHT_TOTAL: Final = ParagraphStyle("right total", _TOTAL, alignment=2)


def pdf(it: Sheet) -> bytes:
    """The file. It is the same for the same invoice: it holds no date of its own."""
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"Invoice {it.number}",
        author=it.operator,
        creator="Wattif",
        lang="en",
        invariant=1,
    )
    with _DRAWING:
        document.build(_content(it))
    return file.getvalue()


def _content(it: Sheet) -> list[Any]:
    """The parts of the file, from top to bottom."""
    name = logo_name(it.operator)
    mark = ParagraphStyle("mark", _TITLE, textColor=HexColor("#ffffff"), alignment=1)
    ground = HexColor(logo_drawing.colours(name).ground)
    square = Table(
        [[_paragraph(logo_drawing.initials(name), mark)]],
        [16 * mm],
        [16 * mm],
        style=[("BACKGROUND", (0, 0), (0, 0), ground), ("VALIGN", (0, 0), (0, 0), "MIDDLE")],
        cornerRadii=[3.5 * mm] * 4,
    )
    title = [_paragraph(f"Invoice {it.number}", _TITLE), _paragraph(it.operator, _LABEL)]
    head = Table(
        [[square, title]], [21 * mm, _WIDTH - 21 * mm], style=[*_FLUSH, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    )
    lines: list[list[Any]] = [
        [_paragraph(text, _LABEL) for text in ("Item", "Quantity", "Price")]
        + [_paragraph(f"Amount ({it.currency})", _RIGHT_LABEL)],
        *([*(_paragraph(text, _TEXT) for text in line[:3]), _paragraph(line.amount, _RIGHT)] for line in it.lines),
        [_paragraph("Without VAT", _TEXT), "", "", _paragraph(it.net, _RIGHT)],
        [_paragraph(f"VAT ({it.vat_rate} %)", _TEXT), "", "", _paragraph(it.vat, _RIGHT)],
        [_paragraph("Total, paid", _TOTAL), "", "", _paragraph(f"{it.total} {it.currency}", _RIGHT_TOTAL)],
    ]
    ruled = ("LINEBELOW", (0, 0), (-1, len(it.lines)), 0.5, _LINE)
    bill = Table(lines, [_WIDTH * share for share in (0.29, 0.21, 0.26, 0.24)], style=[*_FLUSH, ruled])
    return [
        head,
        Spacer(0, 8 * mm),
        _grid(it.parties),
        Spacer(0, 3 * mm),
        _grid(it.facts),
        Spacer(0, 5 * mm),
        bill,
        Spacer(0, 8 * mm),
        Table([[_paragraph(NOTE, _LABEL)]], [_WIDTH], style=_FLUSH),
    ]


_FLUSH: Final = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def _grid(pairs: tuple[tuple[str, str], ...]) -> Table:
    """Pairs of a label and a text, two beside each other."""
    cells: list[Any] = [[_paragraph(label, _LABEL), _paragraph(text, _TEXT)] for label, text in pairs]
    rows = [[*cells[n : n + 2], ""][:2] for n in range(0, len(cells), 2)]
    ruled = ("LINEABOVE", (0, 0), (-1, 0), 0.5, _LINE)
    return Table(rows, [_WIDTH / 2] * 2, style=[*_FLUSH, ruled])


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """A text that is wrapped; what looks like markup is printed as it stands."""
    return Paragraph(escape(_BEYOND.sub("\ufffd", text)).replace("\n", "<br/>"), style)
