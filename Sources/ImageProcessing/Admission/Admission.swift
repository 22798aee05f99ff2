public import Imaging

/// Decides from an image's header alone whether its job can run here.
public struct Admission: Sendable, Equatable {
  /// How much memory all jobs together may take beside the process itself, in bytes.
  public var memory: Int

  /// - Parameter memory: For all jobs together, in bytes.
  public init(memory: Int) {
    self.memory = memory
  }

  /// What the job would exceed, or nil when it can run.
  /// - Parameter time: What is left for it.
  public func excess(of estimate: ResourceEstimate, time: Duration) -> Excess? {
    let needed = Duration.seconds(estimate.cpuSeconds)
    guard estimate.peakMemoryBytes > memory || needed > time else { return nil }
    return Excess(neededMemory: estimate.peakMemoryBytes, memory: memory, neededTime: needed, time: time)
  }
}

/// By how much a job is over the limits of the place that it came to: both figures, since either may be the reason.
public struct Excess: Sendable, Equatable, CustomStringConvertible {
  /// What the job would take, in bytes.
  public var neededMemory: Int
  /// What there is, in bytes.
  public var memory: Int
  /// What the job would take.
  public var neededTime: Duration
  /// What there is.
  public var time: Duration

  /// What the job needs and what there is, for the log.
  public var description: String {
    func megabytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
    func seconds(_ time: Duration) -> String {
      time > .seconds(86_400) ? "no limit of time" : "\(((time / .seconds(1)) * 10).rounded() / 10) s"
    }
    return "the job needs about \(megabytes(neededMemory)) and \(seconds(neededTime)); "
      + "there are \(megabytes(memory)) and \(seconds(time))"
  }
}
