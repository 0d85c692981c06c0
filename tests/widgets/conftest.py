"""A labeling session in memory, over the real domain functions, and a page in which the panels are mounted."""

import json
from contextlib import ExitStack
from dataclasses import replace

import pytest
from PIL import Image

from notebook_labeler.domain import drawing, labeling
from notebook_labeler.domain.concept_map import Link, Match, Suggestion
from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.labeling import Desk, Scene
from notebook_labeler.domain.names import name_key
from notebook_labeler.domain.predictions import Vocabulary
from notebook_labeler.domain.records import Annotation, Assignment, Concept, Relation, TaskRecord, Verdict
from notebook_labeler.domain.rows import Lens, shown
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput, UnknownConcept, UnreadableInput
from notebook_labeler.media.image import Picture
from notebook_labeler.sessions.labeling import LabelingSession
from notebook_labeler.sessions.review import ReviewSession
from notebook_labeler.sessions.state import Assist, Drawing, LabelState, MappingLine, Notice, Progress
from notebook_labeler.store.journal import Journal
from notebook_labeler.widgets.stage import Stage


def proposal(concept, score, **more):
    return Suggestion(f"s-{name_key(concept)}", concept, score, "key-of-toys", (concept,), **more)


def proposed_object(concept, score, *, at=(10, 10), size=(20, 20), number=0, **more):
    """Give a suggested box; `number` tells those of one concept apart."""
    given = f"o-{name_key(concept)}-{number}"
    return Suggestion(given, concept, score, "key-of-toys", (concept,), region=Box(*at, *size), **more)


def herd(*counts, **settings):
    """Give a state with suggested boxes that do not touch: ``herd(("sheep", 8), ("dog", 1))``."""
    places = iter(range(100_000))
    boxes = [
        proposed_object(concept, 0.99 * (1 - n / count), at=(30 * (i % 100), 30 * (i // 100)), number=n)
        for concept, count in counts
        for n, i in zip(range(count), places, strict=False)
    ]
    settings = {"kind": "detection", "concepts": [concept for concept, _ in counts], **settings}
    return first_state(boxes, **settings)


def first_state(suggestions=(), concepts=("car", "truck", "sheep"), known=(), **settings):
    task = TaskSettings(concepts=tuple(concepts), **settings)
    scene = Scene(Assignment(task_id="t", input_id="in-0", position=11))
    own = {name_key(c): Concept.named(c) for c in (*concepts, *known)}
    return LabelState(
        "t",
        "garments",
        "ana",
        task,
        input=Input("in-0", "/pictures/IMG_0012.jpg", name="IMG_0012.jpg"),
        position=11,
        rank=11,
        progress=Progress(400, 11, 386, 3, 0, 7.5),
        desk=Desk("t", "ana", task, scene, own),
        suggestions=tuple(sorted(suggestions, key=lambda s: -s.score)),
        assist=Assist(True, "toys", "key-of-toys", Vocabulary(("car", "truck", "minivan")), "ready"),
        mapping=(
            MappingLine("car", (Link("car", "sports car", "hyponym", "automatic", "a kind of it"),)),
            MappingLine("sheep", (), (Match("sheep", "ram", "hyponym", 0.9, "a kind of it"),)),
        ),
        concepts=tuple(c.name for c in own.values()),
    )


class MemorySession:
    """The verbs of a session over one value. `calls` were pressed; `refusing` makes the next one raise."""

    def __init__(self, state):
        self.state, self.calls, self.refusing, self._listeners = state, [], None, []

    def observe(self, listener):
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def close(self):
        self.calls.append(("close",))

    def become(self, **changes):
        old, self.state = self.state, replace(self.state, **changes)
        for listener in tuple(self._listeners):
            listener(old, self.state)

    def say(self, text, *, error=False):
        number = self.state.notice.number if self.state.notice else 0
        self.become(notice=Notice(number + 1, text, "error" if error else "info"))

    def _pressed(self, *call):
        self.calls.append(call)
        if self.refusing is not None:
            error, self.refusing = self.refusing, None
            raise error

    def _write(self, changes, kind):
        desk = self.state.desk
        rows = {
            Annotation: {a.key: a for a in desk.scene.annotations},
            Verdict: {v.key: v for v in desk.scene.verdicts},
            Concept: dict(desk.concepts),
            Relation: dict(desk.relations),
            Assignment: {desk.scene.assignment.key: desk.scene.assignment},
        }
        for change in changes:
            key = change.after.concept_key if isinstance(change.after, Concept) else change.after.key
            rows[type(change.after)][key] = change.after
        scene = Scene(
            next(iter(rows[Assignment].values())), tuple(rows[Annotation].values()), tuple(rows[Verdict].values())
        )
        desk = replace(desk, scene=scene, concepts=rows[Concept], relations=rows[Relation])
        names = tuple(sorted((c.name for c in desk.concepts.values()), key=name_key))
        self.become(desk=desk, concepts=names, undo=kind)

    def _find(self, concept):
        return next((s for s in self.state.suggestions if s.concept_key == name_key(concept)), None)

    def _stale(self, input_id):
        return input_id is not None and input_id != self.state.input.input_id

    def accept(self, concept, *, input_id=None, op_id=None):
        self._pressed("accept", concept, input_id)
        if self._stale(input_id):
            return
        found = self._find(concept)
        if found is None:
            raise UnknownConcept(f"nothing suggests {concept!r:.60}; use add().")
        self._write(labeling.accept(self.state.desk, found), "accept")

    def add(self, concept, *, input_id=None, op_id=None):
        self._pressed("add", concept, input_id)
        self._write(labeling.add(self.state.desk, concept), "add")

    def uncheck(self, concept, *, input_id=None, op_id=None):
        self._pressed("uncheck", concept, input_id)
        self._write(labeling.decline(self.state.desk, concept, self._find(concept)), "uncheck")

    def delete(self, concept, *, input_id=None, op_id=None):
        self._pressed("delete", concept, input_id)
        self._write(labeling.dismiss(self.state.desk, concept, self._find(concept)), "delete")

    def rename(self, concept, new, *, input_id=None, op_id=None):
        self._pressed("rename", concept, new, input_id)
        if self.state.settings.objects:
            self._write(drawing.rename_objects(self.state.desk, concept, new, suggested=True), "rename")
            said = tuple(
                replace(s, concept=new, original=concept) if s.concept_key == name_key(concept) else s
                for s in self.state.suggestions
            )
            self.become(suggestions=said)
            return
        self._write(labeling.rename(self.state.desk, concept, new), "rename")

    # ---- objects

    def _thing(self, object_id):
        standing = {a.annotation_id: a for a in self.state.desk.scene.active}
        suggested = {self.state.desk.object_id(s): s for s in self.state.suggestions}
        return standing.get(object_id), suggested.get(object_id)

    def accept_objects(self, object_ids, *, input_id=None, op_id=None):
        self._pressed("accept_objects", list(object_ids), input_id)
        if self._stale(input_id):
            return
        for annotation, suggestion in map(self._thing, object_ids):
            desk = self.state.desk
            changes = drawing.confirm_object(desk, annotation) if annotation else labeling.accept(desk, suggestion)
            self._write(changes, "accept")

    def uncheck_objects(self, object_ids, *, input_id=None, op_id=None):
        self._pressed("uncheck_objects", list(object_ids), input_id)
        for each in object_ids:
            self._write(drawing.decline_object(self.state.desk, *self._thing(each)), "uncheck")

    def delete_objects(self, object_ids, *, input_id=None, op_id=None):
        self._pressed("delete_objects", list(object_ids), input_id)
        for each in object_ids:
            self._write(drawing.dismiss_object(self.state.desk, *self._thing(each)), "delete")

    def reassign(self, object_ids, concept, *, input_id=None, op_id=None):
        self._pressed("reassign", list(object_ids), concept, input_id)
        for each in object_ids:
            self._write(drawing.reassign(self.state.desk, *self._thing(each), concept), "reassign")

    def draw(self, concept, region, *, object_id=None, input_id=None, op_id=None):
        self._pressed("draw", concept, input_id)
        self._write(drawing.draw(self.state.desk, concept, region, object_id=object_id), "draw")
        return object_id

    def reshape(self, regions, *, input_id=None, op_id=None):
        self._pressed("reshape", dict(regions), input_id)

    def add_task_concept(self, name, *, op_id=None):
        self._pressed("add_task_concept", name)
        settings = self.state.settings.changed(concepts=(*self.state.settings.concepts, name))
        self.become(settings=settings, desk=replace(self.state.desk, settings=settings))

    def hide(self, what, on=True, *, input_id=None):
        self._pressed("hide", list(what), on)
        self.become(hidden=self.state.hidden | set(what) if on else self.state.hidden - set(what))

    def draw_with(self, concept, shape=None):
        self._pressed("draw_with", concept, shape)
        self.become(drawing=Drawing(concept, shape))

    def stop_drawing(self):
        self._pressed("stop_drawing")
        self.become(drawing=None)

    def copy(self, object_ids=None, *, input_id=None):
        self._pressed("copy", list(object_ids), input_id)

    def select(self, object_ids=(), *, input_id=None):
        self._pressed("select", list(object_ids))
        self.become(selected=tuple(object_ids))

    def accept_all(self, *, input_id=None, op_id=None):
        self._pressed("accept_all", input_id)
        lens, desk = self.state.lens, self.state.desk
        chosen = shown(desk, self.state.suggestions, lens)
        self._write(labeling.accept_all(desk, chosen, low=lens.low, high=lens.high), "accept all")
        return len(chosen)

    def search(self, text):
        self._pressed("search", text)
        self.become(lens=replace(self.state.lens, search=text))

    def set_range(self, low, high):
        self._pressed("set_range", low, high)
        if low > high:
            raise BadInput("expected low <= high.")
        self.become(lens=Lens(low, high, self.state.lens.search))

    def set_assist(self, on, model=None):
        self._pressed("set_assist", on, model)
        if on and not (model or self.state.assist.model):
            raise BadInput("assistance needs a model; choose one first.")
        self.become(assist=replace(self.state.assist, on=on, phase="ready" if on else "off"))

    def choose_model(self, model):
        self._pressed("choose_model", model)
        self.become(assist=Assist(True, model, "key", Vocabulary(("car",)), "ready"))

    def set_suggest(self, what):
        self._pressed("set_suggest", what)
        self.become(settings=self.state.settings.changed(suggest=what))

    def relate(self, concept, other, relation, *, op_id=None):
        self._pressed("relate", concept, other, relation)
        line = next(line for line in self.state.mapping if line.concept == concept)
        kept = tuple(m for m in line.recommended if m.other != other)
        more = replace(line, links=(*line.links, Link(concept, other, relation, "editor")), recommended=kept)
        self.become(mapping=tuple(more if each is line else each for each in self.state.mapping))

    def relate_all(self, said, *, op_id=None):
        for line in said:
            self.relate(*line)

    def unrelate(self, concept, other, *, op_id=None):
        self._pressed("unrelate", concept, other)
        self.become(
            mapping=tuple(
                replace(line, links=tuple(k for k in line.links if (line.concept, k.other) != (concept, other)))
                for line in self.state.mapping
            )
        )

    def upcoming(self):
        return []

    def around(self, count):
        return [], [], []


def _plain(verb):
    def pressed(self, **given):
        self._pressed(verb, given.get("input_id"))

    return pressed


for _verb in ("submit", "skip", "next", "previous", "undo", "redo", "predict", "cancel", "paste"):
    setattr(MemorySession, _verb, _plain(_verb))


class Album:
    """Decoded pictures that are there at once; `broken` ones cannot be opened."""

    def __init__(self):
        self.broken, self.closed, self.asked = set(), 0, []

    def get(self, given):
        self.asked.append(given.input_id)
        if given.input_id in self.broken:
            raise UnreadableInput("not a picture.")
        return Picture(Image.new("RGB", (400, 300)), 400, 300)

    def ready(self, given):
        return True

    def ahead(self, inputs):
        pass

    def for_view(self, given, view, ratio=1.0):
        return self.get(given)

    def close(self):
        self.closed += 1


class Office:
    """A task in a journal, of which ana labels and ben reviews; pictures are made up."""

    def __init__(self, journal, kind):
        self.journal = journal
        record = TaskRecord(task_id="t", name="pets", settings=TaskSettings(kind=kind, concepts=("cat", "dog")).dumps())
        journal.create_task(record, actor="ana")

    def labeler(self, name="ana"):
        return LabelingSession(self.journal, "t", actor=name)

    def reviewer(self, name="ben"):
        return ReviewSession(self.journal, "t", actor=name)

    def states(self):
        found = self.journal.queue("t", states=("waiting", "submitted", "approved", "rejected"), limit=100)
        return [a.state for a in found]


@pytest.fixture
def make_office(tmp_path):
    """Give an office in which ana has handed in so many inputs, each with a cat."""
    with ExitStack() as stack:

        def made(count, *, names=None, kind="classification"):
            journal = stack.enter_context(Journal.open(f"sqlite:///{tmp_path}/labels.db"))
            called = names or [f"{n}.png" for n in range(count)]
            inputs = [replace(Input.at(f"/a/{n}.png"), name=name) for n, name in enumerate(called)]
            journal.add_inputs(inputs, actor="ana")
            office = Office(journal, kind)
            ana = office.labeler()
            for _ in range(count):
                ana.add("cat") if kind == "classification" else ana.draw("cat", [40, 30, 200, 150])
                ana.submit()
            return office

        yield made


@pytest.fixture
def make_state():
    return first_state


@pytest.fixture
def propose():
    return proposal


@pytest.fixture
def propose_object():
    return proposed_object


@pytest.fixture
def make_herd():
    return herd


@pytest.fixture
def make_session():
    return MemorySession


@pytest.fixture
def make_album():
    return Album


@pytest.fixture
def stage():
    made = Stage()
    yield made
    made.close()


PAGE = """<!doctype html><meta charset="utf-8"><style>%s</style>
<div class="nbl-root jupyter-widgets widget-vbox" id="root" tabindex="-1"></div>
<script>
window.alerts = [];
window.alert = (text) => alerts.push(text);
window.onerror = (text) => alerts.push("error: " + text);
window.addEventListener("unhandledrejection", (event) => alerts.push("rejected: " + event.reason));
window.outbox = []; window.models = {};
class Model {
  constructor(name, traits) { this.name = name; this.traits = traits; this.listeners = []; }
  get(key) { return this.traits[key]; }
  on(event, listener) { this.listeners.push([event, listener]); }
  off(event, gone) { this.listeners = this.listeners.filter(([e, each]) => e !== event || each !== gone); }
  send(content) { outbox.push([this.name, content]); }
  fire(event, ...given) { for (const [e, listener] of [...this.listeners]) if (e === event) listener(...given); }
}
window.mount = async (name, esm, css, traits, place) => {
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const model = (models[name] ??= new Model(name, traits));
  const el = Object.assign(document.createElement("div"), { className: "jupyter-widgets" });
  (document.getElementById(place) ?? document.getElementById("root")).append(el);
  return (await import(url)).default.render({ model, el });
};
window.deliver = (letters) => {
  for (const [what, name, content] of letters) {
    if (what === "message") models[name].fire("msg:custom", content, []);
    else { Object.assign(models[name].traits, content); models[name].fire("change"); }
  }
};
</script>"""


STAGE_STYLE = """body { margin: 0 } #root > div { width: %dpx; height: %dpx }
    :root { --jp-border-color2: transparent; --jp-brand-color1: transparent }"""
STAGE_MODEL = """traits => {
    const model = models.stage = new Model('stage', traits);
    const layer = { get: () => ({ currentProcessing: null }), canvas: document.createElement('canvas') };
    model.widget_manager = { get_model: async () => layer };
}"""
FRAMES = "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(null))))"


class Bench:
    """Panels in a page. Nothing passes between page and panels until `pump`: a test sees what is shown before."""

    def __init__(self, page, style=""):
        self.page, self.views, self.letters = page, {}, []
        page.goto("about:blank")
        page.set_content(PAGE % style)

    def mount(self, name, view, place="root"):
        def post(content, buffers=None):
            self.letters.append(["message", name, json.loads(json.dumps(content))])

        view.send = post
        view.observe(lambda change: self.letters.append(["traits", name, {change["name"]: change["new"]}]))
        self.views[name] = view
        traits = {key: value for key, value in view.get_state().items() if not key.startswith("_")}
        given = [name, str(view._esm), str(view._css), json.loads(json.dumps(traits, default=str)), place]
        self.page.evaluate("(given) => mount(...given).then(() => null)", given)
        return self

    def mount_stage(self, stage, width, height):
        """Mount a stage of so many CSS pixels over a canvas on which ipycanvas paints nothing."""
        self.page.add_style_tag(content=STAGE_STYLE % (width, height))
        traits = {key: value for key, value in stage.front.get_state().items() if not key.startswith("_")}
        self.page.evaluate(STAGE_MODEL, json.loads(json.dumps(traits, default=str)))
        return self.mount("stage", stage.front)

    def painted(self):
        """Wait until the page has painted what it knows."""
        self.page.evaluate(FRAMES)

    def heard(self):
        """Give what the page has said since, without passing it on."""
        return self.page.evaluate("outbox.splice(0)")

    def pump(self):
        """Pass everything on, both ways, until all is quiet."""
        while (said := self.heard()) or self.letters:
            for name, content in said:
                self.views[name]._receive(None, content, [])
            letters, self.letters = self.letters, []
            self.page.evaluate("(letters) => deliver(letters)", [json.loads(json.dumps(one)) for one in letters])
            self.page.evaluate("() => new Promise((done) => setTimeout(done, 0)).then(() => null)")


@pytest.fixture
def bench(browser):
    """Mount panels in a fresh page; at its end, nothing may have been raised or executed there."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    made = Bench(page)
    yield made
    assert page.evaluate("alerts") == []
    context.close()
