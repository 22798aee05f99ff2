import Foundation
import Testing
import Threads

@Suite("Quotas of CPU time", .timeLimit(.minutes(1)))
struct CPUQuotaTests {
  /// A folder with files as the kernel shows control groups.
  private func cores(_ files: [String: String], memberships: String) throws -> Double? {
    let mount = FileManager.default.temporaryDirectory.appending(path: "quota-\(UUID())")
    defer { try? FileManager.default.removeItem(at: mount) }
    for (path, text) in files {
      let file = mount.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return CPUQuota.cores(mount: mount.path, memberships: memberships)
  }

  @Test(
    "a container's cpu.max is its quota",
    arguments: [("200000 100000\n", 2), ("50000 100000\n", 0.5), ("max 100000\n", nil), ("nonsense", nil), ("", nil)]
      as [(String, Double?)])
  func version2(text: String, cores: Double?) throws {
    #expect(try self.cores(["cpu.max": text], memberships: "0::/\n") == cores)
  }

  @Test("of all the groups that a process is in, the least quota counts")
  func nested() throws {
    let files = [
      "a.slice/cpu.max": "150000 100000\n", "a.slice/b.scope/cpu.max": "max 100000\n",
      "other/cpu.max": "10000 100000\n",
    ]
    #expect(try cores(files, memberships: "0::/a.slice/b.scope\n") == 1.5)
  }

  @Test("a quota of the first version is read at the mount and below it, -1 as none")
  func version1() throws {
    let at = { (quota: String, path: String) in
      ["cpu\(path)/cpu.cfs_quota_us": quota, "cpu\(path)/cpu.cfs_period_us": "100000\n"]
    }
    #expect(try cores(at("300000\n", ""), memberships: "4:memory:/m\n3:cpu,cpuacct:/docker/1\n") == 3)
    #expect(try cores(at("300000\n", "/docker/1"), memberships: "3:cpu,cpuacct:/docker/1\n") == 3)
    #expect(try cores(at("-1\n", ""), memberships: "3:cpu,cpuacct:/\n") == nil)
  }

  @Test("no more cores are available than the machine has, and always one")
  func available() {
    #expect((1...max(1, ProcessInfo.processInfo.processorCount)).contains(ProcessorCores.available))
  }
}
