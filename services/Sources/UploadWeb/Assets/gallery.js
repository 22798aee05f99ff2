// The gallery and an image's page, live: blurred pictures until the real ones have come, and news told politely.
import { drawThumbHash } from "./thumbhash.js";

const base = document.body.dataset.base;
const live = document.querySelector("#live");

for (const place of document.querySelectorAll("[data-thumbhash]")) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const image = place.querySelector("img");
  if (image && !image.complete && drawThumbHash(place.dataset.thumbhash, canvas)) {
    place.prepend(canvas);
    image.addEventListener("load", () => canvas.remove(), { once: true });
  }
}

const waits = document.querySelector("[data-waiting]");
const known = new Set([...document.querySelectorAll("[data-image]")].map((element) => element.dataset.image));
let events = null;
const fresh = new Set();

function told(image) {
  if (waits && image.image_id === waits.dataset.waiting && image.state !== waits.dataset.state) location.reload();
  if (waits || image.state !== "processed" || known.has(image.image_id)) return;
  fresh.add(image.image_id);
  const link = document.querySelector("#fresh");
  if (!link) return;
  link.hidden = false;
  link.textContent = fresh.size === 1 ? "Show 1 new image" : `Show ${fresh.size} new images`;
  live.textContent = fresh.size === 1 ? "1 new image." : `${fresh.size} new images.`;
}

function listen() {
  if (document.hidden) {
    events?.close();
    events = null;
  } else if (!events) {
    events = new EventSource(`${base}/api/events`);
    events.addEventListener("image", (event) => told(JSON.parse(event.data)));
  }
}

document.addEventListener("visibilitychange", listen);
// A gallery's further pages, and pages of images that are done, have no news.
if (waits || document.querySelector("#fresh")) listen();
