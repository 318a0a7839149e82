"""The pipelines of GitHub Actions and GitLab CI are well formed, and their lines pass beside the service."""

from collections.abc import Callable
from typing import Any, Final

import pytest
import yaml

from tests.docs.reader import Reader
from tests.installed import ROOT

EXAMPLES: Final = ROOT / "examples"
GITHUB: Final[dict[Any, Any]] = yaml.safe_load(
    (EXAMPLES / "github-actions" / ".github" / "workflows" / "test.yml").read_text("utf-8")
)
GITLAB: Final[dict[str, Any]] = yaml.safe_load((EXAMPLES / "gitlab-ci" / ".gitlab-ci.yml").read_text("utf-8"))
JOB: Final[dict[str, Any]] = GITHUB["jobs"]["test"]


def test_workflow_of_github_has_the_service_that_its_steps_call() -> None:
    """YAML reads `on` as true. The published port is that of the addresses, and both sides have one key."""
    service = JOB["services"]["wattif"]

    assert GITHUB[True] == ["push", "pull_request"]
    assert service["image"] == "${{ vars.WATTIF_IMAGE }}"
    assert service["ports"] == ["8000:8000"]
    assert {url.split("/")[2] for name, url in JOB["env"].items() if name.endswith("_URL")} == {"localhost:8000"}
    assert service["env"]["WATTIF_CHARGE_KEY"] == JOB["env"]["CHARGE_KEY"]


def test_job_of_gitlab_has_the_service_that_its_script_calls() -> None:
    """The host of the addresses is the service's alias, and both sides have one key."""
    job, (service,) = GITLAB["test"], GITLAB["test"]["services"]

    assert service == {"name": "$WATTIF_IMAGE", "alias": "wattif"}
    assert {url.split("/")[2] for name, url in job["variables"].items() if name.endswith("_URL")} == {"wattif:8000"}
    assert job["variables"]["WATTIF_CHARGE_KEY"] == job["variables"]["CHARGE_KEY"]


def test_pipelines_run_the_same_tests() -> None:
    """What stands for a reader's tests is in each folder, because a folder is copied as a whole."""
    assert (EXAMPLES / "github-actions" / "test.sh").read_text() == (EXAMPLES / "gitlab-ci" / "test.sh").read_text()


@pytest.mark.slow
def test_steps_of_github_pass(reader_in: Callable[[str], Reader]) -> None:
    """Each step that is a command succeeds beside the service."""
    lines = [step["run"] for step in JOB["steps"] if "run" in step]

    assert lines
    run(reader_in("github-actions"), JOB["services"]["wattif"]["env"], JOB["env"], lines)


@pytest.mark.slow
def test_script_of_gitlab_passes(reader_in: Callable[[str], Reader]) -> None:
    """Each line but the installation succeeds beside the service, which has the job's variables too."""
    job = GITLAB["test"]
    before: list[str] = job["before_script"]
    lines = [*before[1:], *job["script"]]
    variables = {name: value.replace("//wattif:", "//localhost:") for name, value in job["variables"].items()}

    assert before[0].startswith("apk add ")
    run(reader_in("gitlab-ci"), variables, variables, lines)


def run(reader: Reader, of_service: dict[str, str], of_job: dict[str, str], lines: list[str]) -> None:
    """Runs the lines of a job beside its service."""
    assignments = " ".join(f"{name}={value}" for name, value in of_service.items())
    served = reader.type(f"{assignments} wattif serve")
    assert served.code is None, served.printed
    reader.type(f"export {' '.join(f'{name}={value}' for name, value in of_job.items())}")
    for line in lines:
        done = reader.type(line)
        assert done.code == 0, f"{line}: {done.printed}"
