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
      The renditions of photo.jpg are written to OUT/photo.jpg/<rendition>.<extension>.

      EXIT STATUS
        0  every file was processed
        1  some were not (the table says why)
        2  wrong arguments, or a file that is not there

      EXAMPLES
        image-processor process photo.jpg
        image-processor process ~/Pictures/*.jpg --out /tmp/renditions --recipe my-recipe.json --json
      """)

  @Argument(help: "The image files.") var files: [String]
  @Option(help: "The folder for the renditions; made if there is none.") var out = "renditions"
  @Option(help: "A recipe file in place of the built-in one.") var recipe: String?
  @Flag(help: "Print a JSON array for programs, an object a file.") var json = false

  func run() throws {
    let settings = try Settings.forCommand(ProcessInfo.processInfo.environment)
    let recipe = try usage { try settings.recipe(path: self.recipe) }
    for file in files { try LocalFile.check(file, as: "image") }

    let rendering = LocalRendering(recipe: recipe, out: out)
    let folders = rendering.folders(for: files)
    let bar = ProgressBar(total: files.count)
    let next = Atomic(0)
    let reports = Mutex([LocalRendering.Report?](repeating: nil, count: files.count))
    try runSideBySide(min(settings.concurrency, files.count)) { [files] in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < files.count else { return }
        let report = rendering.report(of: files[index], folder: folders[index])
        reports.withLock { $0[index] = report }
        bar.step(URL(filePath: files[index]).lastPathComponent)
      }
    }
    let all = reports.withLock { $0.compactMap { $0 } }
    print(try json ? LocalRendering.json(all) : LocalRendering.table(all), terminator: "")
    let failed = all.filter { $0.errorCode != nil }.count
    if failed > 0 { throw CommandError.failed("\(failed) of \(all.count) files could not be processed") }
  }
}
