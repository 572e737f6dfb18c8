"""Installs requirements.txt into site-packages, with compiled files that are right wherever they are put."""
import compileall
import os
import py_compile
import subprocess
import sys

TARGET = "site-packages"


def main():
    # What the interpreter of the packages' own build steps shall not read is left out of its environment.
    pip = [sys.executable, "-m", "pip", "install", "--requirement", "requirements.txt"]
    pip += ["--target", TARGET, "--no-compile", "--no-input", "--disable-pip-version-check"]
    pip += ["--no-warn-script-location", "--progress-bar", "off"]
    code = subprocess.call(pip)
    if code != 0:
        return code
    # All requirements may be left out by their markers.
    os.makedirs(TARGET, exist_ok=True)
    compileall.compile_dir(
        TARGET,
        quiet=2,
        # By content instead of by time, which changes when files are copied.
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return 0


sys.exit(main())
