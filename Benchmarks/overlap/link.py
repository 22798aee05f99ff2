"""A network link between two local ports: so much bandwidth each way, shared by all connections, and so much latency.

    python link.py --to 8333 --megabytes 50 --milliseconds 10      # prints the port that it listens on

It models a link's rate, its propagation and a connection's handshake (one round trip more before the first byte). It
does not model TCP's slow start or loss.
"""

import argparse
import asyncio

CHUNK = 32 << 10
# Bytes that may wait for the link: as long as they would take it, the sender is not read from.
QUEUE_SECONDS = 0.01


class Direction:
    """One way of the link."""

    def __init__(self, bytes_per_second: float, latency: float):
        self.rate, self.latency = bytes_per_second, latency
        self.free_at = 0.0

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, extra: float) -> None:
        clock = asyncio.get_running_loop().time
        # What is on the wire at once, at most.
        wire: asyncio.Queue = asyncio.Queue(max(4, int(self.rate * (self.latency + extra + QUEUE_SECONDS) / CHUNK)))
        arrival = asyncio.ensure_future(self._arrive(wire, sink))
        opened = clock() + extra
        try:
            while data := await source.read(CHUNK):
                while (ahead := self.free_at - clock()) > QUEUE_SECONDS:
                    await asyncio.sleep(ahead - QUEUE_SECONDS / 2)
                self.free_at = max(self.free_at, clock(), opened) + len(data) / self.rate
                await wire.put((self.free_at + self.latency, data))
        except ConnectionError:
            pass
        await wire.put((0, b""))
        await arrival

    async def _arrive(self, wire: asyncio.Queue, sink: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while True:
                due, data = await wire.get()
                if not data:
                    break
                if (wait := due - clock()) > 0:
                    await asyncio.sleep(wait)
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            while (await wire.get())[1]:
                pass
        sink.close()


async def serve(port: int, bytes_per_second: float, latency: float) -> None:
    up, down = Direction(bytes_per_second, latency), Direction(bytes_per_second, latency)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            up.carry(reader, upstream_writer, 2 * latency), down.carry(upstream_reader, writer, 0),
            return_exceptions=True)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=int, required=True, help="the port at the other end")
    parser.add_argument("--megabytes", type=float, required=True, help="bandwidth of each direction, MB/s")
    parser.add_argument("--milliseconds", type=float, required=True, help="latency of each direction")
    given = parser.parse_args()
    asyncio.run(serve(given.to, given.megabytes * 1e6, given.milliseconds / 1e3))
