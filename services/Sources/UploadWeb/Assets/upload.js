// The upload page. Without this script its form works by itself, through the server.
import { followImages } from "./events.js";
import { takeFiles } from "./file-sources.js";
import { showQueue } from "./queue-rows.js";
import { QueueStore } from "./queue-store.js";
import { ask } from "./requests.js";
import { UploadQueue } from "./upload-queue.js";

const element = (id) => document.getElementById(id);
const { base } = document.body.dataset;
const notice = element("notice");

const [limits, store] = await Promise.all([ask(`${base}/api/settings`), QueueStore.open()]);
const queue = new UploadQueue(base, limits, store);

showQueue(queue, {
  list: element("queue"), more: element("more"), template: element("row"), summary: element("summary"),
  live: element("live"), pause: element("pause"), retry: element("retry"), clear: element("clear"), notice,
});

async function take(files) {
  const room = Math.max(0, limits.max_files - queue.items.size);
  notice.textContent = files.length > room
    ? `${limits.max_files} files are the most at a time, so ${files.length - room} were left out. ` +
      "Clear what is done, then add them again."
    : "";
  // A piece at a time: the page stays alive while thousands are added.
  const taken = files.slice(0, room);
  for (let start = 0; start < taken.length; start += 500) await queue.add(taken.slice(start, start + 500));
}

const form = element("form");
takeFiles(element("drop"), form.querySelectorAll("input[type=file]"), take, (text) => (notice.textContent = text));
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("online", () => queue.networkReturned());

document.documentElement.classList.add("script");
await queue.restore();
const news = followImages(
  base, (image) => queue.takeNews(image), () => queue.waitingIDs(), (id) => queue.takeMissing(id));
queue.addEventListener("change", ({ detail }) => {
  if (detail.state === "processing") news.listen();
});
