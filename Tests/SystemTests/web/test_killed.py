"""kill -9 in the middle of uploads and jobs: nothing that was said to be stored is lost."""

from concurrent.futures import ThreadPoolExecutor

import requests

from web_parts import picture


def test_a_kill_in_the_middle_of_uploads_and_jobs_loses_nothing(started):
    server = started()

    def upload(number: int) -> str | None:
        try:
            return server.upload((f"{number}.jpg", picture(number, 800, 600)))[0].get("image_id")
        except requests.RequestException:
            return None

    stored = []
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(upload, number) for number in range(50)]
        while sum(future.done() for future in running) < 20:
            pass
        server.kill()
        stored = [id for id in (future.result() for future in running) if id]
    assert len(stored) >= 20
    server.start()
    server.wait_for(stored, "processed", seconds=300)
    server.kill()
    # The index and the queue are gone, the store is not: the same again.
    for file in (server.folder / "store" / ".darkroom" / "web").glob("*.sqlite*"):
        file.unlink()
    server.start()
    server.wait_for(stored, "processed", seconds=300)
