// News of images: one stream of events while the page is seen, and questions now and then beside it.
import { ask } from "./requests.js";

/** As many ids as the server takes at once. */
const ASKED_AT_ONCE = 100;

/**
 * Follows images until the page goes.
 * @param {string} base The path before all addresses.
 * @param {(image: object) => void} onImage Is told of an image, as often as anything happens to it.
 * @param {() => ?string[]} waitingFor The ids whose news are needed; null for those of all images.
 * @param {(id: string) => void} onMissing Is told of an id that the server does not know.
 */
export function followImages(base, onImage, waitingFor, onMissing = () => {}) {
  let events = null;
  // Whether all that has happened is known, up to the last look.
  let isCurrent = false;
  // Where the next look begins among those that are waited for.
  let next = 0;

  function listen() {
    const isNeeded = !document.hidden && (waitingFor()?.length ?? 1) > 0;
    if (!isNeeded) {
      events?.close();
      events = null;
    } else if (!events || events.readyState === EventSource.CLOSED) {
      events = new EventSource(`${base}/api/events`);
      events.addEventListener("image", (event) => onImage(JSON.parse(event.data)));
    }
  }

  // A stream may have been cut, refused, or have begun too late.
  async function look() {
    const all = waitingFor();
    if (next >= (all?.length ?? 0)) next = 0;
    const ids = all?.slice(next, next + ASKED_AT_ONCE);
    next += ASKED_AT_ONCE;
    const isOpen = events?.readyState === EventSource.OPEN;
    isCurrent &&= isOpen;
    if (!document.hidden && (ids ? ids.length : !isCurrent)) {
      try {
        const { images } = await ask(`${base}/api/images${ids ? `?ids=${ids.join(",")}` : ""}`);
        images.forEach(onImage);
        isCurrent = isOpen;
        const known = new Set(images.map((image) => image.image_id));
        ids?.filter((id) => !known.has(id)).forEach(onMissing);
      } catch {
        // The next time.
      }
    }
    listen();
    setTimeout(look, events?.readyState === EventSource.OPEN ? 5000 : 1500);
  }

  document.addEventListener("visibilitychange", listen);
  listen();
  setTimeout(look, 1500);
  return { listen };
}
