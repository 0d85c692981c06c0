// Where the stage stands on the picture: {x, y, scale}, the source point at its upper left and CSS pixels per source pixel.
// The same arithmetic as media/view.py, for what cannot wait for the kernel.

const MAX_SCALE = 64;

const middle = (length, shown) => (length - shown) / 2;
const hold = (start, length, shown) => (shown >= length ? middle(length, shown) : Math.min(Math.max(start, 0), length - shown));
const whole = (picture, size) => Math.min(size.width / picture.width, size.height / picture.height);

export function fit(picture, size) {
  const scale = whole(picture, size);
  return { x: middle(picture.width, size.width / scale), y: middle(picture.height, size.height / scale), scale };
}

// The nearest view that wastes no room: in the middle where smaller than the stage, without a gap where larger.
export function clamp(view, picture, size) {
  const all = whole(picture, size);
  const scale = Math.min(Math.max(view.scale, Math.min(all, 1)), Math.max(MAX_SCALE, all));
  let { x, y } = view;
  if (scale !== view.scale) {
    x += size.width / 2 / view.scale - size.width / 2 / scale;
    y += size.height / 2 / view.scale - size.height / 2 / scale;
  }
  return { x: hold(x, picture.width, size.width / scale), y: hold(y, picture.height, size.height / scale), scale };
}

// `at` is the stage point that keeps its source point.
export function zoom(view, factor, at, picture, size) {
  const all = whole(picture, size);
  const scale = Math.min(Math.max(view.scale * factor, Math.min(all, 1)), Math.max(MAX_SCALE, all));
  return clamp({ x: view.x + at.x / view.scale - at.x / scale, y: view.y + at.y / view.scale - at.y / scale, scale }, picture, size);
}

export function pan(view, dx, dy, picture, size) {
  return clamp({ x: view.x - dx / view.scale, y: view.y - dy / view.scale, scale: view.scale }, picture, size);
}

export function isFit(view, picture, size) {
  return Math.abs(view.scale / whole(picture, size) - 1) < 1e-6;
}

// Whether the frame painted for `shown` has everything that `live` wants to show of the picture.
export function covers(shown, live, picture, size) {
  const slack = 1 / live.scale;
  const from = (start) => Math.max(start, 0);
  const to = (start, length, room, scale) => Math.min(length, start + room / scale);
  return (
    from(shown.x) <= from(live.x) + slack &&
    from(shown.y) <= from(live.y) + slack &&
    to(shown.x, picture.width, size.width, shown.scale) >= to(live.x, picture.width, size.width, live.scale) - slack &&
    to(shown.y, picture.height, size.height, shown.scale) >= to(live.y, picture.height, size.height, live.scale) - slack
  );
}
