// The ways in: dropped files and folders, pasted pictures, chosen files.

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/** What the browser gives to read a file again, after a reload too; null where it has no such thing. */
const handleOf = async (request) => (await request?.catch(() => null)) ?? null;

/**
 * All files of what was dropped, with the path of each; folders with all that is below them.
 * @param {?FileSystemHandle} handle The entry's.
 */
async function* filesOf(entry, handle, folder = "") {
  if (entry.isFile) {
    yield { file: await fileOf(entry), folder, handle };
    return;
  }
  const reader = entry.createReader();
  // Chromium gives a hundred a call, and none when there are no more.
  for (let entries = await entriesOf(reader); entries.length; entries = await entriesOf(reader)) {
    for (const child of entries) {
      const below = child.isFile ? handle?.getFileHandle(child.name) : handle?.getDirectoryHandle(child.name);
      yield* filesOf(child, await handleOf(below), `${folder}${entry.name}/`);
    }
  }
}

/**
 * Takes files from all of a page's ways in.
 * @param {Element} zone Where files are dropped; the whole page takes them.
 * @param {Iterable<HTMLInputElement>} inputs
 * @param {(files: {file: File, folder: string, handle: ?FileSystemFileHandle}[]) => Promise} take Is given some at a
 *   time.
 * @param {(sentence: string) => void} complain
 */
export function takeFiles(zone, inputs, take, complain) {
  let depth = 0;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const plain = (files, handles = []) => [...files].map((file, index) => ({
    file, folder: file.webkitRelativePath ? file.webkitRelativePath.slice(0, -file.name.length) : "",
    handle: handles[index] ?? null,
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
    // All of it is gone after the first wait.
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const entries = items.map((item) => item.webkitGetAsEntry?.());
    const files = [...event.dataTransfer.files];
    const handles = await Promise.all(items.map((item) => handleOf(item.getAsFileSystemHandle?.())));
    if (!entries.some((entry) => entry?.isDirectory)) return take(plain(files, handles));
    let batch = [];
    try {
      for (const [index, entry] of entries.entries()) {
        if (!entry) continue;
        for await (const one of filesOf(entry, handles[index])) {
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
    const isPlain = !input.webkitdirectory && !input.capture;
    if (!isPlain || !window.showOpenFilePicker || matchMedia("(pointer: coarse)").matches) continue;
    // The same dialog, which gives handles with the files; on phones the input's own offers the pictures.
    input.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        const accept = { "image/jpeg": [".jpg", ".jpeg"], "image/png": [".png"] };
        const handles = await showOpenFilePicker({ multiple: true, types: [{ description: "Pictures", accept }] });
        await take(plain(await Promise.all(handles.map((handle) => handle.getFile())), handles));
      } catch (error) {
        if (error.name !== "AbortError") complain("What was chosen could not be read; drop it on this page.");
      }
    });
  }
}
