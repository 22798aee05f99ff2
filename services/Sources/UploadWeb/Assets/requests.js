// Requests to the server, and what went wrong with them in a sentence.

/** Seconds without a byte sent, and without a response once all are sent, after which a connection counts as lost. */
const STALL_SECONDS = 40;
const RESPONSE_SECONDS = 180;

/** The server, or what lies before it, did not do what was asked. */
export class RequestError extends Error {
  /**
   * @param {number} status The response's status; 0 for none.
   * @param {string} message A sentence for a person.
   * @param {?number} retryAfter Seconds that the server asks to wait.
   */
  constructor(status, message, retryAfter = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the person has to sign in again. */
  get isSignedOut() {
    return this.status === 401;
  }

  /** Whether the same request may well succeed later. */
  get mayPass() {
    return this.status === 0 || [408, 409, 425, 429].includes(this.status) || this.status >= 500;
  }

  /** Whether the server is there, and asks to come later. */
  get isBusy() {
    return this.status === 429 || this.status === 503;
  }

  static of(status, body, retryAfter) {
    let message;
    try {
      message = JSON.parse(body).error.message;
    } catch {
      message = {
        401: "You are signed out. Sign in in another tab, then press Go on.",
        413: "What stands between here and the server takes no file of this size.",
        429: "The server asks to wait.",
      }[status] ?? `The server answered with an error (${status}).`;
    }
    return new RequestError(status, message, Number(retryAfter) || null);
  }
}

const lost = () => new RequestError(0, "The connection was lost.");
const stopped = () => new DOMException("Stopped.", "AbortError");

/** Asks the server for JSON. */
export async function ask(url, options = {}) {
  let response;
  let body;
  try {
    response = await fetch(url, { ...options, redirect: "manual", signal: AbortSignal.timeout(30_000) });
    body = await response.text();
  } catch {
    throw lost();
  }
  // A load balancer leads those who are signed out to a page of its own.
  if (response.type === "opaqueredirect") throw RequestError.of(401, "", null);
  if (!response.ok) throw RequestError.of(response.status, body, response.headers.get("Retry-After"));
  return body ? JSON.parse(body) : null;
}

/**
 * Does something again, with back-off and jitter, while its failure may pass.
 * @param {AbortSignal} signal Ends the waiting.
 */
export async function repeated(work, signal, tries = 4) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!error.mayPass || attempt >= tries) throw error;
      await pause(Math.max(error.retryAfter ?? 0, 2 ** attempt / 4) * (1 + Math.random() / 2), signal);
    }
  }
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(stopped());
    }, { once: true });
  });
}

/** Asks with a body of JSON. */
export const tell = (url, value) =>
  ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

/**
 * Sends bytes, and tells how many are on their way.
 * @param {Blob | FormData} body
 * @param {AbortSignal} signal Ends it with `AbortError`.
 * @param {(sent: number) => void} onProgress
 * @param {(status: number, body: string, retryAfter: ?string) => Error} refusal What a refusal says.
 * @returns The response's text.
 */
export function send(method, url, body, headers, signal, onProgress, refusal = RequestError.of) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer;
    const expect = (seconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reject(lost());
        request.abort();
      }, seconds * 1000);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      expect(STALL_SECONDS);
      onProgress(event.loaded);
    };
    request.upload.onload = () => expect(RESPONSE_SECONDS);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.responseText);
      else reject(refusal(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => reject(lost());
    request.onabort = () => reject(stopped());
    request.onloadend = () => clearTimeout(timer);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) return reject(stopped());
    expect(STALL_SECONDS);
    request.send(body);
  });
}
