// Read by frames where a shape on a canvas begins: from `edges.start` on, every animation frame notes the first column with ink.
//
// It looks once all callbacks of the frame have run: a page that paints in one of its own shows that in the same frame.

window.edges = (() => {
  let running = 0;
  return {
    start({ canvas, y, kind }) {
      const found = document.querySelector(canvas);
      const g = found.getContext("2d");
      const seen = (window.edges.seen = { frames: [], events: [] });
      const me = ++running;
      const after = new MessageChannel();
      const note = (event) => {
        const many = event.getCoalescedEvents?.() ?? [];
        for (const one of many.length ? many : [event]) seen.events.push({ at: one.timeStamp, x: one.clientX });
      };
      window.addEventListener(kind, note, { capture: true, passive: true });
      const look = () => {
        if (running !== me) return window.removeEventListener(kind, note, { capture: true });
        requestAnimationFrame(look);
        after.port2.postMessage(performance.now());
      };
      after.port1.onmessage = ({ data: now }) => {
        if (running !== me) return;
        const box = found.getBoundingClientRect();
        const row = g.getImageData(0, ((y - box.top) / box.height) * found.height, found.width, 1).data;
        let at = 3;
        while (at < row.length && row[at] < 128) at += 4;
        const x = at < row.length ? box.left + (((at - 3) / 4) * box.width) / found.width : null;
        seen.frames.push({ at: now, x });
      };
      requestAnimationFrame(look);
    },
    stop() {
      running++;
      return window.edges.seen;
    },
  };
})();
