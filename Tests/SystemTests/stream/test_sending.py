"""Images over HTTP: what is acknowledged is in the topic, once; what is not is told so, and told apart."""

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
import requests

from stream_parts import Broker, Stream, messages, wait_until
from stream_web_parts import StreamServer
from web_parts import picture, read_response


@pytest.fixture
def stream(broker) -> Stream:
    return Stream.make(broker, 2)


@pytest.fixture
def server(stream, tmp_path):
    server = StreamServer(tmp_path / "web", stream)
    yield server
    assert server.stop() == 0


def test_an_image_is_answered_with_its_place_and_is_there(server, stream):
    image = picture(1)
    answer = server.send(image, Kafka_Key="camera-7", Kafka_Header_Site="north", Content_Type="image/jpeg")
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["outcome"], said["topic"]) == ("stored", stream.topic)
    message = messages(stream)[said["partition"], said["offset"]]
    assert (message.value(), message.key()) == (image, b"camera-7")
    assert dict(message.headers()) == {"site": b"north", "content-type": b"image/jpeg"}


def test_a_form_s_files_are_answered_each_by_itself_in_their_order(server, stream):
    files = [
        ("one.jpg", picture(2)), ("cut.txt", b"not a picture at all"), ("two.png", picture(3, form="PNG")), ("e", b"")]
    answer = server.send_form(*files)
    assert answer.status_code == 207, answer.text
    one, text, two, empty = answer.json()["images"]
    assert [one["outcome"], text["outcome"], two["outcome"], empty["outcome"]] == [
        "stored", "not_stored", "stored", "not_stored"]
    assert text["error"]["code"] == "unsupported_format" and empty["error"]["code"] == "empty_image"
    found = messages(stream)
    assert len(found) == 2
    for said, (name, value) in ((one, files[0]), (two, files[2])):
        message = found[said["partition"], said["offset"]]
        assert message.value() == value and dict(message.headers())["file-name"] == name.encode()
    assert server.send_form(files[0], files[2]).status_code == 201
    assert server.send_form(files[1]).status_code == 415


def test_what_is_no_image_or_too_large_is_refused_before_the_rest_is_read(stream, tmp_path):
    server = StreamServer(tmp_path / "web", stream, DARKROOM_STREAM_MAX_BYTES="100000")
    with server.connect() as connection:
        connection.sendall(
            b"POST /images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100001\r\n\r\n")
        status, headers, body = read_response(connection)
        assert status == 413 and b'"limit":100000' in body and b'"outcome":"not_stored"' in body
    with server.connect() as connection:
        connection.sendall(
            b"POST /images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n"
            b"this is not a picture, and more comes")
        status, headers, body = read_response(connection)
        assert status == 415 and headers["content-type"] == "application/json"
    with server.connect() as connection:
        # Nobody says how much: it is counted as it comes.
        connection.sendall(b"POST /images HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = picture(4) + b"x" * 40_000
        for _ in range(4):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        assert read_response(connection)[0] == 413
    exact = picture(5)
    exact += b"\0" * (100_000 - len(exact))
    assert server.send(exact).status_code == 201
    assert server.send(exact + b"\0").status_code == 413
    assert server.send(b"").json()["error"]["code"] == "empty_image"
    assert server.send(b"\xff").status_code == 415
    assert len(messages(stream)) == 1
    assert server.stop() == 0


def test_the_same_key_sends_once_and_other_bytes_under_it_are_refused(server, stream):
    first = server.send(picture(6), Idempotency_Key='"order-1"')
    again = server.send(picture(6), Idempotency_Key="order-1")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert "idempotency-replayed" not in first.headers and again.headers["idempotency-replayed"] == "true"
    other = server.send(picture(7), Idempotency_Key="order-1")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_reused")
    for bad in ("", "a b", "x" * 256, "é"):
        refused = requests.post(
            f"{server.url}/images", data=picture(6), headers={"Idempotency-Key": bad.encode()}, timeout=30)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_idempotency_key"), bad
    form = [("a.jpg", picture(8)), ("b.txt", b"no picture")]
    assert server.send_form(*form, Idempotency_Key="order-2").status_code == 207
    mended = server.send_form(form[0], ("b.jpg", picture(9)), Idempotency_Key="order-2")
    assert mended.status_code == 201, mended.text
    found = messages(stream)
    assert len(found) == 3
    keys = sorted(dict(message.headers())["idempotency-key"] for message in found.values())
    assert keys == [b"order-1", b"order-2/1", b"order-2/2"]


def test_of_many_at_once_under_one_key_one_is_sent(server, stream):
    image = os.urandom(2_000_000)
    image = b"\xff\xd8\xff" + image
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.send(image, Idempotency_Key="race"), range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status_code == 409)
    assert len(messages(stream)) == 1


def test_headers_that_a_message_may_not_have_are_refused(server):
    assert server.send(picture(1), Kafka_Header_Content_Type="x").json()["error"]["code"] == "bad_header"
    many = {f"Kafka_Header_N{number}": "x" for number in range(33)}
    refused = server.send(picture(1), **many).json()["error"]
    assert (refused["code"], refused["limit"], refused["actual"]) == ("too_many_headers", 32, 33)
    large = {f"Kafka_Header_N{number}": "x" * 3000 for number in range(3)}
    assert server.send(picture(1), **large).json()["error"]["limit"] == 8192


def test_every_acknowledged_image_is_there_with_its_bytes(server, stream):
    images = [picture(number) + os.urandom(size) for number, size in enumerate([0, 1, 70_000, 900_000, 4_000_000] * 12)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(server.send, images))
    assert [answer.status_code for answer in answers] == [201] * len(images)
    found = messages(stream)
    places = {(said["partition"], said["offset"]) for said in (answer.json() for answer in answers)}
    assert len(places) == len(images)
    for image, answer in zip(images, answers):
        said = answer.json()
        assert sha256(found[said["partition"], said["offset"]].value()).digest() == sha256(image).digest()
    assert server.metric("messages_total") == len(images)
    assert server.metric("queue_bytes") == 0 or server.metric("queue_bytes") < 40_000_000


def test_more_than_there_is_room_for_gets_503_and_comes_in_later(stream, tmp_path):
    server = StreamServer(
        tmp_path / "web", stream, DARKROOM_STREAM_MAX_BYTES="1000000", DARKROOM_STREAM_QUEUE_MB="1")
    image = picture(1) + b"\0" * 900_000
    with server.connect() as slow:
        head = b"POST /images HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(image)
        slow.sendall(head + image[:1000])
        time.sleep(0.5)
        # Bytes that are only announced keep nobody out.
        assert server.send(image).status_code == 201
        slow.sendall(image[1000:500_000])
        time.sleep(0.5)
        refused = server.send(image)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "queue_full")
        assert int(refused.headers["retry-after"]) > 0 and refused.json()["outcome"] == "not_stored"
        slow.sendall(image[500_000:])
        assert read_response(slow)[0] == 201
    assert server.send(image).status_code == 201
    # A form that is larger than the room is held back instead.
    form = server.send_form(*((f"{number}.jpg", image) for number in range(5)))
    assert form.status_code == 201, form.text
    assert server.stop() == 0


class Door:
    """A way to the broker that can be shut to what comes back: requests arrive, their answers do not."""

    def __init__(self, port: int):
        self.port = port
        self.is_shut = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                client.close()
                continue
            for source, target, back in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.carry, args=(source, target, back), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, back: bool) -> None:
        try:
            while piece := source.recv(65_536):
                while back and self.is_shut:
                    time.sleep(0.05)
                target.sendall(piece)
        except OSError:
            pass
        for end in (source, target):
            end.close()


def test_not_stored_and_perhaps_stored_are_told_apart(tmp_path):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    door = Door(port)
    broker = Broker(tmp_path, port=port, advertised=door.address)
    stream = Stream.make(broker, 1)
    server = StreamServer(
        tmp_path / "web", stream, DARKROOM_STREAM_ACK_SECONDS="3", DARKROOM_STREAM_SHUTDOWN_SECONDS="10")
    assert server.send(picture(1)).status_code == 201
    # The request goes out, and nobody hears of it.
    door.is_shut = True
    lost = server.send(picture(2), Idempotency_Key="once")
    assert (lost.status_code, lost.json()["outcome"]) == (504, "perhaps_stored"), lost.text
    assert lost.json()["error"]["code"] == "no_answer"
    door.is_shut = False
    # And where nothing can go out, nothing is stored.
    broker.stop()
    wait_until(lambda: server.send(picture(3)).json()["outcome"] == "not_stored", 60, "not told so")
    refused = server.send(picture(3))
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "broker"), refused.text
    assert int(refused.headers["retry-after"]) > 0
    assert requests.get(f"{server.url}/healthz", timeout=5).status_code == 200
    # The look that is under way has its own time.
    wait_until(lambda: "does not answer" in server.page("/"), 30, "the page does not say so")
    assert server.stop() == 0


def test_a_topic_that_is_not_there_is_told_at_readyz_and_in_the_answer(broker, tmp_path):
    stream = Stream(broker, "no-such-topic", 1)
    with pytest.raises(AssertionError, match="there is no topic no-such-topic"):
        StreamServer(tmp_path / "web", stream, DARKROOM_STREAM_KAFKA_ALLOW_AUTO_CREATE_TOPICS="false").kill()


def test_a_form_that_breaks_off_tells_what_of_it_is_stored(server, stream):
    image = picture(11)
    part = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" + image + b"\r\n"
    body = part + b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.jpg\"\r\n\r\n" + image[:100]
    answer = requests.post(
        f"{server.url}/images", data=body, headers={"Content-Type": "multipart/form-data; boundary=b"}, timeout=30)
    assert answer.status_code == 207
    assert [one["outcome"] for one in answer.json()["images"]] == ["stored", "not_stored"]
    assert answer.json()["images"][1]["error"]["code"] == "malformed_form"
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    broken = requests.post(f"{server.url}/images", data=body[:200], headers=form, timeout=30)
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "malformed_form")
    assert len(messages(stream)) == 1
