// Miniflare's bindings, and what it takes to show them to Python in this process.

import miniflare from "miniflare";
import { FakeVectorize } from "./vectorize.mjs";
import { RELAY } from "./relay.mjs";

// One database for each installation that may be open at a time, as modules of tests share some.
const WORLDS = ["DB", "DB_1", "DB_2", "DB_3"];

/** Starts everything; `forPython` is what tests/contract/cloudflare.py imports. */
export async function startBindings() {
  const deliveries = { handler: null };
  const server = new miniflare.Miniflare({
    modules: true,
    script: RELAY,
    compatibilityDate: "2026-04-01",
    d1Databases: ["CATALOGUE", ...WORLDS],
    kvNamespaces: ["KV"],
    r2Buckets: ["R2"],
    durableObjects: { ACTORS: { className: "Relay", useSQLite: true } },
    queueProducers: { QUEUE: "grove" },
    queueConsumers: { grove: { maxBatchSize: 100, maxBatchTimeout: 0.05, maxRetries: 100 } },
    serviceBindings: { PYTHON: (request) => delivered(deliveries, request) },
    cf: false,
  });
  const env = await server.getBindings();
  const relay = (about) => server.dispatchFetch("http://relay/", { method: "POST", body: about });
  const forPython = {
    DB: new RelayedD1(relay, WORLDS[0]),
    worlds: WORLDS.map((name) => new RelayedD1(relay, name)),
    CATALOGUE: new RelayedD1(relay, "CATALOGUE"),
    KV: env.KV,
    R2: env.R2,
    actor: (name) => new ActorStub(env.ACTORS, name),
    QUEUE: env.QUEUE,
    vectorize: (dimensions, filterable) => new FakeVectorize(dimensions, filterable),
    deliver_to: (handler) => {
      deliveries.handler = handler;
    },
  };
  return { forPython, stop: () => server.dispose() };
}

/** The real D1 behind the same methods, each statement or batch one asynchronous call. */
class RelayedD1 {
  constructor(relay, name) {
    this.relay = relay;
    this.name = name;
  }
  prepare(sql) {
    const statement = (values) => ({
      about: { sql, values: values.map(sendable) },
      bind: (...bound) => statement(bound),
      all: () => this.run([statement(values)], false),
    });
    return statement([]);
  }
  batch(statements) {
    return this.run(statements, true);
  }
  withSession() {
    return this;
  }
  async run(statements, together) {
    const body = { name: this.name, statements: statements.map((each) => each.about), together };
    const answer = await (await this.relay(JSON.stringify(body))).json();
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.answer;
  }
}

function sendable(value) {
  if (ArrayBuffer.isView(value)) return { bytes: [...value] };
  if (value !== null && typeof value === "object") throw new Error(`D1_TYPE_ERROR: ${value}`);
  return value;
}

/** A Durable Object as its stub and its storage show it, each call by HTTP to the real one. */
class ActorStub {
  #stub;
  #name;

  constructor(namespace, name) {
    this.#stub = namespace.get(namespace.idFromName(name));
    this.#name = name;
  }
  deliver(method, text) {
    return this.#ask("deliver", [this.#name, method, text]);
  }
  async get(keys) {
    return new Map(await this.#ask("get", [keys]));
  }
  async list(options) {
    return new Map(await this.#ask("list", [options]));
  }
  put = (entries) => this.#ask("put", [entries]);
  delete = (keys) => this.#ask("delete", [keys]);
  deleteAll = () => this.#ask("deleteAll", []);
  setAlarm = (at) => this.#ask("setAlarm", [at, this.#name]);
  getAlarm = () => this.#ask("getAlarm", []);
  deleteAlarm = () => this.#ask("deleteAlarm", []);

  async #ask(method, values) {
    const answer = await this.#stub.fetch("http://actor/", {
      method: "POST",
      body: JSON.stringify([method, values]),
    });
    const { answer: value, error } = await answer.json();
    if (error !== undefined) throw new Error(error);
    return value;
  }
}

/** What workerd hands to Python: messages and alarms of Durable Objects, batches of the queue. */
async function delivered(deliveries, request) {
  const [kind, text] = [new URL(request.url).pathname.slice(1), await request.text()];
  if (deliveries.handler === null) return new miniflare.Response("nobody listens", { status: 503 });
  try {
    return new miniflare.Response(await deliveries.handler(kind, text));
  } catch (error) {
    return new miniflare.Response(String(error.message ?? error), { status: 500 });
  }
}
