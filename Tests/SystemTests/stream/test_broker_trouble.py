"""Brokers that are not there, stall, speak something else, or are not to be trusted."""

import asyncio
import signal
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from runtime_parts import free_port
from stream_parts import Broker, Stream, key, stored, wait_for_commits, wait_until


@pytest.fixture
def own_broker(tmp_path):
    """One that the test may do to what it likes."""
    broker = Broker(tmp_path, port=free_port())
    yield broker
    if broker.process:
        broker.process.send_signal(signal.SIGCONT)
    broker.stop()


def check(stream: Stream, store) -> None:
    topic_id = stream.topic_id()
    assert stored(store) == {key(topic_id, *place): digest for place, digest in stream.acknowledged.items()}


class Elsewhere:
    """A broker's address, before there is a broker."""

    def __init__(self, port: int):
        self.address = f"127.0.0.1:{port}"


def test_a_consumer_that_is_there_before_its_broker_waits_for_it(ingest, tmp_path):
    port = free_port()
    stream = Stream(Elsewhere(port), "images-late", 2)
    consumer = ingest(stream, tmp_path / "store")
    wait_until(lambda: consumer.lines("the Kafka client says"), 10, "a word of the missing broker")
    stream.broker = broker = Broker(tmp_path, port=port)
    try:
        broker.make("images-late", 2)
        stream.produce([b"%d" % number for number in range(20)])
        wait_for_commits(stream)
        check(stream, tmp_path / "store")
        assert consumer.stop() == 0
    finally:
        broker.stop()


def test_a_broker_that_stalls_loses_nothing(own_broker, ingest, tmp_path):
    stream = Stream.make(own_broker, 2)
    consumer = ingest(stream, tmp_path / "store")
    stream.produce([b"%d" % number for number in range(50)])
    wait_until(lambda: stream.committed(), 20, "the first commit")
    own_broker.process.send_signal(signal.SIGSTOP)
    time.sleep(5)
    own_broker.process.send_signal(signal.SIGCONT)
    stream.produce([b"after %d" % number for number in range(50)])
    wait_for_commits(stream)
    check(stream, tmp_path / "store")
    assert consumer.stop() == 0


def test_the_end_is_bounded_while_the_broker_stalls(own_broker, ingest, tmp_path):
    stream = Stream.make(own_broker, 2)
    consumer = ingest(stream, tmp_path / "store")
    stream.produce([b"%d" % number for number in range(20)])
    wait_until(lambda: stream.committed(), 20, "the first commit")
    own_broker.process.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    begun = time.monotonic()
    assert consumer.stop() == 0
    assert time.monotonic() - begun < 11
    assert consumer.lines("closed")[0]["left_the_group"] == "no"


def test_a_server_of_another_protocol_is_told_and_the_end_is_still_in_order(ingest, tmp_path):
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    consumer = ingest(Stream(Elsewhere(server.server_port), "images", 1), tmp_path / "store")
    # librdkafka waits 10 s for the answer to its first request.
    wait_until(lambda: consumer.lines("the Kafka client says"), 40, "a word of it")
    assert consumer.stop() == 0
    server.shutdown()


class TLSDoor:
    """Speaks TLS before a broker that does not."""

    def __init__(self, port: int, target: int, certificate, private_key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, private_key)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", port, ssl=context))
        self._target = target
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    async def _serve(self, reader, writer) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pump(reader, inner_writer), self._pump(inner_reader, writer))

    @staticmethod
    async def _pump(reader, writer) -> None:
        try:
            while data := await reader.read(1 << 18):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def stop(self) -> None:
        async def end() -> None:
            self._server.close()
            connections = asyncio.all_tasks() - {asyncio.current_task()}
            for connection in connections:
                connection.cancel()
            await asyncio.gather(*connections, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)


def certificate(folder, name: str):
    """For 127.0.0.1, signed by itself."""
    files = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", str(files[1]), "-out", str(files[0]), "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True)
    return files


def test_tls_with_the_right_authority_works_and_with_another_is_refused_by_name(ingest, tmp_path):
    right, wrong = certificate(tmp_path, "right"), certificate(tmp_path, "wrong")
    door_port = free_port()
    broker = Broker(tmp_path, advertised=door_port)
    door = TLSDoor(door_port, broker.port, *right)
    tls = {"security.protocol": "ssl", "ssl.ca.location": str(right[0])}
    stream = Stream.make(broker, 1, properties=tls)
    stream.produce([b"by TLS"])
    properties = tmp_path / "kafka.properties"
    properties.write_text("".join(f"{name}={value}\n" for name, value in tls.items()))
    consumer = ingest(stream, tmp_path / "store", DARKROOM_INGEST_PROPERTIES=str(properties))
    wait_for_commits(stream)
    check(stream, tmp_path / "store")
    assert consumer.stop() == 0
    other = ingest(
        stream, tmp_path / "store", DARKROOM_INGEST_KAFKA_SECURITY_PROTOCOL="ssl",
        DARKROOM_INGEST_KAFKA_SSL_CA_LOCATION=str(wrong[0]))
    wait_until(
        lambda: any("certificate verify failed" in line["error"] for line in other.lines("the Kafka client says")),
        10, "that the certificate does not fit")
    assert other.stop() == 0
    door.stop()
    broker.stop()


def test_a_wrong_password_is_told_and_is_in_no_log(own_broker, ingest, tmp_path):
    stream = Stream.make(own_broker, 1)
    consumer = ingest(
        stream, tmp_path / "store", DARKROOM_INGEST_KAFKA_SECURITY_PROTOCOL="sasl_plaintext",
        DARKROOM_INGEST_KAFKA_SASL_MECHANISMS="SCRAM-SHA-512", DARKROOM_INGEST_KAFKA_SASL_USERNAME="ingest",
        DARKROOM_INGEST_KAFKA_SASL_PASSWORD="correct horse")
    wait_until(
        lambda: any("AUTHENTICATION" in line["error"].upper() for line in consumer.lines("the Kafka client says")),
        15, lambda: consumer.log.read_text())
    assert consumer.stop() == 0
    assert "horse" not in consumer.log.read_text()
