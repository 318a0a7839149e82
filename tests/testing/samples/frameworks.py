"""An application under test as it reads its settings, called through the test client of its framework."""

import os
from importlib import import_module
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.testing import SandboxWorld


@pytest.fixture
def settings_of_app(wattif: SandboxWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in wattif.env.items():
        monkeypatch.setenv(name, value)


def newest_session() -> dict[str, Any]:
    """What the application does."""
    key = {"Authorization": f"Bearer {os.environ['CHARGE_SECRET_KEY']}"}
    answer = httpx2.get(f"{os.environ['CHARGE_URL']}/charging_sessions", params={"limit": 1}, headers=key)
    session: dict[str, Any] = answer.json()["data"][0]
    return session


@pytest.mark.usefixtures("settings_of_app")
def test_fastapi() -> None:
    app = FastAPI()
    app.get("/newest")(newest_session)

    with TestClient(app) as client:
        assert client.get("/newest").json()["id"].startswith("cs_")


@pytest.mark.usefixtures("settings_of_app")
def test_django() -> None:
    django.conf.settings.configure(ALLOWED_HOSTS=["testserver"], ROOT_URLCONF=__name__, SECRET_KEY="unused")
    django.setup()

    assert django.test.Client().get("/newest").json()["id"].startswith("cs_")


def _loaded(*modules: str) -> Any:  # noqa: ANN401 - Django has no types
    """The package of the modules, which are imported; None if it is not installed."""
    try:
        for name in modules:
            import_module(name)
    except ImportError:
        return None
    return import_module(modules[0])


django = _loaded("django", "django.conf", "django.http", "django.test", "django.urls")
urlpatterns = django and [
    django.urls.path("newest", lambda _request: django.http.JsonResponse(newest_session())),
]
