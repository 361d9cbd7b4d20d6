/** Lost connections, failing services, a server that is gone: nothing is lost, and it is said. */

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { after, afterEach, test } from 'node:test';
import { folderWith, serve, until } from './support/grove.mjs';
import { simulators } from './support/simulators.mjs';
import { name, notice, stage, tracks } from './support/stage.mjs';

let upstream;
let song = 0;
/** Real services, simulated, and a catalogue that knows none of their songs. */
const here = stage({
  start: async () => {
    upstream = await simulators();
    return serve(
      folderWith([['Home', 'Somebody', 'First', 2001, 'folk', 'mine']]),
      upstream.settings,
    );
  },
});
after(() => upstream?.stop());
afterEach(() => upstream.heal());

const start = (page) => name(page, upstream.songs[song++ % upstream.songs.length]);

const slow = () =>
  Promise.all(
    ['lastfm', 'listenbrainz', 'musicbrainz'].map((service) =>
      upstream.inject(service, { latency_ms: 900 }),
    ),
  );

/** A door before the server that can be slammed: every open connection is cut. */
async function door(port) {
  const open = new Set();
  const heads = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.on('data', (data) => heads.push(data.toString('latin1')));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => open.delete(one));
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    heads,
    slam: () => open.forEach((socket) => socket.destroy()),
    close: () => {
      open.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

test('a connection cut during progress resumes after the last event, without a repeat', async (t) => {
  await slow();
  const between = await door(here.server.port);
  t.after(between.close);
  const page = await here.open(between.url, { baseURL: between.url });
  await start(page);
  await page.getByText('Reading its tags').waitFor();
  between.slam();
  await page.getByText('The connection was lost').waitFor();
  await page.waitForURL('**/playlist/*');
  const resumed = between.heads
    .map((head) => /^GET \/api\/generate\/\S+\/stream[\s\S]*?last-event-id: (\d+)/im.exec(head))
    .find(Boolean);
  assert.ok(Number(resumed?.[1]) >= 1, 'it did not ask for what came after the last event');
  await tracks(page).first().waitFor();
});

test('where nothing can be streamed it asks every two seconds', async () => {
  await slow();
  const page = await here.open('/');
  await page.route('**/stream', (route) => route.abort());
  await start(page);
  await page.getByText('asking every two seconds').waitFor();
  await page.waitForURL('**/playlist/*');
});

test('a reload during progress shows what happened before', async () => {
  await slow();
  const page = await here.open('/');
  await start(page);
  await page.getByText('Reading its tags').waitFor();
  await page.reload();
  await page.getByText(/^Found /).waitFor();
  await page.waitForURL('**/playlist/*');
});

test('a failing source is named with what it costs, and the list is whole', async () => {
  await upstream.inject('lastfm', { kind: 'down' });
  const page = await here.open('/');
  await start(page);
  await page.waitForURL('**/playlist/*');
  await page.getByText('Made without some sources:').waitFor();
  await page.getByText(/Last\.fm \(.+\): .+/).waitFor();
  await tracks(page).first().waitFor();
  assert.equal(await tracks(page).count(), 20);
});

test('evidence of real songs leads to the services that gave it, and nowhere else', async () => {
  const page = await here.open('/');
  await start(page);
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
  for (const button of await page.getByRole('button', { name: /^Why/ }).all()) await button.click();
  const links = page.locator('.evidence a');
  await links.first().waitFor();
  const addresses = await links.evaluateAll((all) => all.map(({ href, rel }) => [href, rel]));
  const hosts = new Set(addresses.map(([href]) => new URL(href).host));
  assert.ok(hosts.has('musicbrainz.org'));
  for (const host of hosts) {
    assert.match(host, /^(musicbrainz\.org|www\.last\.fm|listenbrainz\.org)$/);
  }
  for (const [, rel] of addresses) assert.match(rel, /noopener noreferrer/);
});

test('offline is said, and what was shown stays', async () => {
  const page = await here.open('/');
  await start(page);
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
  await page.context().setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await tracks(page)
    .nth(3)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, 'GroveMusic does not answer');
  assert.equal(await tracks(page).count(), 20);
  await page.context().setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'hidden' });
  await tracks(page)
    .nth(3)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, /^Replaced/);
});

test('a server that is gone is said, with a way to try again', async () => {
  const page = await here.open('/history');
  await page.getByRole('heading', { name: 'History' }).waitFor();
  let gone = true;
  await page.route('**/api/user/history*', (route) => (gone ? route.abort() : route.continue()));
  await page.reload();
  await page.getByRole('alert').getByText('No answer').waitFor();
  gone = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await until(60_000, 'the history', async () => (await page.locator('.runs li').count()) > 0);
});
