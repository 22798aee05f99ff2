package import FoundationEssentials

/// Keeps a provider's credentials and renews them before they run out, with one call at a time however many wait.
package actor CredentialsCache {
  /// Before expiry by this much a renewal is tried, and failing does no harm.
  package static let advisory: Double = 15 * 60
  /// Before expiry by this much everybody waits for the renewal.
  package static let mandatory: Double = 10 * 60
  /// Between renewals that bring nothing newer: a metadata service in trouble gives the same credentials for hours, and
  /// AWS's services may take them longer than they say.
  static let pause: Double = 60

  private let provider: any CredentialsProvider
  private let now: @Sendable () -> Date
  private var current: Credentials?
  /// Whether a service has said that `current` is no longer good.
  private var isRefused = false
  private var renewal: Task<Credentials, any Error>?
  private var nextAttempt = Date.distantPast

  package init(provider: any CredentialsProvider, now: @escaping @Sendable () -> Date = { Date() }) {
    self.provider = provider
    self.now = now
  }

  /// Credentials that are good now, or the newest there are.
  package func credentials() async throws -> Credentials {
    guard let current else { return try await renew() }
    let left = current.expiration?.timeIntervalSince(now()) ?? .infinity
    guard isRefused || left <= Self.advisory else { return current }
    if now() < nextAttempt { return current }
    if !isRefused, left > Self.mandatory {
      // The old ones serve this call; whoever comes later gets the new ones.
      Task { try? await self.renew() }
      return current
    }
    do {
      return try await renew()
    } catch {
      guard !isRefused, left > 0 else { throw error }
      return current
    }
  }

  /// The service has said that these are no longer good.
  package func forget(_ refused: Credentials) {
    if current == refused { isRefused = true }
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
      let isNew = fresh != current
      let left = fresh.expiration?.timeIntervalSince(now()) ?? .infinity
      current = fresh
      isRefused = isRefused && !isNew
      nextAttempt = isNew && left > Self.mandatory ? .distantPast : now().addingTimeInterval(Self.pause)
      return fresh
    } catch {
      // While the old ones serve, a provider that is down is left alone for a while.
      let isServing = !isRefused && (current?.expiration.map { $0 > now() } ?? false)
      nextAttempt = isServing ? now().addingTimeInterval(Self.pause) : .distantPast
      throw error
    }
  }
}
