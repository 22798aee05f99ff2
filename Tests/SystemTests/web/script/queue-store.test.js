// The queue in IndexedDB: each page is a frame of this one, gone when the frame is.
import { equal, until } from "./support.js";

const MEBIBYTE = 1 << 20;
const frames = [];

/** Another page of this site in this tab, with the store that it opens. */
async function page({ hasLocks = true } = {}) {
  const frame = document.createElement("iframe");
  frame.src = "/tests/store-page.html";
  document.body.append(frame);
  frames.push(frame);
  await until(() => frame.contentWindow.QueueStore);
  if (!hasLocks) Object.defineProperty(frame.contentWindow.navigator, "locks", { value: undefined });
  return { store: await frame.contentWindow.QueueStore.open(), close: () => frame.remove() };
}

async function leaveNothing() {
  frames.splice(0).forEach((frame) => frame.remove());
  sessionStorage.clear();
  const { store, close } = await page();
  await store.remove(await store.restore());
  close();
  sessionStorage.clear();
}

const STARTED = Date.now();
const item = (id, more = {}) => ({
  id, name: `${id}.jpg`, size: 3, state: "queued", reason: null, added: STARTED + Number(id), file: new File([id], id),
  handle: null, ...more,
});

/** The lines that a new page has, with the text of each file that was kept. */
async function restored(store) {
  const lines = await store.restore();
  return Promise.all(lines.map(async ({ id, file }) => [id, file && (await file.text())]));
}

/** The ids of all lines and of all files that are kept, whosever they are. */
async function kept() {
  const database = await opened(2);
  const transaction = database.transaction(["lines", "files"]);
  const keys = (name) => new Promise((resolve) => {
    transaction.objectStore(name).getAllKeys().onsuccess = ({ target }) => resolve(target.result);
  });
  const found = await Promise.all([keys("lines"), keys("files")]);
  database.close();
  return found;
}

const opened = (version) => new Promise((resolve) => {
  indexedDB.open("darkroom", version).onsuccess = ({ target }) => resolve(target.result);
});

/** Removes the database, as a page of another version might: "done", or "blocked" where a page keeps it from that. */
const removed = () => new Promise((resolve) => {
  const request = indexedDB.deleteDatabase("darkroom");
  request.onsuccess = () => resolve("done");
  request.onblocked = () => resolve("blocked");
});

const test = (body) => async () => {
  await leaveNothing();
  await body();
  await leaveNothing();
};

export default {
  "lines and small files survive a reload, in their order": test(async () => {
    const first = await page();
    await first.store.add([item("2"), item("1"), item("3", { size: 65 * MEBIBYTE, uploadID: "u", imageID: "i" })]);
    first.close();
    const second = await page();
    equal(second.store.queueID, first.store.queueID);
    const lines = await second.store.restore();
    equal(lines.map(({ id, name, uploadID }) => [id, name, uploadID]), [
      ["1", "1.jpg", undefined], ["2", "2.jpg", undefined], ["3", "3.jpg", "u"]]);
    equal(await Promise.all(lines.slice(0, 2).map(({ file }) => file.text())), ["1", "2"]);
    equal([lines[2].file, lines[2].handle], [null, null]);
  }),

  "of what is too large the handle survives, by which it is read again": test(async () => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle("large.jpg", { create: true });
    const writable = await handle.createWritable();
    await writable.write("large");
    await writable.close();
    const first = await page();
    await first.store.add([item("1", { size: 65 * MEBIBYTE, handle })]);
    first.close();
    const [line] = await (await page()).store.restore();
    equal([line.file, await (await line.handle.getFile()).text()], [null, "large"]);
  }),

  "a page that lives keeps its lines; when it is gone the next one takes them": test(async () => {
    const first = await page();
    await first.store.add([item("1")]);
    // Of the same tab's session, as a tab that was duplicated.
    const second = await page();
    equal(second.store.queueID === first.store.queueID, false);
    equal(await restored(second.store), []);
    first.close();
    equal(await restored((await page()).store), [["1", "1"]]);
  }),

  "two pages that begin at once do not take the same line": test(async () => {
    const first = await page();
    await first.store.add(Array.from({ length: 50 }, (_, index) => item(String(index))));
    first.close();
    const [second, third] = [await page(), await page()];
    const found = await Promise.all([restored(second.store), restored(third.store)]);
    equal(found.map((lines) => lines.length).sort(), [0, 50]);
  }),

  "after a day a line is dropped, with its file": test(async () => {
    const first = await page();
    await first.store.add([item("1", { added: Date.now() - 25 * 3600 * 1000 }), item("2")]);
    first.close();
    const second = await page();
    equal(await restored(second.store), [["2", "2"]]);
    second.close();
    equal(await restored((await page()).store), [["2", "2"]]);
  }),

  "without locks, lines of other pages are theirs for a day, and then dropped with their files": test(async () => {
    const first = await page({ hasLocks: false });
    await first.store.add([item("1", { added: Date.now() - 25 * 3600 * 1000 }), item("2")]);
    first.close();
    sessionStorage.clear();
    const second = await page({ hasLocks: false });
    equal(await restored(second.store), []);
    equal(await kept(), [["2"], ["2"]]);
  }),

  "a page that lives keeps its lines for longer than a day": test(async () => {
    const first = await page();
    await first.store.add([item("1", { added: Date.now() - 25 * 3600 * 1000 })]);
    equal(await restored((await page()).store), []);
    equal(await kept(), [["1"], ["1"]]);
  }),

  "a page does not keep one of another version waiting, and goes on without what it kept": test(async () => {
    const { store } = await page();
    await store.add([item("1")]);
    equal(await removed(), "done");
    await store.add([item("2")]);
    equal(await store.restore(), []);
  }),

  "nor does one that did not wait for an older one": test(async () => {
    await removed();
    const old = await opened(1);
    const { store } = await page();
    equal(await store.restore(), []);
    old.close();
    equal(await removed(), "done");
  }),

  "of what is done the line stays without its file, and what was cleared does not come back": test(async () => {
    const first = await page();
    const [one, two] = [item("1"), item("2")];
    await first.store.add([one, two]);
    await first.store.save(Object.assign(one, { state: "ready" }), false);
    const late = first.store.save(Object.assign(two, { state: "ready" }), false);
    await first.store.remove([two]);
    await late;
    first.close();
    const lines = await (await page()).store.restore();
    equal(lines.map(({ id, state, file }) => [id, state, file]), [["1", "ready", null]]);
  }),

  "files are kept up to 512 MiB together, and there is room again for what follows one that is done": test(async () => {
    const first = await page();
    const many = Array.from({ length: 9 }, (_, index) => item(String(index), { size: 60 * MEBIBYTE }));
    await first.store.add(many);
    await first.store.save(Object.assign(many[0], { state: "ready" }), false);
    await first.store.add([item("9", { size: 60 * MEBIBYTE })]);
    first.close();
    const kept = (await restored((await page()).store)).filter(([, text]) => text !== null).map(([id]) => id);
    equal(kept, ["1", "2", "3", "4", "5", "6", "7", "9"]);
  }),
};
