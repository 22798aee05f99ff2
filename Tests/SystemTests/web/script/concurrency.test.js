// How many files are sent at once.
import { UploadQueue } from "/assets/upload-queue.js";
import { equal, forgetful, jpeg, json, LIMITS, replacing, requests, settled, until } from "./support.js";

let ids = 0;
const begin = async () => json({ way: "server", upload_id: ++ids, image_id: `i${ids}`, offset: 0 });
const stored = () => JSON.stringify({ stored: true, image_id: "i" });

/** A queue of so many files over a network that a test answers for; `later` moves the clock of the page on. */
async function sending(count, body) {
  const { open, Request } = requests();
  let milliseconds = 0;
  const now = performance.now.bind(performance);
  const replaced = [
    [globalThis, "XMLHttpRequest", Request], [globalThis, "fetch", begin],
    [performance, "now", () => now() + milliseconds],
  ];
  await replacing(replaced, async () => {
    const queue = new UploadQueue("", LIMITS, forgetful());
    await queue.add(Array.from({ length: count }, (_, index) => ({ file: jpeg(`${index}.jpg`), folder: "" })));
    await body(queue, open, (seconds) => (milliseconds += seconds * 1000));
    for (const item of queue.items.values()) queue.cancel(item);
  });
}

const isAt = async (open, width) => {
  await until(() => open.length === width);
  await settled();
  equal(open.length, width);
};

export default {
  async "three files at first, one more for each that is quick, eight at most"() {
    await sending(40, async (queue, open) => {
      for (const width of [3, 4, 5, 6, 7, 8, 8, 8]) {
        await isAt(open, width);
        open[0].answer(200, stored());
      }
    });
  },

  async "a failure halves them, down to one"() {
    await sending(40, async (queue, open) => {
      await isAt(open, 3);
      for (let width = 4; width <= 8; width++) {
        open[0].answer(200, stored());
        await isAt(open, width);
      }
      // Eight are on their way: four of them end before another one begins.
      open[0].lose();
      await isAt(open, 7);
      for (const width of [7, 6, 5, 4]) {
        open.slice(width - 1).forEach((request) => request.lose());
        await settled();
      }
      await until(() => open.length < 4);
      while (open.length) {
        open[0].lose();
        await settled();
        if (open.length === 1) break;
      }
      await isAt(open, 1);
    });
  },

  async "a slow line has fewer, but two"() {
    await sending(40, async (queue, open, later) => {
      await isAt(open, 3);
      for (const width of [2, 2, 2]) {
        later(60);
        // Of a hundred bytes in a minute.
        open[0].answer(200, stored());
        await isAt(open, width);
      }
    });
  },

  async "a pause stops what is sent, and going on begins no more than before"() {
    await sending(10, async (queue, open) => {
      await isAt(open, 3);
      queue.pauseAll(true, "Signed out.");
      await isAt(open, 0);
      equal([...queue.items.values()].filter((item) => item.state === "paused").length, 3);
      queue.pauseAll(false);
      await isAt(open, 3);
    });
  },

  async "what was interrupted goes on by its handle, where a person allows it"() {
    let permission = "prompt";
    const handle = (file) => ({
      queryPermission: async () => permission, requestPermission: async () => (permission = "granted"),
      getFile: async () => file,
    });
    const line = (id, size, file) => ({
      id, name: `album/${file.name}`, size, state: "sending", added: 1, uploadID: null, handle: handle(file),
    });
    const { open, Request } = requests();
    const lines = [line("a", 100, jpeg("a.jpg")), line("b", 100, jpeg("b.jpg")), line("c", 99, jpeg("c.jpg"))];
    await replacing([[globalThis, "XMLHttpRequest", Request], [globalThis, "fetch", begin]], async () => {
      const queue = new UploadQueue("", LIMITS, forgetful(lines));
      await queue.restore();
      const items = [...queue.items.values()];
      equal(items.map(({ state }) => state), ["lost", "lost", "lost"]);
      equal(items[0].reason.includes("press Go on"), true);
      await queue.resume(items[0]);
      // What was allowed for one may be allowed for all; a file of another size is another file.
      await isAt(open, 2);
      equal(items[2].state, "lost");
      await queue.resume(items[2]);
      equal([items[2].state, items[2].reason, items[2].handle], [
        "lost", "This file was changed or moved since: choose it again.", null]);
      for (const item of items) queue.cancel(item);
    });
  },
};
