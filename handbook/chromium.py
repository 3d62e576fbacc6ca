"""Find a Chromium or Chrome for the tests and measures that need a browser, or install one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
MISSING = ("no Chromium: the tests in a browser did not run; "
           "install Chromium or Chrome, or name one: CHROMIUM=/path/to/chrome make test")
# A browser under test calls nobody: no updates, no synchronisation, no field trials.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM, one on the PATH, one in a usual place, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    apps = [Path(folder) / app for folder in ("/Applications", Path.home() / "Applications") for app in MAC_APPS]
    return next((str(path) for path in (*apps, playwrights_own()) if path and path.exists()), None)


def playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def install() -> None:
    """Install one as the machine's own package where that can be done, else Playwright's."""
    print("Installing Chromium …", flush=True)
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet("apt-get", "update", "-qq")
        # Debian has the package; Ubuntu's of that name only points to a snap, so look before installing.
        if "Debian" in Path("/etc/os-release").read_text(encoding="utf-8"):
            quiet("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
            return
    quiet(sys.executable, "-m", "playwright", "install", "chromium")


def quiet(*command: str) -> None:
    """Run a command; show what it said only when it fails. The caller looks for the browser, not at the exit code."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.stderr.write((done.stdout + done.stderr)[-2000:])


def main() -> None:
    if not find():
        install()


if __name__ == "__main__":
    main()
