import ArgumentParser
import Foundation
import Imaging

@main
struct ImageBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-bench",
    abstract: "Measures, warm, what it costs to make renditions of an image.",
    discussion: """
      The image is rendered once to warm up, and then as often as --iterations says. CPU and wall time are medians per \
      image. The memory is the peak over all of them, and what of it was added over the loaded process, whose input is \
      in memory already.

      EXAMPLES
        One decode, three renditions:
          image-bench photo.jpg --inside 1600,800,256 --iterations 20

        The same for a program to read, and the pictures kept:
          image-bench photo.jpg --inside 256 --json --out /tmp/renditions

        Memory when the image is streamed from its file, never whole in memory:
          image-bench huge.png --inside 1024 --source file --iterations 3

        Two images at a time:
          image-bench photo.jpg --inside 800 --threads 2
      """)

  @Argument(help: "The image: JPEG or PNG.")
  var file: String

  @Option(help: "The sides of the square boxes that the renditions fit inside, in pixels, separated by commas.")
  var inside: BoxSides = BoxSides(sides: [1600, 800, 256])

  @Option(help: "The renditions' format; auto is PNG for what can be transparent, else JPEG.")
  var format: Rendition.Format = .auto

  @Option(help: "JPEG quality, 1…100.")
  var quality = 80

  @Option(help: "Chroma subsampling of a JPEG.")
  var subsampling: ChromaSubsampling = .s420

  @Option(help: "How many times the image is measured, after the one that warms up.")
  var iterations = 10

  @Option(help: "How many images are rendered at a time, each on a thread of its own.")
  var threads = 1

  @Option(help: "Where the image is read from: bytes, in memory, or file, streamed.")
  var source: InputKind = .bytes

  @Option(help: "A folder to write the renditions to; it is made where it is missing.")
  var out: String?

  @Flag(help: "Print as JSON what the engine estimates, beside what one rendering takes; nothing else is measured.")
  var estimate = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(iterations) else { throw ValidationError("--iterations is 1…1000000.") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1…256.") }
    guard Quality(quality) != nil else { throw ValidationError("--quality is 1…100.") }
  }

  func run() throws {
    if estimate {
      print(try EstimateReport(of: Workload(file: file, kind: .file, renditions: renditions())).json())
      return
    }
    let work = try Workload(file: file, kind: source, renditions: renditions())
    let measurement = try Measurement(of: work, iterations: iterations, threads: threads)
    let report = BenchReport(measurement, paths: try write(measurement.outputs))
    print(json ? try report.json() : report.text())
  }

  private func renditions() -> [Rendition] {
    inside.sides.map {
      Rendition(
        maxWidth: $0, maxHeight: $0, fit: .inside, format: format, quality: Quality(quality) ?? .standard,
        subsampling: subsampling.value)
    }
  }

  /// Writes each output under `--out`, named after the image and its box.
  private func write(_ outputs: [Measurement.Output]) throws -> [String?] {
    guard let out else { return outputs.map { _ in nil } }
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    return try zip(inside.sides, outputs).map { side, output in
      let name = "\(stem)-\(side).\(output.info.format.fileExtension)"
      let path = folder.appendingPathComponent(name)
      try Data(output.bytes).write(to: path)
      return path.path
    }
  }
}
