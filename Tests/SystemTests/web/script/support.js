// What the tests of the page's modules share: comparisons, waiting, and stand-ins for the network and the clock.

const clockTimeout = setTimeout;

/** Fails unless both are the same as JSON. */
export function equal(actual, expected) {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== shouldBe) throw new Error(`${is} in place of ${shouldBe}`);
}

/** What a promise fails with. */
export async function failure(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${JSON.stringify(value)} in place of an error`);
}

/** Waits by the real clock until something holds. */
export async function until(holds) {
  const end = performance.timeOrigin + performance.now() + 10_000;
  while (!holds()) {
    if (performance.timeOrigin + performance.now() > end) throw new Error(`never came: ${holds}`);
    await new Promise((resolve) => clockTimeout(resolve, 5));
  }
}

/** Lets what has been begun come to where it waits. */
export const settled = () => new Promise((resolve) => clockTimeout(resolve, 50));

/** Runs a test with other properties of objects, `[object, name, value]` each, which are put back. */
export async function replacing(replacements, body) {
  const before = replacements.map(([object, name]) => [object, name, Object.getOwnPropertyDescriptor(object, name)]);
  for (const [object, name, value] of replacements) {
    Object.defineProperty(object, name, { configurable: true, writable: true, value });
  }
  try {
    return await body();
  } finally {
    for (const [object, name, descriptor] of before) {
      if (descriptor) Object.defineProperty(object, name, descriptor);
      else delete object[name];
    }
  }
}

/** A clock that stands still until a test lets a timer run out. */
export class Clock {
  now = 1_800_000_000_000;
  timers = [];

  replacements() {
    return [
      [globalThis, "setTimeout", (work, milliseconds) => this.timers.push({ work, at: this.now + milliseconds })],
      [Date, "now", () => this.now], [Math, "random", () => 0],
    ];
  }

  /** Goes on to the next timer's time, runs it, and says how many milliseconds passed. */
  runNext() {
    const [next] = this.timers.sort((a, b) => a.at - b.at).splice(0, 1);
    const passed = Math.max(0, next.at - this.now);
    this.now += passed;
    next.work();
    return passed;
  }
}

/** A response to `fetch`. */
export const json = (value, status = 200, headers = {}) => new Response(JSON.stringify(value), { status, headers });

/** Requests by XMLHttpRequest that are open until a test answers them. */
export function requests() {
  const open = [];
  class Request {
    upload = {};
    headers = {};
    #answerHeaders = {};
    open(method, url) {
      Object.assign(this, { method, url });
    }
    setRequestHeader(name, value) {
      this.headers[name] = value;
    }
    getResponseHeader(name) {
      return this.#answerHeaders[name] ?? null;
    }
    send(body) {
      this.body = body;
      open.push(this);
    }
    abort() {
      this.#end();
      this.onabort();
    }
    answer(status, responseText = "", headers = {}) {
      Object.assign(this, { status, responseText });
      this.#answerHeaders = headers;
      this.#end();
      this.onload();
    }
    lose() {
      this.#end();
      this.onerror();
    }
    #end() {
      open.splice(open.indexOf(this), 1);
      this.onloadend();
    }
  }
  return { open, Request };
}

/** A picture of the JPEG kind, as far as its first bytes say. */
export const jpeg = (name, size = 100) => {
  const bytes = new Uint8Array(size);
  bytes.set([0xff, 0xd8, 0xff]);
  return new File([bytes], name);
};

/** A store that keeps nothing, but for the lines it is given. */
export const forgetful = (lines = []) => ({
  add: async () => {}, save: async () => {}, remove: async () => {}, restore: async () => lines,
});

export const LIMITS = { max_bytes: 1000, hash_max_bytes: 0, parallel: 8, max_files: 10_000 };
