import FoundationEssentials
import Testing

@testable import Reporting

@Suite("The catalogue")
struct CatalogueTests {
  private static let analytics = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../infrastructure/analytics")

  @Test("has every view that Athena has, in the same words")
  func views() throws {
    let catalogue = try Catalogue()
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.analytics.appending(path: "views").path)
    #expect(Set(catalogue.views.map { $0.name + ".sql" }) == Set(files))
    for view in catalogue.views {
      let text = try Data(contentsOf: Self.analytics.appending(path: "views/\(view.name).sql"))
      #expect(view.sql == String(decoding: text, as: UTF8.self))
      #expect(view.question.count > 20)
    }
  }

  @Test("gives each view after those that it reads")
  func order() throws {
    var known: Set<String> = []
    for view in try Catalogue().views {
      for other in try Catalogue().views where view.name != other.name {
        if view.sql.contains("FROM \(other.name)\n") { #expect(known.contains(other.name)) }
      }
      known.insert(view.name)
    }
  }
}
