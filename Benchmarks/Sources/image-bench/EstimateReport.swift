import Foundation
import Glibc
import Imaging

/// What the engine said that an image would take, beside what it took: one rendering in a fresh process, streamed from
/// the file, its results thrown away.
///
/// MB of 2^20 bytes.
struct EstimateReport: Encodable {
  let estimatedMb: Double
  let addedRssMb: Double?
  let estimatedCpuMs: Double
  let cpuMs: Double

  /// - Throws: what the engine throws, and where `file` cannot be read.
  init(of work: Workload) throws {
    let source = try FileSource(path: work.path)
    ProcessMemory.resetPeak()
    let loaded = ProcessMemory.resident
    let start = Measurement.milliseconds(CLOCK_PROCESS_CPUTIME_ID)
    let reader = try ImageReader(source: source, limits: Workload.limits)
    let estimate = reader.estimate(work.renditions)
    _ = try reader.render(work.renditions, into: DiscardingSink())
    cpuMs = Measurement.milliseconds(CLOCK_PROCESS_CPUTIME_ID) - start
    addedRssMb = ProcessMemory.peak.flatMap { peak in loaded.map { peak - $0 } }
    estimatedMb = Double(estimate.peakMemoryBytes) / 1_048_576
    estimatedCpuMs = estimate.cpuSeconds * 1000
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

private final class DiscardingSink: RenditionSink {
  func begin(_ rendition: Int, _ info: RenditionInfo) {}
  func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) {}
  func end(_ rendition: Int) {}
}
