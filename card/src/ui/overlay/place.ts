/** Where the floating phone stands: distances of its centre as parts of the free room, so that it survives a resize. */

export interface Place {
  /** 0 (left) … 1 (right), 0 (top) … 1 (bottom). */
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const MARGIN = 16;
export const START: Place = { x: 1, y: 1 };

const within = (value: number) => Math.min(1, Math.max(0, value));

/** The top left corner in pixels, wholly inside the window (as far as it fits) with a margin. */
export function cornerOf(place: Place, size: Size, view: Size): { left: number; top: number } {
  const along = (part: number, own: number, room: number) =>
    MARGIN + within(part) * Math.max(0, room - own - 2 * MARGIN);
  return { left: along(place.x, size.width, view.width), top: along(place.y, size.height, view.height) };
}

/** The place whose corner is nearest to the one given. */
export function placeOf(corner: { left: number; top: number }, size: Size, view: Size): Place {
  const part = (at: number, own: number, room: number, otherwise: number) => {
    const free = room - own - 2 * MARGIN;
    return free > 0 ? within((at - MARGIN) / free) : otherwise;
  };
  return {
    x: part(corner.left, size.width, view.width, START.x),
    y: part(corner.top, size.height, view.height, START.y),
  };
}

/** What was kept, or the start for anything that is not a place. */
export function readPlace(text: string | null): Place {
  try {
    const { x, y } = JSON.parse(text ?? "null") as Place;
    return Number.isFinite(x) && Number.isFinite(y) ? { x: within(x), y: within(y) } : START;
  } catch {
    return START;
  }
}
