/**
 * The drawings of this page: tree rings, which are also the grooves of a record, and a row of
 * trees. Made from a text, so the same playlist always has the same picture. Pure.
 */

/** Numbers 0-1, always the same for the same text. Source: mulberry32 over an FNV-1a hash. */
export function chance(text: string): () => number {
  let state = 0x811c9dc5;
  for (const char of text) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CORNERS = 20;

/**
 * So many rings as closed SVG paths in a box of 100 × 100, the innermost first. Each follows the
 * shape of the one before it, a little changed, as wood does.
 */
export function rings(name: string, number: number): string[] {
  const next = chance(name);
  const wave = () => ({
    size: 0.015 + 0.03 * next(),
    turns: 2 + Math.floor(3 * next()),
    at: 7 * next(),
  });
  const waves = [wave(), wave()];
  const step = 46 / (number + 0.6);
  return Array.from({ length: number }, (_, at) => {
    for (const each of waves) each.at += 0.25 * (next() - 0.5);
    const radius = (at + 1) * step;
    const points = Array.from({ length: CORNERS }, (_unused, corner) => {
      const angle = (2 * Math.PI * corner) / CORNERS;
      const bend = waves.reduce(
        (sum, { size, turns, at: shift }) => sum + size * Math.sin(turns * angle + shift),
        1,
      );
      return [50 + radius * bend * Math.cos(angle), 50 + radius * bend * Math.sin(angle)] as const;
    });
    return closed(points);
  });
}

/** A smooth closed path: each point pulls a curve between the middles of its neighbours. */
function closed(points: ReadonlyArray<readonly [number, number]>): string {
  const middle = (at: number) => {
    const [a, b] = [points[at % points.length]!, points[(at + 1) % points.length]!];
    return `${((a[0] + b[0]) / 2).toFixed(1)} ${((a[1] + b[1]) / 2).toFixed(1)}`;
  };
  const curves = points.map((_, at) => {
    const pull = points[(at + 1) % points.length]!;
    return `Q${pull[0].toFixed(1)} ${pull[1].toFixed(1)} ${middle(at + 1)}`;
  });
  return `M${middle(0)}${curves.join('')}Z`;
}

export interface Layer {
  /** How far away, 0 (near) to 1 (far). */
  far: number;
  path: string;
}

/**
 * A wood in three layers as SVG paths in a box of 1440 × 240, the farthest first. All parts turn
 * clockwise: where two that turn differently overlap, there would be a hole.
 */
export function horizon(name: string): Layer[] {
  const next = chance(name);
  return [1, 0.5, 0].map((far) => ({ far, path: ground(far, next) }));
}

function ground(far: number, next: () => number): string {
  const phase = 6 * next();
  const level = (x: number) =>
    212 - 64 * far + 13 * Math.sin(x / 230 + phase) + 5 * Math.sin(x / 91 + phase);
  const size = 1 - 0.5 * far;
  let path = 'M0 240';
  for (let x = 0; x <= 1440; x += 40) path += `L${x} ${level(x).toFixed(0)}`;
  path += 'L1440 240Z';
  // Now a clearing, now a thicket.
  for (let x = -20; x < 1460; x += (16 + 95 * next() ** 3) * size) {
    path += tree(x, level(x) + 3, size, next);
  }
  return path;
}

function tree(x: number, y: number, size: number, next: () => number): string {
  const tall = (34 + 60 * next()) * size;
  return next() < 0.6 ? fir(x, y, tall, next) : leafy(x, y, tall, next);
}

const n = (value: number): string => value.toFixed(1);

/** Four skirts, the lowest the widest, each a little drooping. */
function fir(x: number, y: number, tall: number, next: () => number): string {
  const wide = tall * (0.17 + 0.06 * next());
  const stem = `M${n(x - tall / 50)} ${n(y)}v${n(-tall * 0.2)}h${n(tall / 25)}V${n(y)}Z`;
  const skirts = [1, 0.8, 0.58, 0.36].map((part, at) => {
    const foot = y - tall * (0.08 + 0.2 * at);
    const across = wide * part;
    return (
      `M${n(x - across)} ${n(foot)}Q${n(x - across * 0.25)} ${n(foot - tall * 0.1)} ${n(x)} ${n(foot - tall * 0.34)}` +
      `Q${n(x + across * 0.25)} ${n(foot - tall * 0.1)} ${n(x + across)} ${n(foot)}Z`
    );
  });
  return stem + skirts.join('');
}

/** A stem and a crown of a few rounds around one in the middle. */
function leafy(x: number, y: number, tall: number, next: () => number): string {
  const stem = `M${n(x - tall / 40)} ${n(y)}v${n(-tall * 0.5)}h${n(tall / 20)}V${n(y)}Z`;
  const crown = Array.from({ length: 7 }, (_, at) => {
    const out = at < 6 ? 1 : 0;
    const round = tall * (0.13 + 0.08 * next());
    const left = x + out * tall * 0.2 * Math.cos(at * 1.05 + next() * 0.5) - round;
    const middle = y - tall * (0.66 + out * 0.19 * Math.sin(at * 1.05 + next() * 0.5));
    return `M${n(left)} ${n(middle)}a${n(round)} ${n(round)} 0 1 1 ${n(2 * round)} 0a${n(round)} ${n(round)} 0 1 1 ${n(-2 * round)} 0Z`;
  });
  return stem + crown.join('');
}
