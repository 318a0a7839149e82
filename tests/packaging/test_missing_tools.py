"""Without the environments of `make packaging` the wheel's tests are skipped and say so; in CI they fail."""

from pathlib import Path

import pytest

from tests.packaging import environments


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A checkout in which `make packaging` has not run."""
    monkeypatch.setattr(environments, "_MADE", tmp_path)


def test_skipped_tests_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason begins with the words for which the end of a run repeats it."""
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"^NOT TESTED AS A WHEEL: "):
        environments.tools_python()
    assert environments.pythons() == {}


def test_a_run_in_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """With CI in the environment the same is a failure with the same reason."""
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match=r"^NOT TESTED AS A WHEEL: "):
        environments.tools_python()
