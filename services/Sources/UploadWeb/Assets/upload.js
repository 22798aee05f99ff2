// The queue of the upload page: files are checked, sent side by side, gone on with where they broke off, and followed
// until they are pictures or have a reason why not. Without this script the form beneath works by itself.
import { drawThumbHash } from "./thumbhash.js";

const form = document.querySelector("form[data-upload]");
const base = form.dataset.base;
const limits = await (await fetch(`${base}/api/settings`)).json();

// Files larger than this are not kept over a reload: the person is asked to choose them again.
const KEPT_BYTES = 64 << 20;
const SHOWN_AT_ONCE = 200;
const TRIES = 6;

// MARK: - What a file is

/** Kinds that are recognised by their first bytes, and what is said of those that are not taken. */
const KINDS = [
  ["jpeg", (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff, null],
  ["png", (b) => text(b, 1, 4) === "PNG" && b[0] === 0x89, null],
  ["heic", (b) => /^(heic|heix|mif1|msf1|hevc)$/.test(text(b, 8, 12)) && text(b, 4, 8) === "ftyp",
    "HEIC pictures are not taken. On an iPhone choose Settings, Camera, Formats, Most Compatible, or send it as a JPEG."],
  ["avif", (b) => text(b, 4, 12) === "ftypavif", "AVIF pictures are not taken; save it as a JPEG or PNG."],
  ["gif", (b) => text(b, 0, 3) === "GIF", "GIF pictures are not taken; save it as a PNG."],
  ["webp", (b) => text(b, 0, 4) === "RIFF" && text(b, 8, 12) === "WEBP", "WebP pictures are not taken; save it as a JPEG or PNG."],
  ["tiff", (b) => /^(II\*\0|MM\0\*)$/.test(text(b, 0, 4)), "TIFF and raw camera files are not taken; save it as a JPEG."],
  ["pdf", (b) => text(b, 0, 4) === "%PDF", "This is a PDF document, not a picture."],
  ["markup", (b) => text(b, 0, 1) === "<", "This file is a web page or a drawing in text, not a JPEG or PNG picture."],
];

function text(bytes, from, to) {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** Why a file cannot be sent, in a sentence; null where it can. */
async function objection(file) {
  if (file.size === 0) return "This file is empty; choose another.";
  if (file.size > limits.max_bytes) {
    return `This file has ${bytesText(file.size)}; ${bytesText(limits.max_bytes)} are the most that is taken.`;
  }
  const extension = (/\.([^.]+)$/.exec(file.name)?.[1] ?? "").toLowerCase();
  let head;
  try {
    head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  } catch {
    return "This file cannot be read; it may have been moved. Choose it again.";
  }
  const kind = KINDS.find(([, matches]) => matches(head));
  if (kind?.[2]) return kind[2];
  if (!kind) return "This file is not a JPEG or PNG picture.";
  const isKnown = limits.types.some((type) => type.extension === extension);
  if (extension && !isKnown) return `Its name ends in “.${extension}”, but JPEG and PNG pictures end in .jpg, .jpeg or .png.`;
  if (extension && (extension === "png") !== (kind[0] === "png")) {
    return `Its name ends in “.${extension}”, but it holds a ${kind[0].toUpperCase()} picture; rename it.`;
  }
  return null;
}

function bytesText(count) {
  const units = ["bytes", "kB", "MB", "GB"];
  let step = 0;
  while (count >= 1000 && step < 3) {
    count /= 1000;
    step++;
  }
  return `${step ? count.toFixed(count < 10 ? 1 : 0) : count} ${units[step]}`;
}

function timeText(seconds) {
  if (!Number.isFinite(seconds)) return "";
  return seconds < 60 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

// MARK: - The queue, and how it survives a reload

/** One tab's queue: a reload finds it by the tab's own storage, another tab once nobody holds its lock. */
let queueID = sessionStorage.getItem("darkroom-queue");
if (!queueID) sessionStorage.setItem("darkroom-queue", (queueID = crypto.randomUUID()));

const database = await new Promise((resolve) => {
  const request = indexedDB.open("darkroom", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "id" });
  request.onsuccess = () => resolve(request.result);
  // In a private window there may be none: the queue then lasts as long as the page.
  request.onerror = () => resolve(null);
});

function stored(mode, action) {
  if (!database) return Promise.resolve(null);
  return new Promise((resolve) => {
    const request = action(database.transaction("items", mode).objectStore("items"));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

const FINISHED = new Set(["ready", "refused", "cancelled", "gone"]);
const items = new Map();
let order = 0;

function save(item) {
  const { id, name, size, state, reason, uploadID, imageID, page, added } = item;
  const file = !FINISHED.has(state) && item.file && item.size <= KEPT_BYTES ? item.file : null;
  return stored("readwrite", (store) => store.put({ id, queueID, name, size, state, reason, uploadID, imageID, page, added, file }));
}

function add(file, folder = "") {
  const item = {
    id: crypto.randomUUID(), name: folder + file.name, size: file.size, file, state: "queued", sent: 0, tries: 0,
    added: Date.now() + order++ / 1e6,
  };
  items.set(item.id, item);
  save(item);
  show(item);
  return item;
}

async function restore() {
  const all = (await stored("readonly", (store) => store.getAll())) ?? [];
  const held = new Set((await navigator.locks?.query())?.held.map((lock) => lock.name));
  const mine = all.filter((item) => item.queueID === queueID || !held.has(`darkroom-queue-${item.queueID}`));
  for (const item of mine.sort((a, b) => a.added - b.added)) {
    Object.assign(item, { sent: 0, tries: 0 });
    if (["checking", "sending"].includes(item.state)) item.state = "queued";
    if (item.state === "queued" && !item.file) {
      item.state = "lost";
      item.reason = "Choose this file again: it is too large to be kept while the page is reloaded.";
    }
    items.set(item.id, item);
    save(item);
    show(item);
  }
}

/** A file chosen again goes on with the line that waits for it. */
function rejoin(file) {
  for (const item of items.values()) {
    if (item.state === "lost" && item.size === file.size && item.name.endsWith(file.name)) {
      Object.assign(item, { file, state: "queued", reason: null });
      change(item);
      return true;
    }
  }
  return false;
}

// MARK: - Requests

class Refusal extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    Object.assign(this, { status, retryAfter });
  }
}

/** The server's sentence, or one for what kept it from saying any. */
async function refusalOf(status, body, header) {
  let message;
  try {
    message = JSON.parse(body).error.message;
  } catch {
    message =
      status === 401 || status === 403 ? "You are signed out. Sign in in another tab, then press Go on."
        : status === 413 ? "The server takes no file of this size."
          : `The server answered with an error (${status}).`;
  }
  return new Refusal(status, message, Number(header) || null);
}

async function ask(path, options = {}) {
  const response = await fetch(base + path, { ...options, redirect: "manual" });
  // A sign-in page that a gateway leads to.
  if (response.type === "opaqueredirect") throw await refusalOf(401, "", null);
  const body = await response.text();
  if (!response.ok) throw await refusalOf(response.status, body, response.headers.get("Retry-After"));
  return body ? JSON.parse(body) : null;
}

/** Sends what is left of a file; tells how far it is. */
function put(item, url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    item.request = request;
    request.open("PUT", url);
    request.setRequestHeader("Upload-Offset", String(item.sent));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    const [from, begun] = [item.sent, performance.now()];
    request.upload.onprogress = (event) => {
      item.sent = from + event.loaded;
      item.speed = event.loaded / ((performance.now() - begun) / 1000);
      refresh(item);
    };
    request.onload = async () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(await refusalOf(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => reject(new Refusal(0, "The connection was lost.", null));
    request.onabort = () => reject(new Refusal(-1, "Stopped.", null));
    request.send(item.file.slice(item.sent));
  });
}

// MARK: - Sending

let width = 3;
let isPaused = false;
let hashing = Promise.resolve();
const sending = new Set();

/** Hashes one file at a time: a browser can only do whole ones, in memory. */
function sha256(file) {
  if (!crypto.subtle || file.size > Math.min(limits.hash_max_bytes, KEPT_BYTES)) return Promise.resolve(null);
  const work = hashing.then(async () => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  });
  hashing = work.catch(() => null);
  return work;
}

function pump() {
  if (isPaused) return;
  for (const item of items.values()) {
    if (sending.size >= Math.min(width, limits.parallel)) break;
    if (item.state !== "queued" || (item.notBefore ?? 0) > Date.now()) continue;
    sending.add(item);
    send(item).finally(() => {
      sending.delete(item);
      delete item.request;
      change(item);
      pump();
    });
  }
}

async function send(item) {
  item.state = "checking";
  change(item);
  const reason = await objection(item.file);
  if (reason) return end(item, "refused", reason);
  try {
    if (item.state !== "checking") return;
    if (item.uploadID) {
      const known = await ask(`/api/uploads/${item.uploadID}`);
      if (known.stored) return follow(item, known.image_id);
      item.sent = known.offset;
    } else {
      const begun = await ask("/api/uploads", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name: item.name, size: item.size, sha256: await sha256(item.file) }),
      });
      if (begun.way === "known") {
        item.isKnown = true;
        return follow(item, begun.image_id, begun.image);
      }
      Object.assign(item, { uploadID: begun.upload_id, imageID: begun.image_id, url: begun.url, sent: begun.offset });
      await save(item);
    }
    if (item.state !== "checking") return;
    item.state = "sending";
    change(item);
    const done = await put(item, item.url ?? `${base}/api/uploads/${item.uploadID}/content`);
    if (!done.stored) throw new Refusal(0, "The connection was lost.", null);
    width = Math.min(width + 1, limits.parallel);
    follow(item, done.image_id);
  } catch (error) {
    failed(item, error);
  }
}

function failed(item, error) {
  if (item.state === "paused" || item.state === "cancelled") return;
  if (error.status === 401 || error.status === 403) {
    pause(true, error.message);
    return Object.assign(item, { state: "queued" });
  }
  if (error.status === 404 && item.uploadID) {
    // The server has forgotten it: it is sent anew.
    Object.assign(item, { uploadID: null, sent: 0, url: null, state: "queued" });
    if (++item.tries < TRIES) return;
  }
  const mayPass = !(error instanceof Refusal) || error.status <= 0 || error.status === 408 || error.status === 429 || error.status >= 500;
  if (!mayPass) return end(item, "refused", error.message);
  width = Math.max(1, width >> 1);
  // A server that says when to come again has not failed.
  const isBusy = error.status === 429 || error.status === 503;
  if (!isBusy && ++item.tries >= TRIES) return end(item, "failed", `${error.message} It was tried ${TRIES} times.`);
  const wait = (error.retryAfter ?? 2 ** Math.max(1, item.tries) / 2) * (1 + Math.random() / 2) * 1000;
  Object.assign(item, { state: "queued", notBefore: Date.now() + wait, reason: `${error.message} It is tried again by itself.` });
  setTimeout(pump, wait + 20);
}

function end(item, state, reason) {
  Object.assign(item, { state, reason });
  change(item);
}

/** From here on the server tells what becomes of it. */
function follow(item, imageID, image) {
  Object.assign(item, { imageID, state: "processing", reason: null, sent: item.size });
  change(item);
  if (image) become(item, image);
  listen();
}

// MARK: - What becomes of images

let events = null;

function become(item, image) {
  Object.assign(item, { image, page: image.page });
  if (image.state === "processed") end(item, "ready", item.isKnown ? "The same picture was here already." : null);
  else if (["rejected", "expired", "deleted"].includes(image.state)) end(item, "refused", image.sentence);
  else refresh(item);
}

function listen() {
  const isNeeded = !document.hidden && [...items.values()].some((item) => item.state === "processing");
  if (!isNeeded) {
    events?.close();
    events = null;
  } else if (!events) {
    events = new EventSource(`${base}/api/events`);
    events.addEventListener("image", (event) => {
      const image = JSON.parse(event.data);
      for (const item of items.values()) if (item.imageID === image.image_id && item.state === "processing") become(item, image);
    });
  }
}

/** Asks beside the stream: it may be cut, or have begun too late. */
async function poll() {
  const waiting = [...items.values()].filter((item) => item.state === "processing").slice(0, 100);
  if (waiting.length && !document.hidden) {
    try {
      const found = await ask(`/api/images?ids=${waiting.map((item) => item.imageID).join(",")}`);
      for (const image of found.images) for (const item of waiting) if (item.imageID === image.image_id) become(item, image);
    } catch {
      // The next time.
    }
  }
  setTimeout(poll, events?.readyState === 1 ? 5000 : 1500);
}
document.addEventListener("visibilitychange", listen);

// MARK: - The page

const list = document.querySelector("#queue");
const summary = document.querySelector("#summary");
const live = document.querySelector("#live");
const more = document.querySelector("#more");
const rowTemplate = document.querySelector("#row");
const rows = new Map();

const STATES = {
  queued: "Waiting", checking: "Being checked", sending: "Sending", paused: "Paused", processing: "Processing",
  ready: "Ready", refused: "Refused", failed: "Not sent", lost: "Interrupted", cancelled: "Cancelled",
};

function show(item) {
  if (rows.size < SHOWN_AT_ONCE) makeRow(item);
  summarise();
}

function makeRow(item) {
  const row = rowTemplate.content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = item.name;
  for (const button of row.querySelectorAll("button")) {
    button.setAttribute("aria-label", `${button.textContent}: ${item.name}`);
    button.addEventListener("click", () => act(item, button.dataset.do));
  }
  rows.set(item.id, row);
  list.append(row);
  refresh(item);
}

more.addEventListener("click", () => {
  let count = SHOWN_AT_ONCE;
  for (const item of items.values()) {
    if (rows.has(item.id)) continue;
    if (count-- === 0) break;
    makeRow(item);
  }
  summarise();
});

function change(item) {
  save(item);
  refresh(item);
  summarise();
}

function refresh(item) {
  const row = rows.get(item.id);
  if (!row) return;
  row.dataset.state = item.state;
  const bar = row.querySelector("progress");
  const isSending = item.state === "sending" || (item.state === "paused" && item.sent > 0);
  bar.hidden = !isSending;
  bar.value = item.size ? item.sent / item.size : 0;
  const details = isSending
    ? [`${bytesText(item.sent)} of ${bytesText(item.size)}`, item.speed && item.state === "sending" ? `${bytesText(item.speed)}/s` : "",
      item.speed && item.state === "sending" ? timeText((item.size - item.sent) / item.speed) : ""]
    : [bytesText(item.size), item.reason ?? ""];
  row.querySelector(".state").textContent = STATES[item.state];
  row.querySelector(".details").textContent = details.filter(Boolean).join(" · ");
  const can = {
    pause: ["queued", "checking", "sending"], resume: ["paused"], retry: ["failed"], cancel: ["queued", "checking", "sending", "paused", "failed", "lost"],
  };
  for (const button of row.querySelectorAll("button")) button.hidden = !can[button.dataset.do].includes(item.state);
  const link = row.querySelector("a");
  link.hidden = !item.page;
  if (item.page) link.href = item.page;
  link.setAttribute("aria-label", `Look at ${item.name}`);
  picture(row, item);
}

/** The blurred picture as soon as it is known, the thumbnail in its place when it has come. */
function picture(row, item) {
  const place = row.querySelector(".picture");
  if (item.image?.thumbhash && !place.dataset.hash) {
    place.dataset.hash = "yes";
    const canvas = document.createElement("canvas");
    if (drawThumbHash(item.image.thumbhash, canvas)) place.replaceChildren(canvas);
  }
  if (item.image?.thumbnail && !place.dataset.thumbnail) {
    place.dataset.thumbnail = "yes";
    const image = new Image(item.image.thumbnail.width, item.image.thumbnail.height);
    image.alt = "";
    image.onload = () => place.replaceChildren(image);
    image.src = item.image.thumbnail.url;
  }
}

function act(item, what) {
  if (what === "cancel") {
    if (item.uploadID) ask(`/api/uploads/${item.uploadID}`, { method: "DELETE" }).catch(() => {});
    end(item, "cancelled", null);
    item.request?.abort();
  } else if (what === "pause") {
    item.state = "paused";
    item.request?.abort();
    change(item);
  } else {
    Object.assign(item, { state: "queued", tries: 0, notBefore: 0, reason: null });
    change(item);
    pump();
  }
}

let isSummaryDue = false;
let lastSaid = 0;

function summarise() {
  if (isSummaryDue) return;
  isSummaryDue = true;
  setTimeout(() => {
    isSummaryDue = false;
    const counts = {};
    for (const item of items.values()) counts[item.state] = (counts[item.state] ?? 0) + 1;
    const total = items.size;
    const busy = (counts.queued ?? 0) + (counts.checking ?? 0) + (counts.sending ?? 0) + (counts.processing ?? 0) + (counts.paused ?? 0);
    const parts = [`${counts.ready ?? 0} of ${total} ready`];
    if (busy) parts.push(`${busy} on the way`);
    if (counts.refused) parts.push(`${counts.refused} refused`);
    if (counts.failed) parts.push(`${counts.failed} not sent`);
    if (counts.lost) parts.push(`${counts.lost} to choose again`);
    document.body.classList.toggle("has-queue", total > 0);
    summary.textContent = total ? `${parts.join(", ")}.` : "";
    document.title = busy ? `${counts.ready ?? 0}/${total} · Darkroom` : document.title.replace(/^\d+\/\d+ · /, "Upload · ");
    document.querySelector("#retry").hidden = !counts.failed;
    document.querySelector("#clear").hidden = !(counts.ready || counts.refused || counts.cancelled);
    document.querySelector("#pause").hidden = !busy;
    const hiddenRows = total - rows.size;
    more.hidden = hiddenRows <= 0;
    more.textContent = `Show ${Math.min(hiddenRows, SHOWN_AT_ONCE)} of ${hiddenRows} more`;
    // Not more often than a person can listen to.
    if (total && (Date.now() - lastSaid > 5000 || !busy)) {
      lastSaid = Date.now();
      live.textContent = summary.textContent;
    }
  }, 150);
}

function pause(isOn, reason = "") {
  isPaused = isOn;
  document.querySelector("#pause").textContent = isOn ? "Go on" : "Pause all";
  document.querySelector("#notice").textContent = reason;
  if (isOn) {
    for (const item of sending) {
      if (["sending", "checking"].includes(item.state)) {
        item.state = "paused";
        item.request?.abort();
        change(item);
      }
    }
  } else {
    for (const item of items.values()) {
      if (item.state === "paused") {
        item.state = "queued";
        change(item);
      }
    }
    pump();
  }
}

document.querySelector("#pause").addEventListener("click", () => pause(!isPaused));
document.querySelector("#retry").addEventListener("click", () => {
  for (const item of items.values()) if (item.state === "failed") act(item, "retry");
});
document.querySelector("#clear").addEventListener("click", () => {
  for (const item of [...items.values()]) {
    if (!FINISHED.has(item.state)) continue;
    items.delete(item.id);
    rows.get(item.id)?.remove();
    rows.delete(item.id);
    stored("readwrite", (store) => store.delete(item.id));
  }
  for (const item of items.values()) if (rows.size < SHOWN_AT_ONCE && !rows.has(item.id)) makeRow(item);
  summarise();
});
window.addEventListener("online", () => {
  for (const item of items.values()) item.notBefore = 0;
  pump();
});

// MARK: - Ways in

async function take(files, folder = "") {
  let count = 0;
  for (const file of files) {
    if (items.size >= limits.max_files) {
      document.querySelector("#notice").textContent =
        `${limits.max_files.toLocaleString("en")} files are the most at a time; the rest was left out. Clear what is done and add them again.`;
      break;
    }
    const path = file.webkitRelativePath ? file.webkitRelativePath.slice(0, -file.name.length) : folder;
    if (!rejoin(file)) add(file, path);
    // The page stays alive while thousands are added.
    if (++count % 200 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  pump();
}

/** All files of a dropped folder, with all below it: a browser gives a hundred entries a call. */
async function walk(entry, folder) {
  if (entry.isFile) return take([await new Promise((resolve, reject) => entry.file(resolve, reject))], folder);
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return;
    for (const child of entries) await walk(child, `${folder}${entry.name}/`);
  }
}

const zone = document.querySelector("#drop");
let depth = 0;
document.addEventListener("dragenter", (event) => {
  event.preventDefault();
  depth++;
  zone.classList.add("over");
});
document.addEventListener("dragleave", () => {
  if (--depth <= 0) zone.classList.remove("over");
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  depth = 0;
  zone.classList.remove("over");
  // Entries have to be asked for before anything is waited for.
  const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.());
  const files = [...event.dataTransfer.files];
  if (!entries.some(Boolean)) return take(files);
  for (const entry of entries) if (entry) await walk(entry, "");
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length) {
    event.preventDefault();
    take(files);
  }
});
for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
}
form.addEventListener("submit", (event) => event.preventDefault());

// The lock is held as long as the page lives, so that no other tab takes this queue for one that was left.
navigator.locks?.request(`darkroom-queue-${queueID}`, { mode: "exclusive" }, () => new Promise(() => {}));
document.documentElement.classList.add("script");
await restore();
pump();
listen();
poll();
