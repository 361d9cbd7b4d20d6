// The Worker that stands between workerd and Python: a Durable Object whose storage, alarms and
// one instance a name are real, while what it does is decided by Python in the test's process.

/** What is asked and answered: the length of a JSON text, the text, and bytes as they are. */
export const FRAMES = {
  framed(about, bytes = new Uint8Array()) {
    const text = new TextEncoder().encode(JSON.stringify(about));
    const whole = new Uint8Array(4 + text.length + bytes.length);
    new DataView(whole.buffer).setUint32(0, text.length);
    whole.set(text, 4);
    whole.set(bytes, 4 + text.length);
    return whole;
  },
  unframed(whole) {
    const end = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0);
    return [JSON.parse(new TextDecoder().decode(whole.subarray(4, end))), whole.subarray(end)];
  },
};

export const RELAY = `
import { DurableObject } from "cloudflare:workers";

const { framed, unframed } = {
  ${FRAMES.framed},
  ${FRAMES.unframed},
};

async function ask(env, kind, about) {
  const answer = await env.PYTHON.fetch("http://python/" + kind, {
    method: "POST",
    body: JSON.stringify(about),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

export class Relay extends DurableObject {
  async alarm() {
    await ask(this.env, "alarm", { name: await this.ctx.storage.get("#name") });
  }
  // "#name" is ours: an alarm does not know its object's name.
  async call(method, values) {
    const storage = this.ctx.storage;
    switch (method) {
      case "deliver": {
        const [name, what, text] = values;
        return ask(this.env, "message", { name, method: what, text });
      }
      case "get":
        return [...(await storage.get(values[0]))];
      case "list":
        return [...(await storage.list(values[0]))].filter(([key]) => key !== "#name");
      case "setAlarm":
        await storage.put("#name", values[1]);
        return storage.setAlarm(values[0]);
      case "deleteAll":
        return storage.deleteAll();
      default: // put, delete, getAlarm, deleteAlarm
        return (await storage[method](...values)) ?? null;
    }
  }
}

async function d1(env, { name, statements, together }) {
  const revived = (value) => (value?.bytes ? new Uint8Array(value.bytes) : value);
  const prepared = statements.map(({ sql, values }) => {
    const statement = env[name].prepare(sql);
    return values.length ? statement.bind(...values.map(revived)) : statement;
  });
  return together ? env[name].batch(prepared) : prepared[0].all();
}

function actor(env, [name, method, values]) {
  return env.ACTORS.getByName(name).call(method, values);
}

async function store(env, [name, method, first, options], sent) {
  const values = method === "put" ? [first, sent, options] : [first, options];
  const found = await env[name][method](...values.filter((each) => each != null));
  if (found instanceof ArrayBuffer) return [{ kind: "bytes" }, new Uint8Array(found)];
  if (found instanceof Map) return [{ kind: "map", value: [...found] }];
  if (typeof found?.etag !== "string") return [{ kind: "value", value: found }];
  const value = { key: found.key, size: found.size, etag: found.etag };
  const body = found.arrayBuffer && new Uint8Array(await found.arrayBuffer());
  return [{ kind: "object", value }, body];
}

const ROUTES = {
  "/d1": async (env, about) => [await d1(env, about)],
  "/actor": async (env, about) => [await actor(env, about)],
  "/store": store,
};

export default {
  // Bindings by HTTP: {answer} or {error}. Miniflare's own proxies make two synchronous calls where
  // these make one that is awaited, 60 ms each.
  async fetch(request, env) {
    const [about, sent] = unframed(new Uint8Array(await request.arrayBuffer()));
    try {
      const [answer, bytes] = await ROUTES[new URL(request.url).pathname](env, about, sent);
      return new Response(framed({ answer }, bytes));
    } catch (error) {
      return new Response(framed({ error: String(error.message ?? error) }));
    }
  },
  async queue(batch, env) {
    const messages = batch.messages.map((message) => message.body);
    await ask(env, "batch", { messages });
  },
};
`;
