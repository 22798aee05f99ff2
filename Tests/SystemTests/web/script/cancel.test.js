// What becomes of a file that a person stops while the server is asked to begin with it.
import { UploadQueue } from "/assets/upload-queue.js";
import { equal, forgetful, jpeg, json, LIMITS, replacing, settled, until } from "./support.js";

/** A file that is stopped before the server's answer comes: its state then, and what the server was asked for later. */
async function stopped(stop, answer) {
  const asked = [];
  let end;
  const begun = new Promise((resolve) => (end = resolve));
  const fetched = (url, { method }) => {
    asked.push(`${method} ${url}`);
    return method === "POST" ? begun : Promise.resolve(json({}));
  };
  return replacing([[globalThis, "fetch", fetched]], async () => {
    const queue = new UploadQueue("", LIMITS, forgetful());
    await queue.add([{ file: jpeg("a.jpg"), folder: "" }]);
    const [item] = queue.items.values();
    await until(() => asked.length === 1);
    queue[stop](item);
    end(answer());
    await settled();
    return { state: item.state, asked: asked.slice(1) };
  });
}

const lost = () => Promise.reject(new TypeError("no network"));

export default {
  async "an upload that was begun for a file that is cancelled by then is dropped"() {
    for (const way of ["server", "form", "parts"]) {
      const begun = () => json({ way, upload_id: "u", image_id: "i", offset: 0 });
      equal(await stopped("cancel", begun), { state: "cancelled", asked: ["DELETE /api/uploads/u"] });
    }
  },

  async "a picture that was here already does not make a cancelled file ready"() {
    const known = () => json({ way: "known", image_id: "i", image: { image_id: "i", state: "processed" } });
    equal(await stopped("cancel", known), { state: "cancelled", asked: [] });
  },

  async "an answer that is lost does not begin anew what a person has stopped"() {
    equal(await stopped("cancel", lost), { state: "cancelled", asked: [] });
    equal(await stopped("pause", lost), { state: "paused", asked: [] });
  },
};
