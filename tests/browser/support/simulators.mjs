/** The upstream simulators (tests/simulators) as a process of their own, steered over HTTP. */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment, ROOT } from './grove.mjs';

/**
 * Starts them. Answers { settings, inject, heal, songs, stop }: environment variables that lead a
 * server here, a way to break services and to heal them, and songs every service knows.
 */
export async function simulators() {
  const child = spawn(join(ROOT, '.venv/bin/python'), ['-u', '-m', 'simulators', '--port', '0'], {
    cwd: join(ROOT, 'tests'),
    env: environment({}),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill();
  process.once('exit', end); // also when whoever asked for them fails
  const settings = {};
  let control;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name) settings[name] = value;
    else if (line.startsWith('# control: ')) control = line.slice('# control: '.length);
    else if (!line) break;
  }
  return {
    settings,
    songs: knownSongs(),
    inject: (service, fault) =>
      fetch(`${control}/faults/${service}`, {
        method: 'POST',
        body: JSON.stringify(fault),
      }),
    heal: () => fetch(`${control}/faults`, { method: 'DELETE' }),
    stop: () => {
      process.off('exit', end);
      const ended = new Promise((done) => child.on('exit', done));
      child.kill();
      return ended;
    },
  };
}

/** A few songs that all services know, as a listener would write them. */
function knownSongs() {
  const code = `
import json, sys
sys.path[:0] = ["tests", "src"]
from simulators.world import World
world = World()
tracks = map(world.track, range(len(world)))
plain = [t for t in tracks if t.mbid and "(" not in t.title and " - " not in t.title]
print(json.dumps([f"{t.title} by {t.artist}" for t in plain[5:205:40]]))`;
  const done = spawnSync(join(ROOT, '.venv/bin/python'), ['-c', code], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return JSON.parse(done.stdout);
}
