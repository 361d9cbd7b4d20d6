/** Carrying a track to another place. Pure. */

/** `items` with the one at position `from` (1 the first) put at position `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, at) => at !== from - 1);
  const item = items[from - 1];
  return item === undefined ? rest : [...rest.slice(0, to - 1), item, ...rest.slice(to - 1)];
}

/**
 * The position, 1 the first, to which a pointer at height `y` brings the item that is at `from` now.
 *
 * A neighbour gives way once the pointer is over it and the carried item would lie under the pointer
 * afterwards: else two items of unequal height change places again and again.
 */
export function positionAt(
  y: number,
  boxes: ReadonlyArray<{ top: number; height: number }>,
  from: number,
): number {
  const own = boxes[from - 1]?.height ?? 0;
  let to = from;
  for (let next = boxes[to]; next; next = boxes[to]) {
    if (y < Math.max(next.top, next.top + next.height - own)) break;
    to += 1;
  }
  for (let before = boxes[to - 2]; before; before = boxes[to - 2]) {
    if (y >= Math.min(before.top + before.height, before.top + own)) break;
    to -= 1;
  }
  return to;
}
