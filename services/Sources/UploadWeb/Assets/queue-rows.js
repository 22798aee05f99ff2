// The lines of the queue on the page. Only so many are shown at once that ten thousand files do not stop the page.
import { bytesText, timeLeftText, visibleName } from "./texts.js";
import { drawThumbHash } from "./thumbhash.js";
import { isFinished } from "./upload-queue.js";

const SHOWN_AT_ONCE = 200;
const STATES = {
  queued: "Queued", checking: "Being checked", sending: "Sending", paused: "Paused", processing: "Processing",
  ready: "Ready", refused: "Refused", failed: "Not sent", lost: "Interrupted", cancelled: "Cancelled",
};
/** What a person can do with a file in each state. */
const ACTIONS = {
  pause: ["queued", "checking", "sending"],
  resume: ["paused", "lost"],
  retry: ["failed"],
  cancel: ["queued", "checking", "sending", "paused", "failed", "lost"],
};

/** Shows a queue in the page's elements. */
export function showQueue(queue, { list, more, template, summary, live, pause, retry, clear, notice }) {
  const rows = new Map();
  let isSummaryDue = false;
  let lastSaid = 0;

  function makeRow(item) {
    const row = template.content.firstElementChild.cloneNode(true);
    const name = visibleName(item.name);
    row.querySelector(".name").textContent = name;
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent}: ${name}`);
      button.addEventListener("click", () => {
        const action = { pause: "pause", resume: "resume", retry: "resume", cancel: "cancel" }[button.dataset.do];
        queue[action](item);
        // The button that was pressed may be gone now: the focus goes to one that is there.
        if (button.hidden) row.querySelector("button:not([hidden]), a:not([hidden])")?.focus();
      });
    }
    rows.set(item.id, row);
    refresh(item);
    return row;
  }

  function fill(count) {
    const fresh = document.createDocumentFragment();
    for (const item of queue.items.values()) {
      if (count <= 0) break;
      if (rows.has(item.id)) continue;
      fresh.append(makeRow(item));
      count--;
    }
    list.append(fresh);
  }

  function refresh(item) {
    const row = rows.get(item.id);
    if (!row) return;
    row.dataset.state = item.state;
    const isSending = item.state === "sending" || (item.state === "paused" && item.sent > 0);
    const bar = row.querySelector("progress");
    bar.hidden = !isSending;
    bar.value = item.size ? item.sent / item.size : 0;
    const details = isSending ? [`${bytesText(item.sent)} of ${bytesText(item.size)}`] : [bytesText(item.size)];
    if (item.state === "sending" && item.speed > 0) {
      details.push(`${bytesText(Math.round(item.speed))}/s`, timeLeftText((item.size - item.sent) / item.speed));
    }
    row.querySelector(".state").textContent = STATES[item.state];
    row.querySelector(".details").textContent = details.join(" · ");
    row.querySelector(".reason").textContent = item.reason ?? "";
    for (const button of row.querySelectorAll("button")) {
      // What was interrupted goes on by itself only where the browser knows the file.
      const isPossible = item.state !== "lost" || button.dataset.do !== "resume" || Boolean(item.handle);
      button.hidden = !ACTIONS[button.dataset.do].includes(item.state) || !isPossible;
    }
    const link = row.querySelector("a");
    link.hidden = !item.image?.page || item.state === "cancelled";
    if (!link.hidden) {
      link.href = item.image.page;
      link.setAttribute("aria-label", `Look at ${visibleName(item.name)}`);
    }
    showPicture(row, item);
  }

  /** The blurred picture as soon as it is known, the thumbnail in its place when it has come. */
  function showPicture(row, item) {
    const place = row.querySelector(".picture");
    if (item.image?.thumbhash && !place.dataset.thumbhash) {
      place.dataset.thumbhash = item.image.thumbhash;
      const canvas = document.createElement("canvas");
      if (drawThumbHash(item.image.thumbhash, canvas)) place.replaceChildren(canvas);
    }
    if (item.image?.thumbnail && !place.dataset.thumbnail) {
      const { url, width, height } = item.image.thumbnail;
      place.dataset.thumbnail = url;
      const image = new Image(width, height);
      image.alt = "";
      image.onload = () => place.replaceChildren(image);
      image.src = url;
    }
  }

  function summarise() {
    if (isSummaryDue) return;
    isSummaryDue = true;
    setTimeout(() => {
      isSummaryDue = false;
      const counts = Object.fromEntries(Object.keys(STATES).map((state) => [state, 0]));
      let isDone = true;
      for (const item of queue.items.values()) {
        counts[item.state]++;
        isDone &&= isFinished(item) || ["failed", "lost"].includes(item.state);
      }
      const total = queue.items.size;
      const busy = counts.queued + counts.checking + counts.sending + counts.processing + counts.paused;
      const parts = [
        `${counts.ready} of ${total} ready`, busy && `${busy} on the way`,
        counts.refused && `${counts.refused} refused`, counts.failed && `${counts.failed} not sent`,
        counts.lost && `${counts.lost} interrupted`,
      ];
      summary.textContent = total ? `${parts.filter(Boolean).join(", ")}.` : "";
      document.title = busy ? `${counts.ready}/${total} · Darkroom` : "Upload · Darkroom";
      retry.hidden = !counts.failed;
      clear.hidden = !(counts.ready || counts.refused || counts.cancelled);
      pause.hidden = !busy;
      const left = total - rows.size;
      more.hidden = left <= 0;
      more.textContent = `Show ${Math.min(left, SHOWN_AT_ONCE)} of ${left} more`;
      // Not more often than a person can listen to.
      if (total && (Date.now() - lastSaid > 5000 || isDone)) {
        lastSaid = Date.now();
        live.textContent = summary.textContent;
      }
    }, 150);
  }

  queue.addEventListener("added", () => {
    fill(SHOWN_AT_ONCE - rows.size);
    summarise();
  });
  queue.addEventListener("change", ({ detail }) => {
    refresh(detail);
    summarise();
  });
  queue.addEventListener("progress", ({ detail }) => refresh(detail));
  queue.addEventListener("removed", ({ detail }) => {
    for (const item of detail) {
      rows.get(item.id)?.remove();
      rows.delete(item.id);
    }
    fill(SHOWN_AT_ONCE - rows.size);
    summarise();
  });
  queue.addEventListener("pause", ({ detail }) => {
    pause.textContent = queue.isPaused ? "Go on" : "Pause all";
    notice.textContent = detail;
  });
  more.addEventListener("click", () => {
    fill(SHOWN_AT_ONCE);
    summarise();
  });
  pause.addEventListener("click", () => queue.pauseAll(!queue.isPaused));
  retry.addEventListener("click", () => queue.retryFailed());
  clear.addEventListener("click", () => queue.clearFinished());
}
