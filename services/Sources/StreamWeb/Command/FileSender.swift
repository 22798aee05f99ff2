internal import FoundationEssentials
internal import Glibc
internal import Kafka
internal import ServiceSupport
internal import Threads

/// Sends files one after the other, many on their way at once, and tells of each what became of it.
final class FileSender {
  /// What is on its way and what became of the rest.
  struct Progress: Sendable {
    var waiting = 0
    var waitingBytes = 0
    var stored = 0
    var storedBytes: Int64 = 0
    var failed = 0
  }

  private let producer: KafkaProducer
  private let topic: String
  private let key: [UInt8]?
  private let headers: [KafkaHeader]
  private let limit: Duration
  private let isQuiet: Bool
  private let mostWaiting: Int
  private let progress = Monitor(Progress())
  /// A file of its own, however large, may be on its way alone.
  private static let waitingLimit = 64 << 20

  /// - Parameters:
  ///   - limit: In which the broker must have acknowledged a message.
  ///   - mostWaiting: Messages on their way at once; the client's own queue has to have room for a few times as many,
  ///     since a message that has been told of is there a little longer.
  init(
    _ configuration: KafkaConfiguration, topic: String, key: [UInt8]?, headers: [KafkaHeader], limit: Duration,
    isQuiet: Bool, mostWaiting: Int = 100_000
  ) throws {
    producer = try KafkaProducer(configuration)
    (self.topic, self.key, self.headers, self.limit, self.isQuiet) = (topic, key, headers, limit, isQuiet)
    self.mostWaiting = mostWaiting
  }

  /// Sends every file so many times.
  /// - Parameter rate: Messages a second; nil for as many as go.
  /// - Returns: Whether all are stored.
  func send(_ files: [String], times: Int, rate: Double?) -> Bool {
    let begun = ContinuousClock.now
    let bar = isQuiet || isatty(STDERR_FILENO) == 0 ? nil : ProgressBar(of: files.count * times)
    var number = 0
    for _ in 0..<times {
      for file in files {
        if let rate { wait(until: begun + .seconds(1) * (Double(number) / rate), bar) }
        number += 1
        send(file)
        bar?.show(progress.change { $0 }, since: begun)
      }
    }
    let end = ContinuousClock.now + limit + .seconds(5)
    while producer.waiting > 0, ContinuousClock.now < end {
      _ = producer.flush(within: .milliseconds(200))
      bar?.show(progress.change { $0 }, since: begun)
    }
    producer.close()
    let result = progress.change { $0 }
    bar?.clear()
    if !isQuiet {
      let seconds = max(0.001, (ContinuousClock.now - begun) / .seconds(1))
      LogLine.error(
        "\(result.stored) of \(number) stored, \(result.storedBytes) bytes in "
          + "\((seconds * 100).rounded() / 100) s: \(Int((Double(result.stored) / seconds).rounded())) messages, "
          + "\(((Double(result.storedBytes) / seconds / 10_000).rounded()) / 100) MB a second")
    }
    return result.stored == number
  }

  private func send(_ file: String) {
    guard let data = FileManager.default.contents(atPath: file) else {
      return fail(file, "it cannot be read; not stored")
    }
    let size = data.count
    _ = progress.wait { progress in
      let hasRoom = progress.waitingBytes + size <= Self.waitingLimit && progress.waiting < mostWaiting
      return progress.waiting == 0 || hasRoom ? true : nil
    }
    let kind = FileKind(data.prefix(64)).mediaType ?? "application/octet-stream"
    let name = file.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? file
    let own =
      headers + [
        KafkaHeader("file-name", Array(name.utf8)), KafkaHeader("content-type", Array(kind.utf8)),
      ]
    progress.change { progress in
      progress.waiting += 1
      progress.waitingBytes += size
    }
    do throws(KafkaError) {
      try producer.produce(topic: topic, key: key, value: [UInt8](data), headers: own) {
        [progress, isQuiet] told in
        if case .success(let delivery) = told, !isQuiet {
          LogLine.output("\(delivery.partition)@\(delivery.offset)\t\(size)\t\(file)")
        }
        if case .failure(let failure) = told { LogLine.error("\(file): \(failure)") }
        progress.change { progress in
          progress.waiting -= 1
          progress.waitingBytes -= size
          if case .success = told {
            progress.stored += 1
            progress.storedBytes += Int64(size)
          } else {
            progress.failed += 1
          }
        }
      }
    } catch {
      progress.change { progress in
        progress.waiting -= 1
        progress.waitingBytes -= size
      }
      fail(file, "not stored: \(error)")
    }
  }

  private func fail(_ file: String, _ why: String) {
    LogLine.error("\(file): \(why)")
    progress.change { $0.failed += 1 }
  }

  private func wait(until due: ContinuousClock.Instant, _ bar: ProgressBar?) {
    while true {
      let left = due - ContinuousClock.now
      guard left > .zero else { return }
      usleep(UInt32(min(left, .milliseconds(200)) / .microseconds(1)))
    }
  }
}

/// A line on a terminal that is written over again and again.
struct ProgressBar {
  private static let width = 30
  let total: Int

  init(of total: Int) { self.total = max(1, total) }

  func show(_ progress: FileSender.Progress, since begun: ContinuousClock.Instant) {
    let done = progress.stored + progress.failed
    let filled = Self.width * min(done, total) / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
    let seconds = max(0.001, (ContinuousClock.now - begun) / .seconds(1))
    let failed = progress.failed > 0 ? ", \(progress.failed) not" : ""
    write("\r\(bar) \(progress.stored) of \(total) stored\(failed), \(Int(Double(done) / seconds))/s ")
  }

  func clear() { write("\r\u{1B}[K") }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}
