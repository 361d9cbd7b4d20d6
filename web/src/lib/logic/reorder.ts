/** Carrying a track to another place. Pure. */

/** `items` with the one at position `from` (1 the first) put at position `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, at) => at !== from - 1);
  const item = items[from - 1];
  return item === undefined ? rest : [...rest.slice(0, to - 1), item, ...rest.slice(to - 1)];
}

/** The position, 1 the first, that a pointer at height `y` points to. */
export function positionAt(
  y: number,
  boxes: ReadonlyArray<{ top: number; height: number }>,
): number {
  const above = boxes.findIndex((box) => y < box.top + box.height);
  return above < 0 ? boxes.length : above + 1;
}
