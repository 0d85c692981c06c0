"""Files of the model hub: from the cache if they are there, else downloaded, else one clear sentence within seconds."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from ..errors import UnknownModel

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
PROBE_S = 2.0
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


def hub_files(repository: str, *names: str) -> list[Path]:
    """Give the local paths of a repository's files, downloading what is not in the cache.

    Parameters
    ----------
    repository
        ``organisation/name``, with ``@revision`` if wanted.
    names
        The files; for ``WEIGHTS`` in their place, the first of these that exists.

    Raises
    ------
    UnknownModel
        There is no such repository or file, it is not open to us, or the hub cannot be reached.
    """
    if not REPOSITORY.fullmatch(repository):
        raise UnknownModel(f"expected a hub model as hf-hub:organisation/name, got {repository!r:.80}.")
    return [_one(repository, WEIGHTS if name == "WEIGHTS" else (name,)) for name in names]


def cached(repository: str, names: tuple[str, ...] = WEIGHTS) -> Path | None:
    """Give the path of the first of these files that the cache has."""
    from huggingface_hub import try_to_load_from_cache

    name, _, revision = repository.partition("@")
    for file in names:
        found = try_to_load_from_cache(name, file, revision=revision or None)
        if isinstance(found, str):
            return Path(found)
    return None


def _one(repository: str, names: tuple[str, ...]) -> Path:
    found = cached(repository, names)
    if found is not None:
        return found
    refuse_if_unreachable(repository)
    return _downloaded(repository, names)


def refuse_if_unreachable(repository: str, address: str = "") -> None:
    """Ask the hub (or another web address) for a sign of life; whoever waited for time-outs would wait a minute."""
    from huggingface_hub import constants

    address = address or constants.ENDPOINT
    if constants.HF_HUB_OFFLINE:
        raise UnknownModel(
            f"expected {repository!r:.120} in the model cache, found none, and HF_HUB_OFFLINE forbids to ask the hub; "
            "choose a model that is there already, or 'toys'."
        )
    answer: list[bool] = []
    thread = threading.Thread(target=lambda: answer.append(_answers(address)), daemon=True)
    thread.start()
    thread.join(PROBE_S + 0.5)  # looking up the name obeys no time-out
    if not (answer and answer[0]):
        raise UnknownModel(
            f"expected to download {repository!r:.120} from {address}, which cannot be reached from here; "
            "choose a model that is in the cache already, a local-dir:, or 'toys'."
        )


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(endpoint, method="HEAD"), timeout=PROBE_S):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True  # it refuses, so it is there
    except (OSError, ValueError):
        return False


def hub_snapshot(repository: str, patterns: Sequence[str]) -> Path:
    """Give the folder of a repository's files that match one of some patterns, downloading what is not in the cache.

    Raises
    ------
    UnknownModel
        As `hub_files`.
    """
    from huggingface_hub import snapshot_download

    refuse_if_unreachable(repository)
    name, _, revision = repository.partition("@")
    try:
        return Path(snapshot_download(name, revision=revision or None, allow_patterns=list(patterns)))
    except Exception as error:  # the network, the disk, the hub's own kinds
        raise _failed(name, error) from error


def _downloaded(repository: str, names: tuple[str, ...]) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, GatedRepoError, RepositoryNotFoundError

    name, _, revision = repository.partition("@")
    for file in names:
        try:
            return Path(hf_hub_download(name, file, revision=revision or None, etag_timeout=PROBE_S))
        except EntryNotFoundError:
            continue
        except GatedRepoError as error:
            raise UnknownModel(f"expected an open model, got {name!r}, which needs its owner's consent.") from error
        except RepositoryNotFoundError as error:
            raise UnknownModel(f"expected a model on the hub, found none called {name!r}; check its name.") from error
        except Exception as error:  # the network, the disk, the hub's own kinds
            raise _failed(name, error) from error
    raise UnknownModel(f"expected {' or '.join(names)} in {name!r}, found none of them; choose another model.")


def _failed(name: str, error: Exception) -> UnknownModel:
    reason = " ".join(str(error).split())[:200]
    return UnknownModel(f"expected to download {name!r} from the hub, which failed: {reason}.")
