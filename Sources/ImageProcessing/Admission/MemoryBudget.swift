import Dispatch

/// The memory that jobs running side by side share. A job takes its estimate before it decodes and waits until there is
/// enough; those who wait are served in the order they came.
///
/// Blocks its caller: for threads of one's own only.
final class MemoryBudget: Sendable {
  private let unit = 1 << 20
  private let units: Int
  private let free: DispatchSemaphore
  private let turn = DispatchSemaphore(value: 1)

  /// - Parameter bytes: What there is in all; less than 1 MiB counts as 1 MiB.
  init(bytes: Int) {
    units = max(1, bytes / unit)
    free = DispatchSemaphore(value: units)
  }

  /// Runs `body` while holding `bytes` of the budget; one that asks for more than there is gets all of it.
  func holding<Result>(_ bytes: Int, _ body: () throws -> Result) rethrows -> Result {
    let share = min(units, max(1, (bytes + unit - 1) / unit))
    // Only the one whose turn it is gathers units: two that each held a part would wait for each other for ever.
    turn.wait()
    for _ in 0..<share { free.wait() }
    turn.signal()
    defer { for _ in 0..<share { free.signal() } }
    return try body()
  }
}
