// What can be said of a file before any of it is sent.
import { bytesText } from "./texts.js";

const HEIC =
  "HEIC pictures are not taken. On an iPhone choose Settings, Camera, Formats, Most Compatible; or export a JPEG.";

/** Kinds of file by their first bytes; with what is said of those that are not taken. */
const KINDS = [
  {
    name: "JPEG", type: "image/jpeg", extensions: ["jpg", "jpeg"],
    matches: (head) => starts(head, [0xff, 0xd8, 0xff]),
  },
  {
    name: "PNG", type: "image/png", extensions: ["png"],
    matches: (head) => starts(head, [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
  },
  { matches: (head) => /^ftyp(heic|heix|mif1|msf1|hevc)/.test(text(head, 4, 12)), refusal: HEIC },
  { matches: (head) => text(head, 4, 12) === "ftypavif", refusal: "AVIF pictures are not taken; save it as a JPEG." },
  { matches: (head) => text(head, 4, 8) === "ftyp", refusal: "This is a video, not a JPEG or PNG picture." },
  { matches: (head) => text(head, 0, 4) === "GIF8", refusal: "GIF pictures are not taken; save it as a PNG." },
  { matches: (head) => text(head, 8, 12) === "WEBP", refusal: "WebP pictures are not taken; save it as a JPEG." },
  {
    matches: (head) => starts(head, [0x49, 0x49, 0x2a, 0]) || starts(head, [0x4d, 0x4d, 0, 0x2a]),
    refusal: "TIFF and raw camera files are not taken; save it as a JPEG.",
  },
  { matches: (head) => text(head, 0, 4) === "%PDF", refusal: "This is a PDF document, not a JPEG or PNG picture." },
  {
    matches: (head) => text(head, 0, 16).trimStart().startsWith("<"),
    refusal: "This is a web page or a drawing in text, not a JPEG or PNG picture.",
  },
];

const starts = (head, bytes) => bytes.every((byte, index) => head[index] === byte);
const text = (head, from, to) => String.fromCharCode(...head.subarray(from, to));

/**
 * Why a file cannot be taken, in a sentence, as `objection`; or what it is, as `type`.
 *
 * The type that the browser tells is not asked: it is empty for HEIC, and what the extension says for everything else.
 */
export async function check(file, limits) {
  const refused = (objection) => ({ objection });
  if (file.size === 0) return refused("This file is empty; choose another.");
  if (file.size > limits.max_bytes) {
    const sizes = `This file has ${bytesText(file.size)}; up to ${bytesText(limits.max_bytes)} are taken.`;
    return refused(`${sizes} Send a smaller one.`);
  }
  let head;
  try {
    head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  } catch {
    return refused("This file cannot be read; it may have been moved or changed. Choose it again.");
  }
  const kind = KINDS.find((one) => one.matches(head));
  if (!kind) return refused("This is not a JPEG or PNG picture; only those are taken.");
  if (kind.refusal) return refused(kind.refusal);
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase();
  if (extension && !kind.extensions.includes(extension)) {
    const [right] = kind.extensions;
    return refused(`The name ends in “.${extension}”, but this is a ${kind.name} picture. Rename it to “.${right}”.`);
  }
  return { type: kind.type };
}

let hashing = Promise.resolve();

/**
 * The SHA-256 in hex; null where the browser offers none (pages without TLS) or the file is too large.
 *
 * One file at a time: browsers hash whole buffers only.
 */
export function sha256(file, limits) {
  if (!crypto.subtle || file.size > limits.hash_max_bytes) return Promise.resolve(null);
  const hash = hashing.then(async () => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }).catch(() => null);
  hashing = hash;
  return hash;
}
