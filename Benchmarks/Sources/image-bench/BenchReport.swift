import Foundation
import Imaging

/// What image-bench prints: milliseconds per image, MB of 2^20 bytes.
struct BenchReport: Encodable {
  struct Output: Encodable {
    let width: Int
    let height: Int
    let bytes: Int
    /// Where the picture was kept; left out without `--out`.
    let path: String?
  }

  let cpuMs: Double
  let wallMs: Double
  let peakRssMb: Double?
  let addedRssMb: Double?
  let outputs: [Output]

  init(_ measurement: Measurement, paths: [String?]) {
    cpuMs = Self.rounded(measurement.cpu.median)
    wallMs = Self.rounded(measurement.wall.median)
    peakRssMb = measurement.peak.map(Self.rounded)
    addedRssMb = measurement.added.map(Self.rounded)
    outputs = zip(measurement.outputs, paths).map { output, path in
      Output(width: output.info.width, height: output.info.height, bytes: output.bytes.count, path: path)
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  func text() -> String {
    func memory(_ megabytes: Double?) -> String { megabytes.map { "\($0) MB" } ?? "unknown" }
    var lines = [
      "CPU \(cpuMs) ms, wall \(wallMs) ms per image",
      "memory \(memory(peakRssMb)) at the peak, \(memory(addedRssMb)) of it added",
    ]
    lines += outputs.map { "\($0.width)×\($0.height), \($0.bytes) bytes" + ($0.path.map { ", \($0)" } ?? "") }
    return lines.joined(separator: "\n")
  }

  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
