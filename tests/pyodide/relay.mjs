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

export default {
  // D1 and Durable Objects by HTTP, {answer} or {error} in JSON. Miniflare's own proxies make two
  // synchronous calls where these make one that is awaited, 60 ms each.
  async fetch(request, env) {
    const about = await request.json();
    try {
      const asked = new URL(request.url).pathname === "/d1" ? d1(env, about) : actor(env, about);
      return Response.json({ answer: await asked });
    } catch (error) {
      return Response.json({ error: String(error.message ?? error) });
    }
  },
  async queue(batch, env) {
    const messages = batch.messages.map((message) => message.body);
    await ask(env, "batch", { messages });
  },
};
`;
