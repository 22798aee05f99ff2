import Foundation
import Glibc
import Imaging
import Synchronization

/// What running a workload cost.
struct Measurement {
  typealias Output = (info: RenditionInfo, bytes: [UInt8])

  /// Milliseconds per image, one entry an iteration.
  private(set) var cpu: [Double] = []
  private(set) var wall: [Double] = []
  /// MB of 2^20 bytes.
  let peak: Double?
  let added: Double?
  let outputs: [Output]

  /// Runs `work` once to warm up and `iterations` times on the clock, each time on `threads` threads at once.
  /// - Throws: what the workload throws.
  init(of work: Workload, iterations: Int, threads: Int) throws {
    ProcessMemory.resetPeak()
    let loaded = ProcessMemory.resident
    outputs = try work.run()
    for _ in 0..<iterations {
      let cpuStart = Self.milliseconds(CLOCK_PROCESS_CPUTIME_ID)
      let wallStart = Self.milliseconds(CLOCK_MONOTONIC)
      try Self.run(work, threads: threads)
      cpu.append((Self.milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpuStart) / Double(threads))
      wall.append((Self.milliseconds(CLOCK_MONOTONIC) - wallStart) / Double(threads))
    }
    let peak = ProcessMemory.peak
    self.peak = peak
    added = peak.flatMap { peak in loaded.map { peak - $0 } }
  }

  private static func run(_ work: Workload, threads: Int) throws {
    if threads == 1 {
      _ = try work.run()
      return
    }
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      do {
        _ = try work.run()
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  static func milliseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}

extension [Double] {
  /// The middle value, or the mean of the two in the middle; 0 of nothing.
  var median: Double {
    let ordered = sorted()
    guard let upper = ordered.dropFirst(count / 2).first else { return 0 }
    return count.isMultiple(of: 2) ? (ordered[count / 2 - 1] + upper) / 2 : upper
  }
}
