"""The README says what is so."""

import re
from pathlib import Path

import notebook_labeler as nl
from notebook_labeler.store.schema import described

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_columns_of_a_version_are_those_in_the_readme():
    for name, kind, text in described():
        assert f"| `{name}` | {kind} | {text} |" in README


def test_every_name_of_the_package_in_the_readme_is_there():
    names = set(re.findall(r"\bnl\.(\w+)", README))
    assert names
    assert all(hasattr(nl, name) for name in names)


def test_every_method_of_task_project_and_session_in_the_readme_is_there():
    from notebook_labeler.sessions.labeling import LabelingSession

    for word, cls in (("project", nl.Project), ("task", nl.Task), ("session", LabelingSession)):
        for name in set(re.findall(rf"\b{word}\.(\w+)", README)) - {"state"}:
            assert hasattr(cls, name), f"{word}.{name}"


def test_every_file_that_the_readme_points_to_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_two_commands_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    assert "\nlab:" in makefile
    assert "\ntest:" in makefile
    assert "make test" in (ROOT / ".ci" / "run").read_text()
