import CLinux

/// The cores that this process may use.
public enum ProcessorCores {
  /// How many threads of work can run at once: the cores that the scheduler grants, or the container's quota of CPU
  /// time where that is less, rounded up.
  ///
  /// 1 or more.
  public static var available: Int {
    let cores = Int(clinux_schedulable_cores())
    guard let quota = CPUQuota.cores(mount: "/sys/fs/cgroup", memberships: TextFile.read("/proc/self/cgroup") ?? "")
    else { return cores }
    return max(1, min(cores, Int(quota.rounded(.up))))
  }
}

/// The CPU time that control groups allow (Linux, "Control Group v2", `cpu.max`; "CFS Bandwidth Control").
public enum CPUQuota {
  /// The least of the quotas that the process is under, in cores; nil where there is none.
  ///
  /// In a container the groups of the process are those at the mount; on a host they are below it, as `memberships`
  /// says, and each group on the way may have a quota of its own.
  /// - Parameters:
  ///   - mount: the folder that control groups are mounted in.
  ///   - memberships: the lines of `/proc/self/cgroup`: an id, controllers and a path, between colons.
  public static func cores(mount: String, memberships: String) -> Double? {
    var quotas: [Double] = []
    for line in memberships.split(separator: "\n").map(String.init) + ["0::/", "0:cpu:/"] {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      guard controllers.isEmpty || controllers.contains("cpu") else { continue }
      for group in groups(onTheWayTo: parts[2]) {
        let quota =
          controllers.isEmpty
          ? version2(TextFile.read("\(mount)\(group)/cpu.max"))
          : version1(
            TextFile.read("\(mount)/cpu\(group)/cpu.cfs_quota_us"),
            TextFile.read("\(mount)/cpu\(group)/cpu.cfs_period_us"))
        if let quota { quotas.append(quota) }
      }
    }
    return quotas.min()
  }

  /// The path itself and all that it lies in, the root as an empty one.
  private static func groups(onTheWayTo path: Substring) -> [String] {
    path.split(separator: "/").reduce(into: [""]) { $0.append("\($0[$0.count - 1])/\($1)") }
  }

  /// `200000 100000`: microseconds of CPU time in each period of so many; `max` for no quota.
  private static func version2(_ text: String?) -> Double? {
    let numbers = (text ?? "").split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard numbers.count == 2 else { return nil }
    return ratio(numbers[0], numbers[1])
  }

  /// Of two files; -1 for no quota.
  private static func version1(_ quota: String?, _ period: String?) -> Double? {
    ratio(number(quota), number(period))
  }

  private static func number(_ text: String?) -> Int? {
    (text ?? "").split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
  }

  private static func ratio(_ quota: Int?, _ period: Int?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return Double(quota) / Double(period)
  }
}
