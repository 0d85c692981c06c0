// Read by frames what is on the screen: from `watch.start` on, every animation frame notes what it shows and when.
//
// What a frame shows is read from the pixels of the canvases, the upper one first, at places of the window: as they are
// composed, transforms included. Events are noted on their way down, before anybody handles them.

window.watch = (() => {
  const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  dot.canvas.width = dot.canvas.height = 1;
  let running = 0;

  const colour = (canvases, x, y) => {
    dot.clearRect(0, 0, 1, 1);
    for (const canvas of canvases) {
      if (!canvas.width || canvas.style.visibility === "hidden") continue;
      const box = canvas.getBoundingClientRect();
      const [u, v] = [((x - box.left) / box.width) * canvas.width, ((y - box.top) / box.height) * canvas.height];
      if (u < 0 || v < 0 || u >= canvas.width || v >= canvas.height) continue;
      dot.drawImage(canvas, u, v, 1, 1, 0, 0, 1, 1);
      const [r, g, b, a] = dot.getImageData(0, 0, 1, 1).data;
      if (a) return [r, g, b];
    }
    return null;
  };

  return {
    colour,
    // canvases: selectors, the upper one first; at: [x, y] in the window; kinds: events; extra(): more to note of a frame
    start({ canvases, at, kinds, row = null }) {
      const found = canvases.map((name) => document.querySelector(name));
      const seen = { frames: [], events: [] };
      const me = ++running;
      const note = (event) => {
        if (running !== me) return;
        const many = event.getCoalescedEvents?.() ?? [];
        for (const one of many.length ? many : [event])
          seen.events.push({ at: one.timeStamp, x: one.clientX, delta: event.deltaY, key: event.key });
      };
      for (const kind of kinds) window.addEventListener(kind, note, { capture: true, passive: true });
      const look = () => {
        if (running !== me) {
          for (const kind of kinds) window.removeEventListener(kind, note, { capture: true });
          return;
        }
        requestAnimationFrame(look);
        const line = row && document.querySelector(row);
        const state = line ? `${line.dataset.state}${line.hasAttribute("data-waiting") ? " waiting" : ""}` : "";
        seen.frames.push({ at: performance.now(), rgb: colour(found, ...at), state });
      };
      requestAnimationFrame(look);
      window.watch.seen = seen;
    },
    stop() {
      running++;
      return window.watch.seen;
    },
  };
})();
