"""One request and its answer, on the way between uvicorn and the application."""

import asyncio

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ..web.refusals import FAILED
from . import answers


class Exchange(RequestResponseCycle):
    """uvicorn's exchange, which ends with a problem body where uvicorn's ends with plain text.

    `is_cut` is true when the server stops while the answer is sent; what then fails is no bug.
    """

    is_cut = False

    async def run_asgi(self, app: ASGI3Application) -> None:
        try:
            await app(self.scope, self.receive, self.send)
        except asyncio.CancelledError:
            await self._give_up(*answers.STOPPING)
        except Exception as error:
            if not self.is_cut:
                self.logger.error("A request failed. This is a bug in Wattif.", exc_info=error)  # noqa: TRY400
            await self._give_up(500, FAILED)
        else:
            if not self.response_complete and not self.disconnected:
                self.logger.error("A request ended without a whole answer. This is a bug in Wattif.")
                await self._give_up(500, FAILED)
        finally:
            self.on_response = _nothing

    def cut(self) -> None:
        """Ends the exchange, because its client is gone or the server stops."""
        self.disconnected = True
        self.message_event.set()

    async def _give_up(self, status: int, detail: str) -> None:
        """Answers if no answer has begun. Otherwise the client sees that its answer is not whole."""
        if self.response_complete or self.disconnected:
            return
        if self.response_started:
            self.transport.close()
            return
        content = answers.body(status, detail)
        await self.send({"type": "http.response.start", "status": status, "headers": answers.head(content)})
        await self.send({"type": "http.response.body", "body": content, "more_body": False})


def _nothing() -> None:
    pass
