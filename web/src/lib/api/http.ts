/** One way to ask the API: JSON in and out, every failure as a `Trouble`. */

/** Anything that went wrong with a request, whether the service said so or never answered. */
export class Trouble extends Error {
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  /** The last step of the problem's type, for example `BadAsk`; empty for none. */
  readonly kind: string;
  readonly fields: ReadonlyArray<{ field: string; problem: string }>;
  readonly suggestions: readonly string[];
  /** How long to wait before asking again; 0 when nobody said. */
  readonly retryAfterS: number;

  constructor(
    status: number,
    detail: string,
    about: Partial<Pick<Trouble, 'kind' | 'fields' | 'suggestions' | 'retryAfterS'>> = {},
  ) {
    super(detail);
    this.status = status;
    this.kind = about.kind ?? '';
    this.fields = about.fields ?? [];
    this.suggestions = about.suggestions ?? [];
    this.retryAfterS = about.retryAfterS ?? 0;
  }
}

export const NO_ANSWER = 'GroveMusic does not answer';

interface Asked {
  method?: 'GET' | 'POST';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | null;
}

/** The JSON at `path`. Throws a `Trouble`, or the `AbortError` of `signal`. */
export async function json<T>(path: string, asked: Asked = {}): Promise<T> {
  return (await (await ask(path, asked)).json()) as T;
}

/** The text at `path`; throws as `json` does. */
export async function text(path: string, asked: Asked = {}): Promise<string> {
  return (await ask(path, asked)).text();
}

/** A successful answer; throws as `json` does. */
export async function ask(path: string, asked: Asked = {}): Promise<Response> {
  const { method = 'GET', body, headers = {}, signal = null } = asked;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      signal,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Trouble(0, NO_ANSWER);
  }
  if (!answer.ok) throw await troubleOf(answer);
  return answer;
}

/** What a refusing answer says, also when it comes from a proxy and is no problem+json. */
export async function troubleOf(answer: Response): Promise<Trouble> {
  const said = await answer.json().catch(() => ({}));
  const problem: Record<string, unknown> = typeof said === 'object' && said !== null ? said : {};
  return new Trouble(
    answer.status,
    typeof problem.detail === 'string' ? problem.detail : `HTTP ${answer.status}`,
    {
      kind: typeof problem.type === 'string' ? (problem.type.split('/').pop() ?? '') : '',
      fields: Array.isArray(problem.errors) ? problem.errors : [],
      suggestions: Array.isArray(problem.suggestions) ? problem.suggestions : [],
      retryAfterS: Number(answer.headers.get('Retry-After')) || 0,
    },
  );
}

/** True for the error of a request that we ourselves broke off. */
export function wasAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Any error as a `Trouble`; a bug in this page is one too, so that it is shown. */
export function asTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  console.error(error);
  return new Trouble(500, 'something went wrong on this page');
}
