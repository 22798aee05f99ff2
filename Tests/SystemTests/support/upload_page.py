"""The upload page in a browser, as a person uses it: files dropped and chosen, lines watched, buttons pressed."""

import base64
import io
import time
from pathlib import Path

from PIL import Image
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from browser_parts import Browser


def large_picture(number: int) -> bytes:
    """A JPEG of some 1.5 MB that no other number has."""
    noise = Image.effect_noise((1400, 1000), 60 + number).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def write(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


class UploadPage(Browser):
    """A browser that knows the upload page."""

    def show(self, url: str) -> None:
        self.open(url)
        self.wait(self.has_script)

    def has_script(self) -> bool:
        return self.evaluate("document.documentElement.classList.contains('script')")

    # MARK: What a person does

    def choose(self, *files: Path) -> None:
        self.driver.find_element("css selector", "input[name=file]").send_keys("\n".join(str(file) for file in files))

    def drop(self, *files: tuple[str, bytes]) -> None:
        """Drops files on the page, from another page or program."""
        given = [(name, base64.b64encode(content).decode()) for name, content in files]
        self.driver.execute_script(
            """
            const data = new DataTransfer();
            for (const [name, content] of arguments[0]) {
              data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
            }
            document.querySelector("#drop").dispatchEvent(
              new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data}));
            """, given)

    def drop_paths(self, *paths: Path) -> None:
        """Drops files and folders of the disk, as a file manager does."""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            self.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 220, "data": data})

    def paste(self, name: str, content: bytes) -> None:
        self.driver.execute_script(
            """
            const data = new DataTransfer();
            const bytes = Uint8Array.from(atob(arguments[1]), c => c.charCodeAt(0));
            data.items.add(new File([bytes], arguments[0], {type: "image/png"}));
            document.dispatchEvent(new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data}));
            """, name, base64.b64encode(content).decode())

    def press(self, selector: str) -> None:
        self._click(self.driver.find_element("css selector", selector))

    def follow(self, selector: str) -> None:
        """Presses what leads to another page, and waits until this one is gone."""
        before = self.driver.find_element("css selector", "html")
        self.press(selector)

        def is_gone(driver) -> bool:
            try:
                return staleness_of(before)(driver)
            except WebDriverException as error:
                # The same, as Chromium's driver says it while the next page comes.
                if "does not belong to the document" in str(error):
                    return True
                raise

        WebDriverWait(self.driver, 60).until(is_gone)

    def press_on(self, button: str, name: str) -> None:
        """Presses a button of one file's line."""
        self._click(self.driver.find_element(By.XPATH, f"//button[@aria-label='{button}: {name}']"))

    def _click(self, element) -> None:
        """Clicks where an element is once it has stopped moving: what comes above it would take the click."""
        before = None
        while (place := element.rect) != before:
            before = place
            time.sleep(0.2)
        element.click()

    def network(self, *, offline: bool = False, upload: int = -1) -> None:
        """`upload` in bytes a second."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload})

    def send_headers(self, headers: dict[str, str]) -> None:
        """Adds headers to every request of the page, as what stands before the server does."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": headers})

    def block(self, *addresses: str) -> None:
        """Lets requests to these addresses fail as they do without a connection; none: all succeed again."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": list(addresses)})

    # MARK: What a person sees

    def lines(self) -> dict[str, tuple[str, str]]:
        """Each file's state and what is said of it."""
        found = self.evaluate(
            "[...document.querySelectorAll('#queue li')].map(row => "
            "['.name', '.state', '.details', '.reason'].map(part => row.querySelector(part).textContent))")
        return {name: (state, f"{details} {reason}") for name, state, details, reason in found}

    def text(self, id: str) -> str:
        return self.evaluate(f"document.getElementById('{id}').textContent")

    def has_sent(self, share: float) -> bool:
        """Whether so much of some file has been sent."""
        return self.evaluate(
            f"[...document.querySelectorAll('#queue progress')].some(bar => !bar.hidden && bar.value > {share})")

    def wait(self, condition, seconds: float = 90):
        end = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < end, self.lines()
            time.sleep(0.1)
        return found

    def wait_for(self, *states: str, count: int | None = None) -> dict[str, tuple[str, str]]:
        """The lines, once all of them are in one of these states."""
        def found():
            lines = self.lines()
            enough = len(lines) == count if count is not None else bool(lines)
            return lines if enough and all(state in states for state, _ in lines.values()) else None
        return self.wait(found)

    def errors(self) -> list[str]:
        """What the browser objects to, among it every breach of the content security policy."""
        return [entry["message"] for entry in self.driver.get_log("browser") if "/api/" not in entry["message"]]
