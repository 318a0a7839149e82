"""Tests of the web service, which runs in a process of its own and gets address and key from its environment."""

import os
import subprocess
import sys

import httpx2
import pytest


@pytest.fixture
def app(wattif):
    with subprocess.Popen([sys.executable, "app.py"], env=os.environ | wattif.env, stdout=subprocess.PIPE) as process:
        with httpx2.Client(base_url=process.stdout.readline().decode().strip()) as client:
            yield client
        process.terminate()


def start(wattif):
    answer = wattif.charge.post("/charging_sessions", json=wattif.orders["charge"])
    return answer.raise_for_status().json()["id"]


def test_session_counts_once_it_has_a_cost(wattif, app):
    page = f"/drivers/{wattif.sample['charge']['driver']}/total"
    before = app.get(page).json()
    session = start(wattif)

    wattif.advance(until=(session, "completed"))
    owed = app.get(page).json()
    wattif.advance(until=(session, "settled"))
    paid = app.get(page).json()

    assert owed == {"sessions": before["sessions"] + 1, "total": before["total"] + 4138, "owed": 4138}
    assert paid == owed | {"owed": 0}


def test_unknown_driver_owes_nothing(app):
    assert app.get("/drivers/drv_unknown/total").json() == {"sessions": 0, "total": 0, "owed": 0}


def test_key_that_opens_nothing_is_an_error_of_the_service(wattif, app):
    wattif.delete()

    answer = app.get("/drivers/drv_unknown/total")

    assert (answer.status_code, answer.json()) == (502, {"error": "Invalid API key provided."})
