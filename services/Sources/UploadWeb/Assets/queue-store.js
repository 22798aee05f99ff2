// The queue as it survives a reload: lines and small files in IndexedDB, each belonging to one tab at a time.

/**
 * Files larger than this, and all beyond this sum, are not kept; where the browser has handles, those are, by which they
 * are read again from where they are.
 */
const KEPT_BYTES = 64 << 20;
const KEPT_TOTAL_BYTES = 512 << 20;
const KEPT_MILLISECONDS = 24 * 3600 * 1000;
const SAVE_MILLISECONDS = 50;
const SESSION_KEY = "darkroom-queue";

/** An id that no other has; pages without TLS have no `randomUUID`. */
export function newID() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const lockName = (queueID) => `darkroom-queue-${queueID}`;

/** Takes a queue for this tab as long as its page lives; false where another page has it. */
function hold(queueID) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    // A page that is being reloaded holds its lock for a moment longer.
    navigator.locks.request(lockName(queueID), { signal: AbortSignal.timeout(1500) }, () => {
      resolve(true);
      return new Promise(() => {});
    }).catch(() => resolve(false));
  });
}

/** What a tab keeps of its queue. */
export class QueueStore {
  #database = null;
  /** The sizes of files that are kept, by id. */
  #kept = new Map();
  #changed = new Map();
  #flushing = null;
  #removed = new Set();

  /** Opens it. In a private window there may be none: the queue then lasts as long as the page. */
  static async open() {
    const store = new QueueStore();
    store.#database = await new Promise((resolve) => {
      try {
        const request = indexedDB.open("darkroom", 2);
        request.onupgradeneeded = () => {
          const database = request.result;
          for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
          database.createObjectStore("lines", { keyPath: "id" });
          database.createObjectStore("files");
        };
        let isGivenUp = false;
        request.onsuccess = () => {
          const database = request.result;
          if (isGivenUp) return database.close();
          // A page of another version changes it: this one's queue then lasts as long as the page.
          database.onversionchange = () => database.close();
          resolve(database);
        };
        request.onerror = () => resolve(null);
        request.onblocked = () => {
          isGivenUp = true;
          resolve(null);
        };
      } catch {
        resolve(null);
      }
    });
    store.queueID = sessionStorage.getItem(SESSION_KEY) ?? newID();
    // A tab that was duplicated has its sibling's id: it gets one of its own.
    if (!(await hold(store.queueID))) {
      store.queueID = newID();
      await hold(store.queueID);
    }
    sessionStorage.setItem(SESSION_KEY, store.queueID);
    return store;
  }

  #run(mode, work) {
    if (!this.#database) return Promise.resolve(null);
    return new Promise((resolve) => {
      try {
        const transaction = this.#database.transaction(["lines", "files"], mode);
        let result = null;
        work(transaction.objectStore("lines"), transaction.objectStore("files"), (value) => (result = value));
        transaction.oncomplete = () => resolve(result);
        transaction.onerror = transaction.onabort = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  /** Keeps new lines, and those of their files that there is room for. */
  async add(items) {
    let sum = 0;
    for (const size of this.#kept.values()) sum += size;
    const [kept, named] = [[], []];
    for (const item of items) {
      if (item.size <= KEPT_BYTES && sum + item.size <= KEPT_TOTAL_BYTES) {
        sum += item.size;
        this.#kept.set(item.id, item.size);
        kept.push(item);
      } else if (item.handle) {
        named.push(item);
      }
    }
    await this.#run("readwrite", (lines, files) => {
      for (const item of items) lines.put(this.#line(item));
      for (const item of named) files.put(item.handle, item.id);
    });
    // Apart from the lines: where the disk is full for these, those stay.
    await this.#run("readwrite", (_, files) => kept.forEach((item) => files.put(item.file, item.id)));
  }

  /** Keeps what has changed of a line, with others of the same moment; the file of one that needs it no more goes. */
  save(item, needsFile) {
    this.#changed.set(item, needsFile);
    if (!needsFile) this.#kept.delete(item.id);
    this.#flushing ??= new Promise((resolve) => setTimeout(resolve, SAVE_MILLISECONDS)).then(() => {
      const changed = this.#changed;
      this.#changed = new Map();
      this.#flushing = null;
      return this.#run("readwrite", (lines, files) => {
        for (const [line, keepsFile] of changed) {
          if (this.#removed.has(line.id)) continue;
          lines.put(this.#line(line));
          if (!keepsFile) files.delete(line.id);
        }
      });
    });
    return this.#flushing;
  }

  remove(items) {
    for (const { id } of items) {
      this.#removed.add(id);
      this.#kept.delete(id);
    }
    return this.#run("readwrite", (lines, files) => {
      for (const { id } of items) {
        lines.delete(id);
        files.delete(id);
      }
    });
  }

  /**
   * The lines of this tab and of tabs that are gone, oldest first, each with its file or its handle where kept. Without
   * locks nobody knows which tabs are gone: of all of them, what is older than a day goes.
   */
  async restore() {
    const take = async () => {
      const held = new Set((await navigator.locks?.query())?.held.map((lock) => lock.name));
      const isMine = ({ queueID }) => queueID === this.queueID;
      const isFree = (line) => isMine(line) || !held.has(lockName(line.queueID));
      return this.#run("readwrite", (lines, files, done) => {
        lines.getAll().onsuccess = ({ target }) => {
          const isFresh = (line) => Date.now() - line.added < KEPT_MILLISECONDS;
          const free = target.result.filter(isFree).sort((a, b) => a.added - b.added);
          const fresh = free.filter((line) => isFresh(line) && (navigator.locks || isMine(line)));
          for (const line of fresh) {
            lines.put({ ...line, queueID: this.queueID });
            files.get(line.id).onsuccess = ({ target: { result } }) => {
              line.file = result instanceof Blob ? result : null;
              line.handle = line.file ? null : result ?? null;
              if (line.file) this.#kept.set(line.id, line.size);
            };
          }
          for (const { id } of free.filter((line) => !isFresh(line))) {
            lines.delete(id);
            files.delete(id);
          }
          done(fresh);
        };
      });
    };
    // One tab at a time, so that no line gets two owners.
    const restored = navigator.locks ? await navigator.locks.request("darkroom-restore", take) : await take();
    return restored ?? [];
  }

  #line({ id, name, size, state, reason, uploadID, way, hasChecksums, imageID, image, added }) {
    return { id, queueID: this.queueID, name, size, state, reason, uploadID, way, hasChecksums, imageID, image, added };
  }
}
