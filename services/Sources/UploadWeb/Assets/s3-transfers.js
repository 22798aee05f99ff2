// Straight to S3: small files by a form that the server signs, large ones in parts, of which only the missing ones are
// sent.
import { repeated, RequestError, send, tell } from "./requests.js";

const PARTS_AT_ONCE = 3;

/** What S3's errors mean for whoever sends a file; those that are not here may pass. */
const FINAL = {
  EntityTooLarge: "This file has become larger since it was chosen. Choose it again.",
  EntityTooSmall: "This file has become smaller since it was chosen. Choose it again.",
};
const PASSING = {
  ExpiredToken: "The permission to send this file ran out.",
  RequestTimeTooSkewed: "The permission to send this file ran out.",
  BadDigest: "The file was changed on its way.",
  InvalidDigest: "The file was changed on its way.",
  XAmzContentChecksumMismatch: "The file was changed on its way.",
  XAmzContentSHA256Mismatch: "The file was changed on its way.",
  NoSuchUpload: "The store has forgotten what was sent of this file.",
  RequestTimeout: "The connection was too slow for the store.",
  SlowDown: "The store is busy.",
  ServiceUnavailable: "The store is busy.",
};

/** S3 refused what was sent: its error, which is XML, as a sentence. */
class StoreError extends RequestError {
  constructor(status, body, retryAfter) {
    const text = (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? "";
    const code = text("Code");
    const isExpired = code === "AccessDenied" && /expired/i.test(text("Message"));
    super(
      status,
      isExpired ? PASSING.ExpiredToken
        : FINAL[code] ?? PASSING[code] ?? `The store refused this file (${code || status}).`,
      Number(retryAfter) || null);
    this.code = code;
    this.isExpired = isExpired || code === "ExpiredToken";
  }

  get mayPass() {
    return !(this.code in FINAL);
  }

  static of(status, body, retryAfter) {
    return new StoreError(status, body, retryAfter);
  }
}

/**
 * Sends a file by a form.
 * @param {string} address The upload's address at the server.
 * @param {?object} form One that was just given; without it a fresh one is asked for.
 */
export async function sendForm(address, form, file, signal, onProgress) {
  const fresh = async () => (await repeated(() => tell(`${address}/form`, {}), signal)).form;
  for (let current = form ?? (await fresh()), isSecond = false; ; current = await fresh(), isSecond = true) {
    const body = new FormData();
    for (const [name, value] of current.fields) body.append(name, value);
    // Last: S3 does not see the fields behind it.
    body.append("file", file);
    try {
      await send("POST", current.url, body, {}, signal, onProgress, StoreError.of);
      return await repeated(() => tell(`${address}/complete`, {}), signal);
    } catch (error) {
      // A form that waited too long, or a clock that is wrong: a new one, once.
      if (!error.isExpired || isSecond) throw error;
    }
  }
}

/** The SHA-256 of a part in Base64. */
async function checksum(part) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
  return btoa(String.fromCharCode(...digest));
}

/**
 * Sends the parts of a file that S3 does not have.
 * @param {string} address The upload's address at the server.
 * @param {{number: number, size: number, sha256: ?string}[]} there The parts that S3 has.
 * @param {(sent: number) => void} onProgress Is told of the bytes of the whole file that are there or on their way.
 * @returns How far the upload is then.
 */
export async function sendParts(address, file, partBytes, hasChecksums, there, signal, onProgress) {
  const count = Math.ceil(file.size / partBytes);
  const old = new Map(there.map((part) => [part.number, part]));
  const checksums = [];
  const sent = [];
  const tellProgress = (number, bytes) => {
    sent[number] = bytes;
    onProgress(sent.reduce((sum, size) => sum + size, 0));
  };
  // One that fails for good ends the others, as a person does.
  const end = new AbortController();
  const ended = end.signal;
  signal.addEventListener("abort", () => end.abort(signal.reason), { once: true });
  signal.throwIfAborted();
  let next = 1;
  const work = async () => {
    while (next <= count) {
      ended.throwIfAborted();
      const number = next++;
      const bytes = file.slice((number - 1) * partBytes, number * partBytes);
      const sha256 = hasChecksums ? await checksum(bytes) : undefined;
      if (hasChecksums) checksums[number - 1] = sha256;
      const part = old.get(number);
      // What is there has to be of this file, as it is now.
      if (part?.size !== bytes.size || (part.sha256 ?? sha256) !== sha256) {
        await repeated(async () => {
          const { parts: [signed] } = await tell(`${address}/parts`, { parts: [{ number, sha256 }] });
          await send(
            "PUT", signed.url, bytes, signed.headers, ended, (now) => tellProgress(number, now), StoreError.of);
        }, ended);
      }
      tellProgress(number, bytes.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
  } catch (error) {
    end.abort();
    throw error;
  }
  return repeated(() => tell(`${address}/complete`, { checksums }), signal);
}
