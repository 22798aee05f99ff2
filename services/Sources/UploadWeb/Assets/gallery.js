// The gallery and an image's page, live: blurred pictures until the real ones have come, and news told politely.
import { followImages } from "./events.js";
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
  const known = new Set([...document.querySelectorAll("[data-image]")].map((element) => element.dataset.image));
  const added = new Set();
  followImages(base, (image) => {
    if (image.state !== "processed" || known.has(image.image_id) || added.has(image.image_id)) return;
    added.add(image.image_id);
    const count = added.size === 1 ? "1 new image" : `${added.size} new images`;
    fresh.hidden = false;
    fresh.textContent = `Show ${count}`;
    live.textContent = `${count}.`;
  }, () => null);
}
