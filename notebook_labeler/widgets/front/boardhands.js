// What hands do on the board, as gestures.js asks: each event goes to the tool in hand, with its place in source pixels.

import { insidePicture } from "./shapes.js";

// `settle` sends what keys have moved so far.
export function boardHands({ board, surface, scene, act, settle }) {
  const source = (event) => {
    const { x, y } = act.at(event);
    return { x: scene.view.x + x / scene.view.scale, y: scene.view.y + y / scene.view.scale };
  };
  const at = (event) => (board.mode ? insidePicture(source(event), scene.picture) : source(event));
  const follow = (event) => {
    board.cursor = insidePicture(source(event), scene.picture);
    board.byKeys = false;
    board.badge.under(event);
  };
  const hands = {
    take(event) {
      if (!scene.picture) return false;
      settle();
      follow(event);
      return board.tool.pointerdown(event, at(event));
    },
    drag(event) {
      if (!scene.picture) return;
      follow(event);
      board.tool.pointermove(event, at(event));
      if (board.mode) board.redraw();
      else if (!event.buttons) surface.style.cursor = board.tool.cursor;
    },
    hover(event) {
      if (!scene.picture) return;
      if (event) return hands.drag(event);
      if (!board.byKeys) board.cursor = null;
      board.badge.under(null);
      board.point(null);
      board.redraw();
    },
    release(event) {
      if (!scene.picture) return board.tool.drop();
      follow(event);
      board.tool.pointerup(event, at(event));
      if (event.pointerType === "touch") board.cursor = null; // a finger that is up points nowhere
      board.redraw();
    },
    drop() {
      board.tool.drop();
      board.live.clear();
      board.repaint();
    },
    // A press that was not taken and did not move the view either.
    tap: (event) => scene.picture && !board.mode && board.hand.tap(event, at(event)),
    second(event) {
      if (!board.mode || !scene.picture) return false;
      if (board.tool.second) board.tool.second(event, at(event));
      else board.tool.cancel();
      board.redraw();
      return true;
    },
    ownsMenu: () => Boolean(board.mode),
    ownsDouble: (event) => Boolean(board.mode) || (Boolean(scene.picture) && board.under(source(event), event).length > 0),
  };
  return hands;
}
