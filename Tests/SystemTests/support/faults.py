"""What can happen to a request, by name."""

import threading
import time
from collections.abc import Callable

from fault_proxy import Answer, Exchange

Act = Callable[[Exchange], None]


def refused(status: int, code: str, *headers: tuple[str, str]) -> Act:
    return lambda exchange: exchange.refuse(status, code, headers)


def pass_on(exchange: Exchange) -> None:
    exchange.answer(exchange.forward())


def reset(exchange: Exchange) -> None:
    """The connection breaks before the server has heard of the request."""
    exchange.read()
    exchange.reset()


def reset_within_request(at: int) -> Act:
    """`at`: the byte of the body; below zero it counts from the end."""

    def act(exchange: Exchange) -> None:
        exchange.read(at if at >= 0 else exchange.length + at)
        exchange.reset()

    return act


def reset_within_head(at: int) -> Act:
    def act(exchange: Exchange) -> None:
        exchange.send(exchange.forward().head()[:at])
        time.sleep(0.05)
        exchange.reset()

    return act


def reset_within_answer(at: int) -> Act:
    """`at`: the byte of the body; below zero it counts from the end."""

    def act(exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.send(answer.head() + answer.body[:at])
        # A reset throws away what the other side has not read yet.
        time.sleep(0.05)
        exchange.reset()

    return act


def truncated(exchange: Exchange) -> None:
    """The connection ends in good order, before the body has its length."""
    answer = exchange.forward()
    exchange.send(answer.head() + answer.body[: len(answer.body) // 2])
    exchange.close()


def lost(exchange: Exchange) -> None:
    """The server has done what was asked; the client never hears of it."""
    exchange.forward()
    exchange.reset()


def error_within_200(exchange: Exchange) -> None:
    exchange.refuse(200, "InternalError")


def slow(seconds: float) -> Act:
    def act(exchange: Exchange) -> None:
        time.sleep(seconds)
        pass_on(exchange)

    return act


def dripping(count: int) -> Act:
    """So many bytes every tenth of a second."""

    def act(exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.send(answer.head())
        for start in range(0, len(answer.body), count):
            exchange.send(answer.body[start : start + count])
            time.sleep(0.1)

    return act


class Hold:
    """Keeps a request waiting, so that something can happen meanwhile; then its connection ends."""

    def __init__(self, at: str):
        """`at`: before the server has heard of it, within its answer, or after the server has done it."""
        self.at = at
        self.arrived, self.released, self.carried_out = threading.Event(), threading.Event(), threading.Event()
        self.status: int | None = None
        self._forwards = False

    def __call__(self, exchange: Exchange) -> None:
        if self.at == "before":
            exchange.read()
            self._wait()
            if self._forwards:
                self._forward(exchange)
        else:
            answer = self._forward(exchange)
            if self.at == "within":
                exchange.send(answer.head() + answer.body[: len(answer.body) // 2])
            self._wait()
        exchange.close()

    def release(self, forwards: bool = False) -> None:
        """Lets go of the request. `forwards`: the server does what was asked after all."""
        self._forwards = forwards
        self.released.set()

    def _forward(self, exchange: Exchange) -> Answer:
        answer = exchange.forward()
        self.status = answer.status
        self.carried_out.set()
        return answer

    def _wait(self) -> None:
        self.arrived.set()
        self.released.wait(60)


FAULTS: dict[str, Act] = {
    "503": refused(503, "ServiceUnavailable"),
    "slow down": refused(503, "SlowDown"),
    "500": refused(500, "InternalError"),
    "reset": reset,
    "reset after the head": reset_within_answer(0),
    "error within 200": error_within_200,
    "wrong region": refused(301, "PermanentRedirect", ("x-amz-bucket-region", "eu-central-1")),
    "expired token": refused(400, "ExpiredToken"),
    "latency": slow(1.5),
}
"""To every request."""

FAULTS_OF_GETS: dict[str, Act] = {
    "reset within the head": reset_within_head(40),
    "reset at the first byte": reset_within_answer(1),
    "reset within the body": reset_within_answer(10_000),
    "reset before the last byte": reset_within_answer(-1),
    "truncated body": truncated,
}
FAULTS_OF_PUTS: dict[str, Act] = {
    "reset at the request's first byte": reset_within_request(1),
    "reset within the request": reset_within_request(700),
    "reset before the request's last byte": reset_within_request(-1),
    "lost answer": lost,
}
