"""What several floors' tests share."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(  # a run says the same of the same code, however slow the machine is
    "the same everywhere", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("the same everywhere")

TINY = """
import sys, timm, torch
from timm.models import save_for_hf
torch.manual_seed(0)
labels = ["pants", "shirt", "shoe", "vehicle"]
model = timm.create_model("test_resnet", num_classes=4)
save_for_hf(model, sys.argv[1], model_config=dict(num_classes=4, label_names=labels), safe_serialization=True)
"""


@pytest.fixture(scope="session")
def made_once(tmp_path_factory, request):
    """Give what calls a program with a folder, once for all workers of a run, and gives the folder."""
    place = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        place = place.parent  # that of the run

    def folder(name, *program):
        with open(place / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second waits for the first
            made = place / name
            if not made.exists():
                draft = tmp_path_factory.mktemp(name) / "draft"
                subprocess.run([sys.executable, *program, str(draft)], check=True, capture_output=True)
                draft.rename(made)
        return made

    return folder


@pytest.fixture(scope="session")
def tiny_model(made_once):
    """A folder with a classifier of half a megabyte and four labels, made elsewhere so that torch stays out of here."""
    return made_once("tiny", "-c", TINY)


@pytest.fixture(scope="session")
def tiny_sam(made_once):
    """Give a folder with a segment-anything model of no sense, "sam" or "sam2", made elsewhere as `tiny_model` is."""
    return lambda kind: made_once("sams", str(Path(__file__).parent / "models" / "tiny_sam.py")) / kind


@pytest.fixture(scope="session")
def chromium():
    """Where Chromium is. Without it a browser test is skipped, or fails if NBL_NEED_BROWSER is set."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("NBL_NEED_BROWSER"):
            pytest.fail("expected Chromium, found none; run tools/need_browser.sh")
        pytest.skip("there is no Chromium; run tools/need_browser.sh")
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """Playwright's Chromium: one for all browser tests of a worker, since Playwright can be started once only."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=[*flags, "--force-color-profile=srgb"])
        yield running
        running.close()


@pytest.fixture
def toys_alone():
    """What a task board opens models with: there is one alone, "toys", and it is there at once."""
    from notebook_labeler.domain.predictions import Vocabulary
    from notebook_labeler.sessions.mapping import Mapper

    class Opening:
        def open(self, model, kind, *, opened, failed, geometries, concepts):
            if model == "toys":
                opened("key", Mapper(Vocabulary(("car", "truck", "sheep"))))
            else:
                failed(f"there is no model {model}.")

        def outdated(self, geometries, concepts):
            return False

        def cancel(self):
            pass

    return Opening()
