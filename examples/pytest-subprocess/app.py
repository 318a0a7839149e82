"""A web service that tells what a driver's charging has cost: `GET /drivers/{driver}/total`.

It reads the address of Charge's API and its key from the environment, under the names BILLING_URL and BILLING_KEY, and
prints the address at which it answers. It needs only Python's standard library, and knows nothing of the sandbox.
"""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

BILLING_URL, BILLING_KEY = os.environ["BILLING_URL"], os.environ["BILLING_KEY"]


class Handler(BaseHTTPRequestHandler):
    """Answers JSON. What Charge refuses is a 502 with the message of Charge."""

    def do_GET(self) -> None:
        match self.path.split("/"):
            case ["", "drivers", driver, "total"]:
                try:
                    self._answer(200, total(driver))
                except HTTPError as refused:
                    self._answer(502, {"error": json.load(refused)["message"]})
            case _:
                self._answer(404, {"error": "There is no such page."})

    def log_message(self, *_: object) -> None:
        """Logs nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def total(driver: str) -> dict[str, Any]:
    """What a driver's sessions have cost, and what is still to be paid, in cents."""
    sessions = list(sessions_of(driver))
    due = sum(session["amount_due"] for session in sessions)
    return {"sessions": len(sessions), "total": due, "owed": due - sum(session["amount_paid"] for session in sessions)}


def sessions_of(driver: str) -> Iterator[dict[str, Any]]:
    """All sessions of a driver, from all pages."""
    page = f"{BILLING_URL}/charging_sessions?driver={quote(driver)}&limit=100"
    while page:
        with urlopen(Request(page, headers={"Authorization": f"Bearer {BILLING_KEY}"}), timeout=10) as answer:
            shown = json.load(answer)
        yield from shown["data"]
        page = shown["next_page_url"]


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
