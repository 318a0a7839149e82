"""What a program writes into `docs/` is as that program writes it today."""

import pytest

from docs.tools import control_api, picture, python_api


def test_reference_of_the_control_api_is_current() -> None:
    """The page is what its contract says."""
    written = (control_api.ROOT / "docs" / "control-api.md").read_text("utf-8")

    assert written == control_api.page(), "run: python docs/tools/control_api.py > docs/control-api.md"


def test_reference_of_the_python_packages_is_current() -> None:
    """The page is what the docstrings say."""
    written = (python_api.ROOT / "docs" / "python-api.md").read_text("utf-8")

    assert written == python_api.page(), "run: python docs/tools/python_api.py > docs/python-api.md"


@pytest.mark.slow
def test_picture_of_a_session_is_current() -> None:
    """The curves are those of the session as a server answers it."""
    drawn = picture.drawing(*picture.readings())

    assert picture.PICTURE.read_text("utf-8") == drawn, "run: python -m docs.tools.picture"
