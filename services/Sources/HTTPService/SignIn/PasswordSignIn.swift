internal import CCrypt
internal import Crypto
internal import Encodings
internal import HTTPTypes
internal import Synchronization
internal import Threads

/// Sign-in by name and password (HTTP's Basic scheme, RFC 7617).
///
/// A hash takes tens of milliseconds by design, so it is computed on a thread of its own, few at a time; what was right
/// is remembered for some minutes, and whoever is wrong too often waits.
public final class PasswordSignIn: Sendable {
  private let file: PasswordFile
  private let failures = TokenBuckets(capacity: 10, refilledIn: .seconds(300))
  private let known = Mutex<[String: (person: Person, until: ContinuousClock.Instant)]>([:])
  private let running = Mutex(0)
  private let salt = SymmetricKey(size: .bits256)
  private let standIn: String

  private static let remembered = Duration.seconds(300)
  private static let mostKnown = 1000
  private static let mostRunning = 4

  /// - Parameter file: Who there is.
  public init(_ file: PasswordFile) {
    self.file = file
    // Whoever does not exist takes as long as somebody who does.
    standIn = file.hashes.values.first ?? ""
  }

  func person(authorization: String?, address: String) async throws -> Person {
    guard let authorization else { throw Self.challenge("Sign in with your name and password.") }
    guard let (name, password) = Self.credentials(authorization) else {
      throw Self.challenge("The sign-in could not be read; sign in with your name and password.")
    }
    let key = Hexadecimal.encode(
      HMAC<SHA256>.authenticationCode(for: Array("\(name)\0\(password)".utf8), using: salt))
    if let person = known.withLock({ known in known[key].flatMap { $0.until > .now ? $0.person : nil } }) {
      return person
    }
    if failures.isExhausted(address) || failures.isExhausted("name \(name)") {
      throw HTTPFault(
        .tooManyRequests, code: "too_many_failures",
        message: "There were too many wrong passwords; wait half a minute and sign in again.",
        headers: [.retryAfter: "30"])
    }
    guard
      running.withLock({ count in
        guard count < Self.mostRunning else { return false }
        count += 1
        return true
      })
    else {
      throw HTTPFault(
        .serviceUnavailable, code: "busy", message: "Too many people are signing in at once; try again in a second.",
        headers: [.retryAfter: "1"])
    }
    let hash = file.hashes[name]
    let candidate = hash ?? standIn
    defer { running.withLock { $0 -= 1 } }
    let matches = try await withDedicatedThread { ccrypt_matches(password, candidate) == 1 }
    guard matches, hash != nil else {
      _ = failures.take(of: address)
      _ = failures.take(of: "name \(name)")
      throw Self.challenge("The name or the password is wrong; sign in again.")
    }
    let person = Person(name: name)
    known.withLock { known in
      if known.count >= Self.mostKnown { known = known.filter { $0.value.until > .now } }
      if known.count < Self.mostKnown { known[key] = (person, .now + Self.remembered) }
    }
    return person
  }

  private static func challenge(_ message: String) -> HTTPFault {
    HTTPFault(
      .unauthorized, code: "sign_in", message: message,
      headers: [.wwwAuthenticate: "Basic realm=\"Darkroom\", charset=\"UTF-8\""])
  }

  static func credentials(_ authorization: String) -> (name: String, password: String)? {
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic", authorization.utf8.count <= 2048,
      let bytes = Base64.decode(String(parts[1])), let text = String(validating: bytes, as: UTF8.self),
      !text.utf8.contains(0), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let name = String(text[..<colon])
    let password = String(text[text.utf8.index(after: colon)...])
    // bcrypt looks at no more than 72 bytes; a longer password costs memory and time.
    return name.isEmpty || password.utf8.count > 512 ? nil : (name, password)
  }
}
