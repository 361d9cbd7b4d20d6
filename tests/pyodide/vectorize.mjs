// Vectorize has no simulator, so here is a fake with its documented limits, its error texts and its
// delay before a write is seen. Sources: developers.cloudflare.com/vectorize/platform/limits/,
// …/reference/client-api/ and …/reference/metadata-filtering/.

const LIMITS = { upsert: 1000, ids: 20, id: 64, namespace: 64, metadata: 10240, filter: 2048 };

export class FakeVectorize {
  #dimensions;
  #filterable;
  #seen = new Map();
  #waiting = [];

  constructor(dimensions, filterable) {
    this.#dimensions = dimensions;
    this.#filterable = new Set(filterable);
  }

  /** What was written becomes visible: on Cloudflare in half a minute or two. */
  settle() {
    for (const change of this.#waiting.splice(0)) change();
  }

  async upsert(vectors) {
    if (vectors.length > LIMITS.upsert) fail(40003, "too many vectors");
    for (const vector of vectors) this.#check(vector);
    this.#waiting.push(() => vectors.forEach((each) => this.#seen.set(each.id, plain(each))));
    return { mutationId: "fake" };
  }

  async query(values, options = {}) {
    const { topK = 5, namespace, filter, returnValues = false, returnMetadata = "none" } = options;
    if (values.length !== this.#dimensions) fail(40006, "invalid query vector dimensions");
    const most = returnValues || returnMetadata === "all" ? 50 : 100;
    if (topK > most) fail(40025, `topK must be at most ${most}`);
    if (filter && JSON.stringify(filter).length >= LIMITS.filter) fail(40026, "filter too large");
    const unknown = Object.keys(filter ?? {}).filter((field) => !this.#filterable.has(field));
    if (unknown.length) fail(40027, `no metadata index on ${unknown.join(", ")}`);
    const matches = [...this.#seen.values()]
      .filter((each) => namespace === undefined || (each.namespace ?? "") === namespace)
      .filter((each) => fits(each.metadata ?? {}, filter ?? {}))
      .map((each) => ({ ...each, score: cosine(values, each.values) }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, topK)
      .map(({ id, score, values: own, metadata, namespace: space }) => ({
        id,
        score,
        ...(returnValues ? { values: own } : {}),
        ...(returnMetadata === "all" ? { metadata } : {}),
        ...(space ? { namespace: space } : {}),
      }));
    return { count: matches.length, matches };
  }

  async getByIds(ids) {
    if (ids.length > LIMITS.ids) fail(40007, "too many ids");
    return ids.filter((id) => this.#seen.has(id)).map((id) => this.#seen.get(id));
  }

  async deleteByIds(ids) {
    if (ids.length > LIMITS.ids) fail(40007, "too many ids");
    this.#waiting.push(() => ids.forEach((id) => this.#seen.delete(id)));
    return { mutationId: "fake" };
  }

  async describe() {
    return { vectorCount: this.#seen.size, dimensions: this.#dimensions };
  }

  #check({ id, values, namespace = "", metadata = {} }) {
    const size = (text) => new TextEncoder().encode(text).length;
    if (size(id) > LIMITS.id || !id) fail(40004, `id exceeds ${LIMITS.id} bytes`);
    if (size(namespace) > LIMITS.namespace) fail(40005, "namespace exceeds 64 bytes");
    if (values.length !== this.#dimensions) fail(40012, "invalid vector dimensions");
    if (values.some((value) => !Number.isFinite(value))) fail(40013, "maximum of a float exceeded");
    if (size(JSON.stringify(metadata)) > LIMITS.metadata) fail(40014, "metadata exceeds 10 KiB");
  }
}

function fail(code, message) {
  throw new Error(`VECTOR_QUERY_ERROR (code = ${code}): ${message}`);
}

const plain = (vector) => JSON.parse(JSON.stringify(vector));

function cosine(a, b) {
  const dot = a.reduce((sum, value, at) => sum + value * b[at], 0);
  return Math.fround(dot / (Math.hypot(...a) * Math.hypot(...b) || 1)); // float32, as the service
}

const TESTS = {
  $eq: (value, wanted) => value === wanted,
  $ne: (value, wanted) => value !== wanted,
  $in: (value, wanted) => wanted.includes(value),
  $nin: (value, wanted) => !wanted.includes(value),
  $lt: (value, wanted) => value !== undefined && value < wanted,
  $lte: (value, wanted) => value !== undefined && value <= wanted,
  $gt: (value, wanted) => value !== undefined && value > wanted,
  $gte: (value, wanted) => value !== undefined && value >= wanted,
};

function fits(metadata, filter) {
  return Object.entries(filter).every(([field, wanted]) => {
    const tests = wanted !== null && typeof wanted === "object" ? wanted : { $eq: wanted };
    return Object.entries(tests).every(([name, value]) => TESTS[name](metadata[field], value));
  });
}
