import HTTPTypes
import Testing

@testable import HTTPService

@Suite struct PasswordFileTests {
  /// `htpasswd -nbB ada secret`, cost 5.
  private static let bcrypt = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"

  @Test("hashes that are quick to guess are refused by line, all at once")
  func weak() throws {
    let text = "# people\nada:\(Self.bcrypt)\nbob:$apr1$abc$def\n\neve:{SHA}abc\nnobody\nada:\(Self.bcrypt)\n"
    let error = try #require(throws: PasswordFile.FileError.self) { try PasswordFile(text: text, path: "people") }
    #expect(error.faults.count == 4)
    #expect(error.description.contains("line 3 (bob) has an MD5 hash"))
    #expect(error.description.contains("line 5 (eve) has an unsalted SHA-1 hash"))
    #expect(error.description.contains("line 6 is not name:hash"))
    #expect(error.description.contains("line 7 names ada a second time"))
  }

  @Test("a file that names nobody is refused")
  func empty() { #expect(throws: PasswordFile.FileError.self) { try PasswordFile(text: "# none\n", path: "people") } }

  @Test("a file from Windows names the same people")
  func carriageReturns() throws {
    let file = try PasswordFile(text: "\u{FEFF}ada:\(Self.bcrypt)\r\nbob:$y$j9T$a$b\r\n", path: "people")
    #expect(file.hashes == ["ada": Self.bcrypt, "bob": "$y$j9T$a$b"])
  }

  @Test("whoever has the right password is let in, by bcrypt and yescrypt, and is told apart from others")
  func signsIn() async throws {
    let yescrypt = "$y$j9T$abcdefghijkl$XFQnRmFDoRnfefa6tLCdzcaB9xoGhmmkRgfG1lm0pK1"
    let signIn = PasswordSignIn(try PasswordFile(text: "ada:\(Self.bcrypt)\nbob:\(yescrypt)\n", path: "people"))
    // ada:secret, bob:secret, ada:wrong, eve:secret
    #expect(try await signIn.person(authorization: "Basic YWRhOnNlY3JldA==", address: "a") == Person(name: "ada"))
    #expect(try await signIn.person(authorization: "basic Ym9iOnNlY3JldA==", address: "a") == Person(name: "bob"))
    for wrong in ["Basic YWRhOndyb25n", "Basic ZXZlOnNlY3JldA==", "Basic !", "Bearer x", nil] {
      let fault = try await #require(throws: HTTPFault.self) {
        try await signIn.person(authorization: wrong, address: "a")
      }
      #expect(fault.status == .unauthorized)
    }
  }

  @Test("whoever is wrong too often waits")
  func failures() async throws {
    let signIn = PasswordSignIn(try PasswordFile(text: "ada:\(Self.bcrypt)\n", path: "people"))
    for _ in 0..<10 { _ = try? await signIn.person(authorization: "Basic YWRhOndyb25n", address: "a") }
    let fault = try await #require(throws: HTTPFault.self) {
      try await signIn.person(authorization: "Basic YWRhOndyb25n", address: "b")
    }
    #expect(fault.status == .tooManyRequests)
  }
}
