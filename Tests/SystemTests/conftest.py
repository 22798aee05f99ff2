"""The fixtures that the system tests share: a store in a folder, AWS's Lambda emulator, an emulator of AWS."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from aws_parts import start_ministack
from cloud_parts import Cloud
from processor_parts import Function, Store
from runtime_parts import ROOT


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def emulator(store, tmp_path):
    started = []

    def start(**environment) -> Function:
        settings = {"DARKROOM_STORE_DIRECTORY": str(store.root), "AWS_LAMBDA_FUNCTION_TIMEOUT": "60", **environment}
        started.append(Function([str(ROOT / "bootstrap")], tmp_path / "emulator.log", **settings))
        return started[-1]

    yield start
    for part in started:
        part.stop()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory):
    server, part = start_ministack(tmp_path_factory.mktemp("ministack"))
    yield part
    server.stop()


@pytest.fixture
def cloud(ministack) -> Cloud:
    return Cloud.deploy(ministack)


@pytest.fixture(scope="module")
def finished(request, ministack):
    """Waits for one case. All of its file have begun, as far as there is room: most of their time is waiting."""
    items = [
        item for item in request.session.items if item.path == request.path and "finished" in item.fixturenames]
    pool = ThreadPoolExecutor(8)
    running = {case: pool.submit(case, ministack) for case in (item.callspec.params["case"] for item in items)}
    yield lambda case: running[case].result()
    pool.shutdown(cancel_futures=True)
