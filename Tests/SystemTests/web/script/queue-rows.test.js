// The lines of the queue on the page.
import { showQueue } from "/assets/queue-rows.js";
import { UploadQueue } from "/assets/upload-queue.js";
import { equal, forgetful, jpeg, LIMITS, until } from "./support.js";

const ROW = `<li><span class="picture"></span><bdi class="name"></bdi><span class="state"></span>
  <span class="details"></span><span class="reason"></span><progress max="1" hidden></progress><a hidden>Look</a>
  <button data-do="pause">Pause</button><button data-do="resume">Go on</button><button data-do="retry">Again</button>
  <button data-do="cancel">Cancel</button></li>`;

/** The page's elements with a queue that an earlier page has left. */
async function shown(lines, body) {
  const place = document.body.appendChild(document.createElement("div"));
  const names = { list: "ul", template: "template", summary: "p", live: "p", notice: "p" };
  for (const name of ["more", "pause", "retry", "clear"]) names[name] = "button";
  const elements = {};
  for (const [name, kind] of Object.entries(names)) {
    elements[name] = place.appendChild(document.createElement(kind));
    elements[name].hidden = kind === "button";
  }
  elements.template.innerHTML = ROW;
  const queue = new UploadQueue("", LIMITS, forgetful(lines));
  showQueue(queue, elements);
  await queue.restore();
  try {
    await body(elements);
  } finally {
    place.remove();
  }
}

const line = (id, state) => ({ id, name: `${id}.jpg`, size: 100, state, added: 1, file: jpeg(`${id}.jpg`) });

/** Clears what is done by the keyboard's way: the button has the focus. */
async function clear({ clear: button }) {
  await until(() => !button.hidden);
  button.focus();
  equal(document.activeElement === button, true);
  button.click();
  await until(() => button.hidden);
}

export default {
  async "when the button that clears what is done goes, the focus is on one that is there"() {
    await shown([line("1", "ready"), line("2", "failed")], async (elements) => {
      await clear(elements);
      equal(document.activeElement === elements.retry, true);
    });
  },

  async "where no button is left, the focus is on what says how things stand"() {
    await shown([line("1", "ready")], async (elements) => {
      await clear(elements);
      equal(document.activeElement === elements.summary, true);
    });
  },
};
