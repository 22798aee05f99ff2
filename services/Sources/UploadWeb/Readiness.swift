/// Whether this server can do its work, looked at once a second at most, however often it is asked.
actor Readiness {
  private let look: @Sendable () async -> String?
  private var last: (begun: ContinuousClock.Instant, answer: Task<String?, Never>)?
  private var isLooking = false

  /// - Parameter look: Says what keeps the server from its work; nil for nothing.
  init(_ look: @escaping @Sendable () async -> String?) { self.look = look }

  /// What keeps the server from its work; nil for nothing.
  func missing() async -> String? {
    if let last, isLooking || ContinuousClock.now - last.begun < .seconds(1) { return await last.answer.value }
    isLooking = true
    let answer = Task { [look] in await look() }
    last = (begun: ContinuousClock.now, answer: answer)
    let missing = await answer.value
    isLooking = false
    return missing
  }
}
