// Miniflare's bindings, and what it takes to show them to Python in this process.

import http from "node:http";
import miniflare from "miniflare";
import { FakeVectorize } from "./vectorize.mjs";
import { FRAMES, RELAY } from "./relay.mjs";

const { framed, unframed } = FRAMES;

// One database for each installation that may be open at a time, as modules of tests share some.
const WORLDS = ["DB", "DB_1", "DB_2", "DB_3"];

/** Starts everything; `forPython` is what tests/contract/cloudflare.py imports. */
export async function startBindings() {
  const deliveries = { handler: null, alarms: new Map() };
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
  const { QUEUE } = await server.getBindings();
  const relay = relayAt(await server.ready);
  const forPython = {
    DB: new RelayedD1(relay, WORLDS[0]),
    worlds: WORLDS.map((name) => new RelayedD1(relay, name)),
    CATALOGUE: new RelayedD1(relay, "CATALOGUE"),
    KV: relayedStore(relay, "KV", ["get", "put", "delete", "list"]),
    R2: relayedStore(relay, "R2", ["get", "head", "put", "delete", "list"]),
    actor: (name) => new ActorStub(relay, name, deliveries.alarms),
    alarms_due: (prefix) =>
      [...deliveries.alarms].filter(([name, at]) => name.startsWith(prefix) && at <= Date.now())
        .length,
    QUEUE,
    vectorize: (dimensions, filterable) => new FakeVectorize(dimensions, filterable),
    deliver_to: (handler) => {
      deliveries.handler = handler;
    },
  };
  return { forPython, stop: () => server.dispose() };
}

/**
 * Asks the relay's Worker by plain HTTP, which takes a fifth of the processor's time that fetch
 * does. What comes back is the answer, or [answer, bytes] where bytes are sent or come.
 */
function relayAt(address) {
  const agent = new http.Agent({ keepAlive: true });
  const ask = (path, about, bytes) =>
    new Promise((resolve, reject) => {
      const body = framed(about, bytes);
      const headers = { "content-length": body.length };
      const asked = http.request(new URL(path, address), { method: "POST", agent, headers });
      asked.on("error", (error) => {
        // While Python computed, workerd closed the idle connection: nothing was read from it.
        const unread = asked.reusedSocket && ["ECONNRESET", "EPIPE"].includes(error.code);
        if (unread) ask(path, about, bytes).then(resolve, reject);
        else reject(error);
      });
      asked.on("response", (response) => {
        const parts = [];
        response.on("error", reject);
        response.on("data", (part) => parts.push(part));
        response.on("end", () => {
          const [{ answer, error }, came] = unframed(Buffer.concat(parts));
          return error === undefined ? resolve([answer, came]) : reject(new Error(error));
        });
      });
      asked.end(body);
    });
  return ask;
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
    const plain = statements.map((each) => each.about);
    const about = { name: this.name, statements: plain, together };
    const [answer] = await this.relay("/d1", about);
    return answer;
  }
}

function sendable(value) {
  if (ArrayBuffer.isView(value)) return { bytes: [...value] };
  if (value !== null && typeof value === "object") throw new Error(`D1_TYPE_ERROR: ${value}`);
  return value;
}

/** A KV namespace or an R2 bucket: the same methods of the real one, bodies as bytes. */
function relayedStore(relay, name, methods) {
  const call = async (method, [first, ...rest]) => {
    const [body, options] = method === "put" ? rest : [undefined, ...rest];
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const [{ kind, value }, came] = await relay("/store", [name, method, first, options], bytes);
    const buffer = () => came.buffer.slice(came.byteOffset, came.byteOffset + came.length);
    if (kind === "bytes") return buffer();
    if (kind === "object") return { ...value, arrayBuffer: async () => buffer() };
    return kind === "map" ? new Map(value) : value;
  };
  return Object.fromEntries(methods.map((name) => [name, (...values) => call(name, values)]));
}

/** A Durable Object as its stub and its storage show it, each call by HTTP to the real one. */
class ActorStub {
  #relay;
  #name;
  #alarms; // by name, when those ring that were set here and have not rung

  constructor(relay, name, alarms) {
    this.#relay = relay;
    this.#name = name;
    this.#alarms = alarms;
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
  getAlarm = () => this.#ask("getAlarm", []);
  setAlarm(at) {
    this.#alarms.set(this.#name, at);
    return this.#ask("setAlarm", [at, this.#name]);
  }
  deleteAlarm() {
    this.#alarms.delete(this.#name);
    return this.#ask("deleteAlarm", []);
  }

  async #ask(method, values) {
    const [answer] = await this.#relay("/actor", [this.#name, method, values]);
    return answer;
  }
}

/** What workerd hands to Python: messages and alarms of Durable Objects, batches of the queue. */
async function delivered(deliveries, request) {
  const [kind, text] = [new URL(request.url).pathname.slice(1), await request.text()];
  if (kind === "alarm") deliveries.alarms.delete(JSON.parse(text).name);
  if (deliveries.handler === null) return new miniflare.Response("nobody listens", { status: 503 });
  try {
    return new miniflare.Response(await deliveries.handler(kind, text));
  } catch (error) {
    return new miniflare.Response(String(error.message ?? error), { status: 500 });
  }
}
