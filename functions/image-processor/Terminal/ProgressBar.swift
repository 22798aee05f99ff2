import Synchronization

/// A bar on standard error that is drawn anew at each step, where there is a terminal and more than one thing to do.
final class ProgressBar: Sendable {
  private let total: Int
  private let isShown: Bool
  private let done = Mutex(0)

  init(total: Int) {
    self.total = total
    isShown = total > 1 && Terminal.isInteractive
  }

  /// Takes the bar away, as before what is written next.
  func clear() { if isShown { Terminal.write("\r\u{1B}[K") } }

  func step(_ name: String) {
    done.withLock { done in
      done += 1
      guard isShown else { return }
      let filled = done * 30 / max(1, total)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
      // Back to the line's start, and clear what the last step left behind.
      let line = "\r\u{1B}[K\(bar) \(done)/\(total) \(name.withoutControls.suffix(40))"
      Terminal.write(line + (done == total ? "\r\u{1B}[K" : ""))
    }
  }
}
