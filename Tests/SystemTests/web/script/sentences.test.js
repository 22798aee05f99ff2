// What people read: names, sizes, and what S3's and the server's errors mean.
import { check } from "/assets/file-checks.js";
import { RequestError } from "/assets/requests.js";
import { sendForm, sendParts } from "/assets/s3-transfers.js";
import { bytesText, timeLeftText, visibleName } from "/assets/texts.js";
import { equal, failure, jpeg, json, LIMITS, replacing, requests, until } from "./support.js";

const FORM = { url: "https://raw.example/", fields: [["key", "web/a.jpg"], ["policy", "p"]] };
const never = new AbortController().signal;
const xml = (code, message = "") => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

/** What a form's upload ends in when S3 answers so, each time that it is asked. */
async function refused(status, body) {
  const { open, Request } = requests();
  const forms = [];
  const fetched = async (url) => {
    forms.push(url);
    return json({ form: FORM });
  };
  return replacing([[globalThis, "XMLHttpRequest", Request], [globalThis, "fetch", fetched]], async () => {
    let error = null;
    failure(sendForm("/api/uploads/1", FORM, jpeg("a.jpg"), never, () => {})).then((found) => (error = found));
    await until(() => {
      open[0]?.answer(status, body);
      return error;
    });
    return { message: error.message, mayPass: error.mayPass, freshForms: forms.length };
  });
}

export default {
  async "errors of S3 that trying again does not help are sentences that say what does"() {
    equal(await refused(400, xml("EntityTooLarge")), {
      message: "This file has become larger since it was chosen. Choose it again.", mayPass: false, freshForms: 0,
    });
    equal((await refused(400, xml("EntityTooSmall"))).mayPass, false);
  },

  async "errors of S3 that may pass are sentences, and whatever is not known names its code or its status"() {
    for (const [status, code, message] of [
      [400, "BadDigest", "The file was changed on its way."],
      [400, "XAmzContentChecksumMismatch", "The file was changed on its way."],
      [403, "RequestTimeTooSkewed", "The permission to send this file ran out."],
      [503, "SlowDown", "The store is busy."],
      [404, "NoSuchUpload", "The store has forgotten what was sent of this file."],
      [403, "AccessDenied", "The store refused this file (AccessDenied)."],
      [403, "<script>", "The store refused this file (403)."],
    ]) {
      equal(await refused(status, xml(code)), { message, mayPass: true, freshForms: 0 });
    }
    equal((await refused(502, "<html>Bad gateway</html>")).message, "The store refused this file (502).");
  },

  async "a permission that ran out is replaced once, and then told"() {
    for (const body of [xml("AccessDenied", "Invalid according to Policy: Policy expired."), xml("ExpiredToken")]) {
      equal(await refused(403, body), {
        message: "The permission to send this file ran out.", mayPass: true, freshForms: 1,
      });
    }
  },

  async "a part that S3 refuses for good ends the others"() {
    const { open, Request } = requests();
    const signed = async (url, { body }) => json({
      parts: JSON.parse(body).parts.map(({ number }) => ({ number, url: `https://raw.example/${number}`, headers: {} })),
    });
    await replacing([[globalThis, "XMLHttpRequest", Request], [globalThis, "fetch", signed]], async () => {
      const file = jpeg("a.jpg", 1000);
      const failed = failure(sendParts("/api/uploads/1", file, 100, false, [{ number: 2, size: 100 }], never, () => {}));
      await until(() => open.length === 3);
      // The second part is there already.
      equal(open.map(({ url }) => Number(url.at(-1))).sort(), [1, 3, 4]);
      open[0].answer(400, xml("EntityTooLarge"));
      equal((await failed).code, "EntityTooLarge");
      await until(() => open.length === 0);
    });
  },

  "the server's own sentence is shown, and one for what stands before it"() {
    const told = RequestError.of(413, '{"error":{"code":"too_large","message":"Too large; send less."}}', null);
    equal([told.message, told.mayPass], ["Too large; send less.", false]);
    equal(
      RequestError.of(413, "<html>nginx</html>", null).message,
      "What stands between here and the server takes no file of this size.");
    equal(RequestError.of(401, "", null).isSignedOut, true);
    equal(RequestError.of(500, '{"error":null}', null).message, "The server answered with an error (500).");
    equal([RequestError.of(503, "", "7").retryAfter, RequestError.of(503, "", "Fri, 1 Jan 2027").retryAfter], [7, null]);
  },

  async "what a file is is said by its first bytes, and a name that says otherwise is refused by name"() {
    const sentence = async (name, head) => (await check(new File([new Uint8Array(head), "x".repeat(20)], name), LIMITS));
    equal(await sentence("a.jpg", [0xff, 0xd8, 0xff]), { type: "image/jpeg" });
    equal(await sentence("a", [0xff, 0xd8, 0xff]), { type: "image/jpeg" });
    equal(await sentence("a.png", [0xff, 0xd8, 0xff]), {
      objection: "The name ends in “.png”, but this is a JPEG picture. Rename it to “.jpg”.",
    });
    equal((await sentence("a.jpg", [0x25, 0x50, 0x44, 0x46])).objection.includes("PDF"), true);
    equal((await check(jpeg("a.jpg", 1001), LIMITS)).objection.startsWith("This file has 1.0 kB; up to 1.0 kB"), true);
  },

  "names show what would change how they are read, and numbers have units"() {
    equal(visibleName("a\u202egpj.exe\u0000\u2028"), "a⟨U+202E⟩gpj.exe⟨U+0000⟩⟨U+2028⟩");
    equal(visibleName("שלום 😀 é.jpg"), "שלום 😀 é.jpg");
    equal([0, 999, 1000, 4_230_000, 25_000_000_000].map(bytesText), ["0 bytes", "999 bytes", "1.0 kB", "4.2 MB", "25 GB"]);
    equal([0.2, 59, 61, Infinity].map(timeLeftText), ["1 s left", "59 s left", "2 min left", ""]);
  },
};
