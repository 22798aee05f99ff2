// The ways in: dropped files and folders, pasted pictures, chosen files.

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/** All files of what was dropped, with the path of each; folders with all that is below them. */
async function* filesOf(entry, folder = "") {
  if (entry.isFile) {
    yield { file: await fileOf(entry), folder };
    return;
  }
  const reader = entry.createReader();
  // Chromium gives a hundred a call, and none when there are no more.
  for (let entries = await entriesOf(reader); entries.length; entries = await entriesOf(reader)) {
    for (const child of entries) yield* filesOf(child, `${folder}${entry.name}/`);
  }
}

/**
 * Takes files from all of a page's ways in.
 * @param {Element} zone Where files are dropped; the whole page takes them.
 * @param {Iterable<HTMLInputElement>} inputs
 * @param {(files: {file: File, folder: string}[]) => Promise} take Is given some at a time.
 * @param {(sentence: string) => void} complain
 */
export function takeFiles(zone, inputs, take, complain) {
  let depth = 0;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const plain = (files) => [...files].map((file) => ({
    file, folder: file.webkitRelativePath ? file.webkitRelativePath.slice(0, -file.name.length) : "",
  }));

  document.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth++;
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (!depth) zone.classList.remove("over");
  });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    zone.classList.remove("over");
    // Entries are gone after the first wait.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return take(plain(event.dataTransfer.files));
    let batch = [];
    try {
      for (const entry of entries) {
        for await (const one of filesOf(entry)) {
          batch.push(one);
          if (batch.length < 200) continue;
          await take(batch);
          batch = [];
        }
      }
    } catch {
      complain("A folder could not be read to its end; choose it again, or its files.");
    }
    await take(batch);
  });
  document.addEventListener("paste", (event) => {
    const files = plain(event.clipboardData?.files ?? []);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  for (const input of inputs) {
    input.addEventListener("change", () => {
      take(plain(input.files));
      input.value = "";
    });
  }
}
