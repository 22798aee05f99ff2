"""A headless Chromium, as a person's browser."""

import base64
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from runtime_parts import ROOT

AXE = ROOT / ".tools/axe/axe.min.js"


class Browser:
    """A browser with a window of one size, that asks pages for a light or dark look."""

    def __init__(
        self, profile: Path, *, width: int, height: int, scheme: str = "light", has_forced_colours: bool = False,
    ):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in (
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", f"--user-data-dir={profile / 'browser'}",
        ):
            options.add_argument(argument)
        self.driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        if width < 600:
            self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "forced-colors", "value": "active" if has_forced_colours else "none"}]})

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_) -> None:
        self.driver.quit()

    def open(self, address: str) -> None:
        self.driver.get(address)

    def evaluate(self, expression: str):
        return self.driver.execute_script(f"return {expression}")

    def accessibility_faults(self) -> list[str]:
        """What axe-core objects to: each rule with the first element that breaks it."""
        self.driver.execute_script(AXE.read_text())
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run().then(done, error => done({violations: [], error: String(error)}))")
        assert "error" not in found, found
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]

    def screenshot(self, file: Path) -> None:
        """The whole page, from its top to its end, in the format that the file's name ends in."""
        height = self.evaluate("document.documentElement.scrollHeight")
        width = self.evaluate("window.innerWidth")
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": file.suffix[1:], "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})
        file.write_bytes(base64.b64decode(shot["data"]))
