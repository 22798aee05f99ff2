// The queue: files are checked, sent side by side, gone on with where they broke off, and followed until each is a
// picture or has a reason why not. It knows nothing of the page that shows it.
import { check, sha256 } from "./file-checks.js";
import { newID } from "./queue-store.js";
import { ask, RequestError, send, tell } from "./requests.js";
import { sendForm, sendParts } from "./s3-transfers.js";

/** How often a file is tried by itself before a person is asked. */
const TRIES = 6;
const LOST = "It was interrupted, and is too large to be kept over a reload: choose this file again to go on.";
const CHANGED = "This file was changed or moved since: choose it again.";
const ASKS = "It was interrupted: press Go on, and allow this page to read the file again; or choose it again.";
const FINISHED = new Set(["ready", "refused", "cancelled"]);

/** Whether nothing more happens to a file by itself or by a person. */
export const isFinished = (item) => FINISHED.has(item.state);

/**
 * The file of a handle, as long as it is the same one.
 * @param {(handle: FileSystemFileHandle) => Promise<string>} permission
 * @returns Null where it may not be read, or is another one now.
 */
async function fileOf({ handle, name, size }, permission) {
  try {
    if ((await permission(handle)) !== "granted") return null;
    const file = await handle.getFile();
    return file.size === size && name.endsWith(file.name) ? file : null;
  } catch {
    return null;
  }
}

const granted = (handle) => handle.queryPermission({ mode: "read" });

/**
 * Tells by `change` (detail: the item), `progress` (detail: the item), `added` (detail: the items), `removed` (detail:
 * the items) and `pause` (detail: why, in a sentence, or an empty text).
 */
export class UploadQueue extends EventTarget {
  /** By id, in the order they were added. */
  items = new Map();
  isPaused = false;
  #base;
  #limits;
  #store;
  #sending = new Map();
  #queued = new Set();
  /** Files of a time: fewer after a failure or on a slow line, more while it is quick. */
  #width = 3;

  constructor(base, limits, store) {
    super();
    this.#base = base;
    this.#limits = limits;
    this.#store = store;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // MARK: - What a person does

  /** Adds files; those that were waited for go on. */
  async add(files) {
    const fresh = [];
    const waiting = [...this.items.values()].filter((item) => item.state === "lost");
    const found = [];
    for (const { file, folder, handle } of files) {
      const place = waiting.findIndex((item) => item.size === file.size && item.name.endsWith(file.name));
      if (place >= 0) {
        const [item] = waiting.splice(place, 1);
        this.#become(Object.assign(item, { file, handle }), "queued");
        found.push(item);
      } else {
        fresh.push({
          id: newID(), name: folder + file.name, size: file.size, file, handle, state: "queued", reason: null, sent: 0,
          tries: 0, added: Date.now() + (this.items.size + fresh.length) / 1e5,
        });
      }
    }
    for (const item of fresh) {
      this.items.set(item.id, item);
      this.#queued.add(item);
    }
    if (fresh.length) this.#tell("added", fresh);
    this.#pump();
    await this.#store.add([...fresh, ...found]);
  }

  /** Goes on with what an earlier page has left. */
  async restore() {
    const lines = await this.#store.restore();
    const named = lines.filter((item) => item.handle);
    await Promise.all(named.map(async (item) => (item.file = await fileOf(item, granted))));
    for (const item of lines) {
      Object.assign(item, { sent: 0, tries: 0 });
      if (["checking", "sending"].includes(item.state)) item.state = "queued";
      if (["queued", "paused", "failed"].includes(item.state) && !item.file) {
        Object.assign(item, { state: "lost", reason: item.handle ? ASKS : LOST });
      }
      this.items.set(item.id, item);
      if (item.state === "queued") this.#queued.add(item);
    }
    if (lines.length) this.#tell("added", lines);
    this.#pump();
  }

  pause(item) {
    this.#become(item, "paused");
    this.#sending.get(item)?.abort();
  }

  /** Goes on with a paused file, tries one again that was given up, or asks to read one again that was interrupted. */
  async resume(item) {
    if (item.state === "lost") return this.#reopen(item);
    Object.assign(item, { tries: 0, notBefore: 0 });
    this.#become(item, "queued");
    this.#pump();
  }

  async #reopen(item) {
    const file = await fileOf(item, (handle) => handle.requestPermission({ mode: "read" }));
    if (item.state !== "lost") return;
    if (!file) {
      const isDenied = (await granted(item.handle)) !== "granted";
      if (!isDenied) item.handle = null;
      return this.#become(item, "lost", isDenied ? ASKS : CHANGED);
    }
    this.#become(Object.assign(item, { file }), "queued");
    // The person may have allowed it for all of them.
    for (const other of this.items.values()) {
      if (other.state !== "lost" || !other.handle) continue;
      const file = await fileOf(other, granted);
      if (file && other.state === "lost") this.#become(Object.assign(other, { file }), "queued");
    }
    this.#pump();
  }

  cancel(item) {
    const isOpen = item.uploadID && item.state !== "processing";
    this.#become(item, "cancelled");
    this.#sending.get(item)?.abort();
    if (isOpen) this.#drop(item.uploadID);
  }

  /** Pauses all, or goes on with all. */
  pauseAll(isPaused, reason = "") {
    this.isPaused = isPaused;
    for (const item of this.items.values()) {
      if (isPaused && ["checking", "sending"].includes(item.state)) this.pause(item);
      if (!isPaused && item.state === "paused") this.#become(item, "queued");
    }
    this.#tell("pause", reason);
    this.#pump();
  }

  /** Tries again only what was given up. */
  retryFailed() {
    for (const item of this.items.values()) if (item.state === "failed") this.resume(item);
  }

  /** Takes off the list what is done. */
  clearFinished() {
    const finished = [...this.items.values()].filter(isFinished);
    for (const item of finished) this.items.delete(item.id);
    this.#tell("removed", finished);
    this.#store.remove(finished);
  }

  /** The network is there again: nothing waits any longer. */
  networkReturned() {
    for (const item of this.items.values()) item.notBefore = 0;
    this.#pump();
  }

  // MARK: - What becomes of images

  /** The ids of images whose news are waited for. */
  waitingIDs() {
    return [...this.items.values()].filter((item) => item.state === "processing").map((item) => item.imageID);
  }

  takeNews(image) {
    for (const item of this.items.values()) {
      if (item.imageID === image.image_id && item.state === "processing") this.#follow(item, image);
    }
  }

  /** The server does not know this image, several times in a row: it was deleted, or purged. */
  takeMissing(imageID) {
    for (const item of this.items.values()) {
      if (item.imageID !== imageID || item.state !== "processing") continue;
      item.misses = (item.misses ?? 0) + 1;
      if (item.misses >= 5) this.#become(item, "refused", "This image is not there any more; send it again.");
    }
  }

  #follow(item, image) {
    Object.assign(item, { image, misses: 0 });
    if (image.state === "processed") {
      this.#become(item, "ready", item.isKnown ? "The same picture was here already, so it was not sent again." : null);
    } else if (["rejected", "expired", "deleted", "failed"].includes(image.state)) {
      this.#become(item, "refused", image.sentence);
    } else {
      this.#become(item, "processing", image.state === "waiting" ? null : image.sentence);
    }
  }

  // MARK: - Sending

  #become(item, state, reason = null) {
    const isSame = item.state === state && item.reason === reason;
    Object.assign(item, { state, reason });
    if (state === "queued") this.#queued.add(item);
    else this.#queued.delete(item);
    if (isFinished(item)) Object.assign(item, { file: null, handle: null });
    this.#tell("change", item);
    if (!isSame) this.#store.save(item, !isFinished(item) && state !== "processing");
  }

  #pump() {
    if (this.isPaused) return;
    for (const item of this.#queued) {
      if (this.#sending.size >= Math.min(this.#width, this.#limits.parallel)) break;
      if (this.#sending.has(item) || (item.notBefore ?? 0) > Date.now()) continue;
      const control = new AbortController();
      this.#sending.set(item, control);
      this.#send(item, control.signal)
        .catch((error) => this.#failed(item, error))
        .finally(() => {
          this.#sending.delete(item);
          this.#pump();
        });
    }
  }

  async #send(item, signal) {
    this.#become(item, "checking");
    const { objection, type } = await check(item.file, this.#limits);
    if (objection) return this.#become(item, "refused", objection);
    const open = (item.uploadID && (await this.#find(item))) || (await this.#begin(item, type, signal));
    if (!open) return;
    signal.throwIfAborted();
    this.#become(item, "sending");
    const [from, begun] = [item.sent, performance.now()];
    const done = await this.#transfer(item, open, signal, (sent) => {
      item.sent = sent;
      item.speed = Math.max(0, sent - from) / ((performance.now() - begun) / 1000);
      this.#tell("progress", item);
    });
    if (!done.stored) throw new RequestError(0, "The connection was lost.");
    const isQuick = performance.now() - begun < 10_000 || item.speed > 500_000;
    this.#width = isQuick ? Math.min(this.#width + 1, this.#limits.parallel) : Math.max(2, this.#width - 1);
    this.#becomeStored(item, done.image_id);
  }

  #address(item) {
    return `${this.#base}/api/uploads/${item.uploadID}`;
  }

  /** Lets the server forget an upload that was begun. */
  #drop(uploadID) {
    ask(this.#address({ uploadID }), { method: "DELETE" }).catch(() => {});
  }

  /** Sends what is missing of a file, on the way that the server has chosen, and says that it is done. */
  async #transfer(item, open, signal, onProgress) {
    const [address, from] = [this.#address(item), item.sent];
    if (item.way === "form") return sendForm(address, open.form, item.file, signal, onProgress);
    if (item.way === "parts") {
      return sendParts(address, item.file, open.part_bytes, item.hasChecksums, open.parts ?? [], signal, onProgress);
    }
    return JSON.parse(await send(
      "PUT", `${address}/content`, item.file.slice(from),
      { "Upload-Offset": String(from), "Content-Type": "application/octet-stream" }, signal,
      (sent) => onProgress(from + sent)));
  }

  /**
   * Asks how far an upload is, and follows one that is whole; null where nothing is to be sent any more, or where the
   * server has forgotten it.
   */
  async #find(item) {
    try {
      const state = await tell(`${this.#address(item)}/complete`, {});
      item.sent = state.offset;
      if (!state.stored) return state;
    } catch (error) {
      if (error.status !== 404) throw error;
      // Forgotten, or stored while the response was lost: the image tells.
      const { images } = await ask(`${this.#base}/api/images?ids=${item.imageID}`);
      if (!images.length) {
        Object.assign(item, { uploadID: null, imageID: null, sent: 0 });
        return null;
      }
    }
    this.#becomeStored(item, item.imageID);
    return null;
  }

  /** Begins an upload; null where nothing has to be sent. */
  async #begin(item, type, signal) {
    signal.throwIfAborted();
    if (item.state === "processing") return null;
    const hash = await sha256(item.file, this.#limits);
    signal.throwIfAborted();
    const begun = await tell(`${this.#base}/api/uploads`, {
      name: item.name.split("/").pop(), size: item.size, media_type: type, part_checksums: Boolean(crypto.subtle),
      ...(hash && { sha256: hash }),
    });
    if (item.state === "cancelled") {
      if (begun.upload_id) this.#drop(begun.upload_id);
      return null;
    }
    if (begun.way === "known") {
      item.isKnown = true;
      this.#becomeStored(item, begun.image_id);
      if (begun.image) this.#follow(item, begun.image);
      return null;
    }
    Object.assign(item, {
      uploadID: begun.upload_id, way: begun.way, hasChecksums: Boolean(crypto.subtle), imageID: begun.image_id,
      sent: begun.offset,
    });
    await this.#store.save(item, true);
    return begun;
  }

  #becomeStored(item, imageID) {
    Object.assign(item, { imageID, sent: item.size, file: null });
    this.#become(item, "processing");
  }

  #failed(item, error) {
    // A person has stopped it: its state says so already, whatever a request that was under way ended in.
    if (error.name === "AbortError" || !["checking", "sending"].includes(item.state)) return;
    if (error.isSignedOut) {
      this.#become(item, "queued");
      return this.pauseAll(true, error.message);
    }
    if (error.name === "NotReadableError" || error.name === "NotFoundError") {
      return this.#become(item, "refused", "This file cannot be read; it may have been moved. Choose it again.");
    }
    if (error instanceof RequestError && !error.mayPass) return this.#become(item, "refused", error.message);
    this.#width = Math.max(1, this.#width >> 1);
    // A server that says when to come again has not failed; without a network nothing was tried.
    if (navigator.onLine && !error.isBusy) item.tries++;
    if (item.tries >= TRIES) return this.#become(item, "failed", `${error.message} It was tried ${TRIES} times.`);
    // Back-off with jitter: forty files that failed together do not come again together.
    const wait = Math.max(error.retryAfter ?? 0, 2 ** Math.max(1, item.tries) / 2) * (1 + Math.random() / 2) * 1000;
    item.notBefore = Date.now() + wait;
    this.#become(item, "queued", navigator.onLine
      ? `${error.message ?? "It failed."} It is tried again by itself.`
      : "There is no network. It goes on by itself when there is.");
    setTimeout(() => this.#pump(), wait + 20);
  }
}
