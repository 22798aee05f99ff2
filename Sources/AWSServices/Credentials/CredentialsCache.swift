package import FoundationEssentials

/// Keeps a provider's credentials and renews them before they run out, with one call at a time however many wait.
package actor CredentialsCache {
  /// Before expiry by this much a renewal is tried, and failing does no harm.
  package static let advisory: Double = 15 * 60
  /// Before expiry by this much everybody waits for the renewal.
  package static let mandatory: Double = 10 * 60
  /// Between attempts while the old ones still serve.
  static let pause: Double = 60

  private let provider: any CredentialsProvider
  private let now: @Sendable () -> Date
  private var current: Credentials?
  private var renewal: Task<Credentials, any Error>?
  private var nextAttempt = Date.distantPast

  package init(provider: any CredentialsProvider, now: @escaping @Sendable () -> Date = { Date() }) {
    self.provider = provider
    self.now = now
  }

  /// Credentials that are good now.
  package func credentials() async throws -> Credentials {
    guard let current else { return try await renew() }
    guard let expiration = current.expiration else { return current }
    let left = expiration.timeIntervalSince(now())
    if left > Self.advisory { return current }
    if left > 0, now() < nextAttempt { return current }
    if left > Self.mandatory {
      // The old ones serve this call; whoever comes later gets the new ones.
      Task { try? await self.renew() }
      return current
    }
    do {
      return try await renew()
    } catch {
      guard expiration > now() else { throw error }
      return current
    }
  }

  /// The service has said that these are no longer good.
  package func forget(_ refused: Credentials) {
    if current == refused { current = nil }
  }

  private func renew() async throws -> Credentials {
    if let renewal { return try await renewal.value }
    let provider = provider
    let task = Task { () throws -> Credentials in
      guard let found = try await provider.credentials() else {
        throw AWSError.credentials("the only provider that was asked has none")
      }
      return found
    }
    renewal = task
    defer { renewal = nil }
    do {
      let fresh = try await task.value
      current = fresh
      nextAttempt = .distantPast
      return fresh
    } catch {
      nextAttempt = now().addingTimeInterval(Self.pause)
      throw error
    }
  }
}
