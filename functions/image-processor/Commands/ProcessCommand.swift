import ArgumentParser
import FoundationEssentials
import ImageProcessing
import Imaging
import Synchronization

/// Applies the recipe to local files.
struct ProcessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "process",
    abstract: "Apply the recipe to local files.",
    discussion: """
      The renditions of photo.jpg are written to OUT/photo.jpg/<rendition>.<extension>; where two files have one name, \
      the second goes to OUT/photo.jpg-2. A folder is walked with all below it, and the files in it keep their places: \
      FOLDER/2026/a.jpg goes to OUT/2026/a.jpg. What is hidden or not a file is left out and named.

      Files run side by side as far as DARKROOM_CONCURRENCY and DARKROOM_MEMORY_MB go.

      EXIT STATUS
        0  every file was processed
        1  some were not (the table says why)
        2  wrong arguments, a file that is not there, or an OUT that cannot be written to

      EXAMPLES
        image-processor process photo.jpg
        image-processor process ~/Pictures --out /tmp/renditions --recipe my-recipe.json --json
      """)

  @Argument(help: "Image files, and folders of them.") var paths: [String]
  @Option(help: "The folder for the renditions; made if there is none.") var out = "renditions"
  @Option(help: "A recipe file in place of the built-in one.") var recipe: String?
  @Flag(help: "Print a JSON array for programs, an object a file.") var json = false

  func run() throws {
    let settings = try Settings.forCommand(ProcessInfo.processInfo.environment)
    let recipe = try usage { try settings.recipe(path: self.recipe) }
    let files = try usage { try InputFiles(paths, out: out) }
    for note in files.notes { Terminal.error(note) }
    try usage { try OutputFile.prepare(folder: out) }

    let rendering = LocalRendering(recipe: recipe, out: out, memory: settings.memoryMegabytes << 20)
    let inputs = files.inputs
    let bar = ProgressBar(total: inputs.count)
    let next = Atomic(0)
    let reports = Mutex([LocalRendering.Report?](repeating: nil, count: inputs.count))
    try runSideBySide(min(settings.concurrency, inputs.count)) {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < inputs.count else { return }
        let report = rendering.report(of: inputs[index])
        reports.withLock { $0[index] = report }
        bar.step(inputs[index].path)
      }
    }
    let all = reports.withLock { $0.compactMap { $0 } }
    print(try json ? LocalRendering.json(all) : LocalRendering.table(all), terminator: "")
    let failed = all.filter { $0.errorCode != nil }.count
    if failed > 0 { throw CommandError.failed("\(failed) of \(all.count) files could not be processed") }
  }
}
