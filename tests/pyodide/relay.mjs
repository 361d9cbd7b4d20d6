// The Worker that stands between workerd and Python: a Durable Object whose storage, alarms and
// one instance a name are real, while what it does is decided by Python in the test's process.

export const RELAY = `
import { DurableObject } from "cloudflare:workers";

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
  // Asked by HTTP, which Miniflare carries to this process whole: [method, arguments] in, JSON out.
  async fetch(request) {
    const [method, values] = await request.json();
    try {
      return Response.json({ answer: await this.#asked(method, values) });
    } catch (error) {
      return Response.json({ error: String(error.message ?? error) });
    }
  }
  async alarm() {
    await ask(this.env, "alarm", { name: await this.ctx.storage.get("#name") });
  }
  // "#name" is ours: an alarm does not know its object's name.
  async #asked(method, values) {
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

// D1 by HTTP. Miniflare's own proxies make two synchronous calls a statement, 60 ms each.
async function d1(request, env) {
  const { name, statements, together } = await request.json();
  const revived = (value) => (value?.bytes ? new Uint8Array(value.bytes) : value);
  try {
    const prepared = statements.map(({ sql, values }) => {
      const statement = env[name].prepare(sql);
      return values.length ? statement.bind(...values.map(revived)) : statement;
    });
    const answer = together ? await env[name].batch(prepared) : await prepared[0].all();
    return Response.json({ answer });
  } catch (error) {
    return Response.json({ error: String(error.message ?? error) });
  }
}

export default {
  fetch: d1,
  async queue(batch, env) {
    const messages = batch.messages.map((message) => message.body);
    await ask(env, "batch", { messages });
  },
};
`;
