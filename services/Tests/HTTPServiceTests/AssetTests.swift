import Testing

@testable import HTTPService

@Suite("A script as it is sent")
struct AssetTests {
  @Test("has no line that is a comment alone")
  func comments() {
    let script = """
      // What this is.
      import { a } from "./a.js";

      /**
       * Says it.
       * @param {string} text
       */
      export function say(text) {
        // Why.
        return `${text} // ${a * 2}`; // kept
      }
      /** One line. */
      const address = "https://example.org/**";
      """
    #expect(
      String(decoding: Asset.withoutComments(Array(script.utf8)), as: UTF8.self) == """
        import { a } from "./a.js";

        export function say(text) {
          return `${text} // ${a * 2}`; // kept
        }
        const address = "https://example.org/**";
        """)
  }
}
