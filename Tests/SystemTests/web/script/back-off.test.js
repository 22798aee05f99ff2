// How long is waited before something is tried again, and how often it is.
import { repeated, RequestError } from "/assets/requests.js";
import { UploadQueue } from "/assets/upload-queue.js";
import { Clock, equal, failure, forgetful, jpeg, json, LIMITS, replacing, settled, until } from "./support.js";

const never = new AbortController().signal;

/** The pauses, in seconds, of something that fails each time with these errors, the last of them for good. */
async function pauses(random, ...errors) {
  const clock = new Clock();
  return replacing([...clock.replacements(), [Math, "random", () => random]], async () => {
    const found = [];
    let tries = 0;
    const failed = failure(repeated(async () => {
      throw errors[Math.min(tries++, errors.length - 1)];
    }, never));
    let isDone = false;
    failed.then(() => (isDone = true));
    await until(() => {
      if (clock.timers.length) found.push(clock.runNext() / 1000);
      return isDone;
    });
    return { tries, pauses: found };
  });
}

/** The queue with one file, whose every request to the server ends so; the pauses until it is given up. */
async function queued(answer, { times, isOnline = true }) {
  const clock = new Clock();
  const replaced = [...clock.replacements(), [globalThis, "fetch", answer], [navigator, "onLine", isOnline]];
  return replacing(replaced, async () => {
    const queue = new UploadQueue("", LIMITS, forgetful());
    await queue.add([{ file: jpeg("a.jpg"), folder: "" }]);
    const [item] = queue.items.values();
    const found = [];
    const isOver = () => ["failed", "refused"].includes(item.state) || queue.isPaused;
    while (found.length < times) {
      await until(() => clock.timers.length || isOver());
      if (isOver()) break;
      found.push(Math.round(clock.runNext() / 1000));
    }
    await settled();
    return { pauses: found, state: item.state, reason: item.reason };
  });
}

export default {
  async "a request is tried four times, with pauses that double"() {
    const lost = new RequestError(0, "The connection was lost.");
    equal(await pauses(0, lost), { tries: 4, pauses: [0.5, 1, 2] });
    equal(await pauses(1, lost), { tries: 4, pauses: [0.75, 1.5, 3] });
  },

  async "a server that says when to come again is waited for"() {
    const busy = new RequestError(503, "Busy.", 7);
    equal(await pauses(0, busy, new RequestError(0, "Lost."), busy), { tries: 4, pauses: [7, 1, 7] });
  },

  async "what will not pass is not repeated"() {
    equal(await pauses(0, new RequestError(400, "No.")), { tries: 1, pauses: [] });
  },

  async "whoever is stopped does not wait to the end"() {
    const clock = new Clock();
    await replacing(clock.replacements(), async () => {
      const control = new AbortController();
      const failed = failure(repeated(() => Promise.reject(new RequestError(0, "Lost.")), control.signal));
      await until(() => clock.timers.length === 1);
      control.abort();
      equal((await failed).name, "AbortError");
    });
  },

  async "a file is given up after six failures, with pauses that double"() {
    equal(await queued(() => Promise.reject(new TypeError("no network")), { times: 20 }), {
      pauses: [1, 2, 4, 8, 16], state: "failed", reason: "The connection was lost. It was tried 6 times.",
    });
  },

  async "a server that asks to wait is waited for without an end, and so is the network"() {
    const busy = async () => json({ error: { message: "Many files at once; wait." } }, 429, { "Retry-After": "9" });
    const result = await queued(busy, { times: 12 });
    equal([result.state, new Set(result.pauses).size, result.pauses[0]], ["queued", 1, 9]);
    const offline = await queued(() => Promise.reject(new TypeError("no network")), { times: 12, isOnline: false });
    equal([offline.state, new Set(offline.pauses).size], ["queued", 1]);
    equal(offline.reason, "There is no network. It goes on by itself when there is.");
  },

  async "a refusal is told as it is, and nothing is tried again"() {
    const refused = async () => json({ error: { message: "Too large; send less." } }, 413);
    equal(await queued(refused, { times: 3 }), { pauses: [], state: "refused", reason: "Too large; send less." });
  },

  async "whoever is signed out has everything paused, and nothing given up"() {
    const result = await queued(async () => json({}, 401), { times: 1 });
    equal(result, { pauses: [], state: "queued", reason: null });
  },
};
