// Dropped folders: browsers give what is in them a hundred at a time, and say that there is no more by giving none.
import { takeFiles } from "/assets/file-sources.js";
import { equal, until } from "./support.js";

const fileEntry = (name) => ({ name, isFile: true, isDirectory: false, file: (done) => done(new File(["x"], name)) });

/** A folder that counts how often it was asked; `fails` says at which time it cannot be read. */
function folder(name, children, fails = Infinity) {
  const entry = { name, isFile: false, isDirectory: true, asked: 0 };
  entry.createReader = () => {
    const rest = [...children];
    return {
      readEntries(done, failed) {
        if (++entry.asked === fails) failed(new DOMException("gone", "NotFoundError"));
        else done(rest.splice(0, 100));
      },
    };
  };
  return entry;
}

const files = (count, prefix = "") => Array.from({ length: count }, (_, index) => fileEntry(`${prefix}${index}.jpg`));

const taken = [];
const complaints = [];
takeFiles(document.createElement("div"), [], async (batch) => void taken.push(batch), (text) => complaints.push(text));

/** Drops entries on the page; the batches that were taken of them, and what was complained of. */
async function dropped(entries, isDone, handleOf = () => undefined) {
  [taken.length, complaints.length] = [0, 0];
  const event = new Event("drop", { cancelable: true });
  const items = entries.map((entry) => ({
    kind: "file", webkitGetAsEntry: () => entry, getAsFileSystemHandle: () => handleOf(entry),
  }));
  const plain = entries.filter((entry) => entry.isFile).map((entry) => new File(["x"], entry.name));
  Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], items, files: plain } });
  document.dispatchEvent(event);
  await until(isDone);
  return taken.flat();
}

const count = () => taken.reduce((sum, batch) => sum + batch.length, 0);

export default {
  async "a folder is asked until it has no more, and given on in batches"() {
    const album = folder("album", files(250));
    const found = await dropped([album], () => count() === 250);
    equal(album.asked, 4);
    equal(taken.map((batch) => batch.length), [200, 50]);
    equal([found[0].folder + found[0].file.name, found[249].file.name], ["album/0.jpg", "249.jpg"]);
  },

  async "a folder of exactly a hundred is whole, an empty one has none, and those below are read too"() {
    const deep = folder("deep", files(100, "d"));
    const album = folder("album", [folder("empty", []), deep, fileEntry("last.jpg")]);
    const found = await dropped([album, fileEntry("beside.jpg")], () => count() === 102);
    equal(deep.asked, 2);
    equal(found.slice(99).map(({ folder, file }) => folder + file.name), [
      "album/deep/d99.jpg", "album/last.jpg", "beside.jpg"]);
    equal(complaints, []);
  },

  async "of a folder that cannot be read to its end, what had come is taken, and it is told"() {
    await dropped([folder("album", files(300), 3)], () => complaints.length === 1 && count() === 200);
    equal(complaints, ["A folder could not be read to its end; choose it again, or its files."]);
  },

  async "files come with their handles where the browser has them, those of folders too"() {
    const handle = (name) => ({ name, getFileHandle: async (child) => handle(`${name}/${child}`) });
    const album = folder("album", files(1));
    const found = await dropped([album, fileEntry("beside.jpg")], () => count() === 2, async (entry) => handle(entry.name));
    equal(found.map((one) => one.handle.name), ["album/0.jpg", "beside.jpg"]);
    const refusing = await dropped([fileEntry("a.jpg")], () => count() === 1, () => Promise.reject(new Error("no")));
    equal(refusing.map((one) => one.handle), [null]);
  },
};
