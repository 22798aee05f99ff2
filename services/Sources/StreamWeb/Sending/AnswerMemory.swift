internal import Kafka
internal import Synchronization

/// What was answered to requests by their Idempotency-Key: a bounded number of acknowledgements, for a while, in this
/// process.
///
/// Only acknowledgements are kept: whatever else was answered, the next request under the key tries anew.
final class AnswerMemory: Sendable {
  /// A key, and of whom.
  struct Name: Hashable, Sendable {
    /// Who has signed in; nil where nobody has to.
    var person: String?
    var key: String
    /// The file's number in its form; 0 for an image that was a request's body.
    var file: Int
  }

  /// What is known of a name.
  enum Known: Equatable {
    /// Nothing: the request is to go on, and to say in the end what became of it.
    case new
    /// The same request was acknowledged.
    case acknowledged(KafkaProducer.Delivery)
    /// A request with this name is still running.
    case running
    /// Another request was sent under this name: other bytes, or other headers.
    case other
  }

  private struct Entry {
    var digest: String
    var delivery: KafkaProducer.Delivery?
    var since: ContinuousClock.Instant
  }

  private struct State {
    var entries: [Name: Entry] = [:]
    /// Names of acknowledged ones, oldest first.
    var order: [Name] = []
    var first = 0
  }

  private let most: Int
  private let lifetime: Duration
  private let state = Mutex(State())

  /// - Parameters:
  ///   - most: Acknowledgements that are kept; the oldest go first.
  ///   - lifetime: For how long each is kept.
  init(most: Int, lifetime: Duration) {
    self.most = most
    self.lifetime = lifetime
  }

  /// Looks a name up, and takes it where it is new.
  /// - Parameter digest: Of the bytes and whatever else makes the request what it is.
  func begin(_ name: Name, digest: String, now: ContinuousClock.Instant = .now) -> Known {
    state.withLock { state in
      forgetOld(&state, now)
      guard let entry = state.entries[name] else {
        state.entries[name] = Entry(digest: digest, since: now)
        return .new
      }
      guard entry.digest == digest else { return .other }
      return entry.delivery.map { .acknowledged($0) } ?? .running
    }
  }

  /// Says what became of a request that `begin` called new.
  /// - Parameter delivery: Nil unless it was acknowledged.
  func end(_ name: Name, _ delivery: KafkaProducer.Delivery?, now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      guard let delivery, most > 0 else {
        state.entries[name] = nil
        return
      }
      state.entries[name]?.delivery = delivery
      state.entries[name]?.since = now
      state.order.append(name)
      forgetOld(&state, now)
    }
  }

  /// Acknowledgements that are remembered now.
  var count: Int { state.withLock { $0.order.count - $0.first } }

  private func forgetOld(_ state: inout State, _ now: ContinuousClock.Instant) {
    while state.first < state.order.count {
      let name = state.order[state.first]
      let isOld = state.entries[name].map { now - $0.since >= lifetime } ?? true
      guard isOld || state.order.count - state.first > most else { break }
      state.entries[name] = nil
      state.first += 1
    }
    if state.first > 1024, state.first * 2 > state.order.count {
      state.order.removeFirst(state.first)
      state.first = 0
    }
  }
}
