"""The modules of the upload page by themselves, in a real browser: each file of script/ has tests of its own."""

from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from browser_parts import Browser
from web_parts import SERVICES

TESTS = Path(__file__).parent / "script"
ASSETS = SERVICES / "Sources/UploadWeb/Assets"
MODULES = sorted(file.name for file in TESTS.glob("*.test.js"))


class Files(SimpleHTTPRequestHandler):
    """The page's modules and their tests, and an empty page."""

    def do_GET(self):
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Tests</title>")
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        folder, _, name = path.lstrip("/").partition("/")
        return str({"assets": ASSETS}.get(folder, TESTS) / Path(name).name)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    files = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    Thread(target=files.serve_forever, daemon=True).start()
    with Browser(tmp_path_factory.mktemp("script"), width=1280, height=900) as browser:
        browser.driver.set_script_timeout(120)
        browser.url = f"http://127.0.0.1:{files.server_port}"
        yield browser
    files.shutdown()


@pytest.mark.parametrize("module", MODULES)
def test_a_module(browser, module):
    browser.open(f"{browser.url}/")
    found = browser.driver.execute_async_script(
        """
        const [address, done] = arguments;
        (async () => {
          const { default: tests } = await import(address);
          const results = {};
          for (const [name, body] of Object.entries(tests)) {
            try {
              await body();
              results[name] = "passed";
            } catch (error) {
              results[name] = error.stack ?? String(error);
            }
          }
          return results;
        })().then(done, (error) => done({ [address]: String(error) }));
        """, f"{browser.url}/tests/{module}")
    failed = {name: result for name, result in found.items() if result != "passed"}
    assert found and not failed, "\n\n".join(f"{name}:\n{result}" for name, result in failed.items())
