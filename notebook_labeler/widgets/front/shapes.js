// What boxes and polygons are, in source pixels: their bounds and area, what is inside, how they move, stretch, lose a point.
//
// A region is {box: [left, top, width, height]} or {rings: [[x0, y0, x1, y1, ...], ...]}, filled by the even-odd rule; an item
// of the kernel is a region too. Nothing here rounds, and nothing changes a region: a change gives a new one.
// A point is {x, y}; bounds are {x0, y0, x1, y1}; a picture is {width, height}.

const SMALL_REACHES = 4; // times the reach: the side of an object up to which it is taken also from beside
const known = new WeakMap(); // region -> {bounds, area}
const between = (value, low, high) => Math.min(Math.max(value, low), high);

export const isBox = (region) => Boolean(region.box);
export const regionOf = (item) => (item.box ? { box: item.box } : { rings: item.rings });
export const sameRegion = (a, b) => JSON.stringify(a.box ?? a.rings) === JSON.stringify(b.box ?? b.rings);
export const insidePicture = (point, picture) => ({ x: between(point.x, 0, picture.width), y: between(point.y, 0, picture.height) });

export function outline(region) {
  if (!region.box) return region.rings;
  const [l, t, w, h] = region.box;
  return [[l, t, l + w, t, l + w, t + h, l, t + h]];
}

export function spanning(a, b) {
  return { box: [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)] };
}

function measured(region) {
  if (!known.has(region)) known.set(region, region.box ? measureBox(region.box) : measureRings(region.rings));
  return known.get(region);
}

const measureBox = ([l, t, w, h]) => ({ bounds: { x0: l, y0: t, x1: l + w, y1: t + h }, area: w * h });

function measureRings(rings) {
  const bounds = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  let area = 0;
  rings.forEach((ring, index) => {
    for (let i = 0; i < ring.length; i += 2) {
      bounds.x0 = Math.min(bounds.x0, ring[i]);
      bounds.x1 = Math.max(bounds.x1, ring[i]);
      bounds.y0 = Math.min(bounds.y0, ring[i + 1]);
      bounds.y1 = Math.max(bounds.y1, ring[i + 1]);
    }
    const around = rings.filter((other, at) => at !== index && ringHolds(other, ring[0], ring[1])).length;
    area += Math.abs(ringArea(ring)) * (around % 2 ? -1 : 1);
  });
  return { bounds, area };
}

export const boundsOf = (region) => measured(region).bounds;
export const areaOf = (region) => measured(region).area;

// With its sign, by the shoelace formula, measured from the first point.
export function ringArea(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += (ring[i] - ring[0]) * (ring[j + 1] - ring[1]) - (ring[j] - ring[0]) * (ring[i + 1] - ring[1]);
  }
  return sum / 2;
}

function ringHolds(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [x0, y0, x1, y1] = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}

export function holdsPoint(region, { x, y }) {
  const { x0, y0, x1, y1 } = boundsOf(region);
  if (x < x0 || x > x1 || y < y0 || y > y1) return false;
  return isBox(region) || region.rings.filter((ring) => ringHolds(ring, x, y)).length % 2 === 1;
}

// The nearest place on a region's edge: {distance, ring, index (of the point before it), x, y}.
export function nearestEdge(region, { x, y }) {
  let best = { distance: Infinity };
  outline(region).forEach((ring, at) => {
    for (let i = 0; i < ring.length; i += 2) {
      const j = (i + 2) % ring.length;
      const [ax, ay] = [ring[i], ring[i + 1]];
      const [dx, dy] = [ring[j] - ax, ring[j + 1] - ay];
      const share = between(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
      const [px, py] = [ax + share * dx, ay + share * dy];
      const distance = Math.hypot(px - x, py - y);
      if (distance < best.distance) best = { distance, ring: at, index: i / 2, x: px, y: py };
    }
  });
  return best;
}

// What is under a point, the smallest first: objects that hold it, and small ones within reach; then those whose edge alone is.
export function under(items, point, reach) {
  const found = items.filter((item) => {
    const { x0, y0, x1, y1 } = boundsOf(item);
    if (point.x < x0 - reach || point.x > x1 + reach || point.y < y0 - reach || point.y > y1 + reach) return false;
    return holdsPoint(item, point) || nearestEdge(item, point).distance <= reach;
  });
  const beside = (item) => {
    const { x0, y0, x1, y1 } = boundsOf(item);
    return Math.min(x1 - x0, y1 - y0) > SMALL_REACHES * reach && !holdsPoint(item, point);
  };
  const [near, edges] = [found.filter((item) => !beside(item)), found.filter(beside)];
  return [near, edges].flatMap((some) => some.sort((a, b) => areaOf(a) - areaOf(b)));
}

// ---- changes

const mapped = (ring, change) => ring.map((value, i) => change(value, i % 2));

export function moved(region, dx, dy) {
  if (!dx && !dy) return regionOf(region);
  if (isBox(region)) return { box: [region.box[0] + dx, region.box[1] + dy, region.box[2], region.box[3]] };
  return { rings: region.rings.map((ring) => mapped(ring, (value, axis) => value + (axis ? dy : dx))) };
}

// How far several regions can go together: as far as asked, but not out of the picture; what sticks out may come back.
export function heldStep(regions, dx, dy, picture) {
  for (const region of regions) {
    const { x0, y0, x1, y1 } = boundsOf(region);
    dx = between(dx, Math.min(0, -x0), Math.max(0, picture.width - x1));
    dy = between(dy, Math.min(0, -y0), Math.max(0, picture.height - y1));
  }
  return { dx, dy };
}

// A box after the handle ("n", "se", ...) was brought to a point; pulled over its other side it turns around.
export function pulled(region, handle, point) {
  let { x0, y0, x1, y1 } = boundsOf(region);
  if (handle.includes("w")) x0 = point.x;
  if (handle.includes("e")) x1 = point.x;
  if (handle.includes("n")) y0 = point.y;
  if (handle.includes("s")) y1 = point.y;
  return spanning({ x: x0, y: y0 }, { x: x1, y: y1 });
}

// A region with its right and bottom side moved; a polygon is stretched.
export function stretched(region, dx, dy, picture) {
  const { x0, y0, x1, y1 } = boundsOf(region);
  const right = between(x1 + dx, x0 + 1, Math.max(picture.width, x1));
  const bottom = between(y1 + dy, y0 + 1, Math.max(picture.height, y1));
  const [wide, high] = [dx ? right - x0 : x1 - x0, dy ? bottom - y0 : y1 - y0];
  if (isBox(region)) return { box: [x0, y0, wide, high] };
  const [fx, fy] = [wide / (x1 - x0 || 1), high / (y1 - y0 || 1)];
  return { rings: region.rings.map((ring) => mapped(ring, (v, axis) => (axis ? y0 + (v - y0) * fy : x0 + (v - x0) * fx))) };
}

const withRing = (region, at, ring) => ({ rings: region.rings.map((old, index) => (index === at ? ring : old)) });

export function vertexMoved(region, { ring, index }, { x, y }) {
  const points = [...region.rings[ring]];
  points.splice(2 * index, 2, x, y);
  return withRing(region, ring, points);
}

// The new point has the number index + 1.
export function vertexAdded(region, { ring, index }, { x, y }) {
  const points = [...region.rings[ring]];
  points.splice(2 * index + 2, 0, x, y);
  return withRing(region, ring, points);
}

// Null when the ring would have less than three points.
export function vertexRemoved(region, { ring, index }) {
  const points = [...region.rings[ring]];
  if (points.length <= 6) return null;
  points.splice(2 * index, 2);
  return withRing(region, ring, points);
}
