// The gallery and an image's page, live: blurred pictures until the real ones have come, and news told politely.
import { followImages } from "./events.js";
import { ask } from "./requests.js";
import { drawThumbHash } from "./thumbhash.js";

const { base } = document.body.dataset;
const live = document.getElementById("live");
const fresh = document.getElementById("fresh");
const waiting = document.querySelector("[data-waiting]");

for (const place of document.querySelectorAll("[data-thumbhash]")) {
  const image = place.querySelector("img");
  if (!image || image.complete) continue;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  if (!drawThumbHash(place.dataset.thumbhash, canvas)) continue;
  place.prepend(canvas);
  image.addEventListener("load", () => canvas.remove(), { once: true });
}

if (waiting) {
  // The page of an image that is on its way: it is shown anew when something has become of it.
  const { waiting: id, state } = waiting.dataset;
  followImages(base, (image) => {
    if (image.image_id === id && image.state !== state) location.reload();
  }, () => [id]);
} else if (fresh) {
  // Those of this page, and the newest of all, which another page of the gallery or a filter does not show.
  const known = new Set([...document.querySelectorAll("[data-image]")].map((element) => element.dataset.image));
  const newest = await ask(`${base}/api/images`).catch(() => null);
  const isReady = (image) => image.state === "processed";
  for (const image of newest?.images.filter(isReady) ?? []) known.add(image.image_id);
  const added = new Set();
  const take = (image) => {
    if (!isReady(image) || known.has(image.image_id) || added.has(image.image_id)) return;
    added.add(image.image_id);
    const count = added.size === 1 ? "1 new image" : `${added.size} new images`;
    fresh.hidden = false;
    fresh.textContent = `Show ${count}`;
    live.textContent = `${count}.`;
  };
  // Without them, old images would be told as new ones.
  if (newest) followImages(base, take, () => null);
}
