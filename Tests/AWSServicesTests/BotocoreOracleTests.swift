import AWSServices
import Foundation
import Testing

private let environment = ProcessInfo.processInfo.environment

private func cases<Case: Decodable>(_ variable: String) throws -> [Case] {
  let path = try #require(environment[variable])
  return try JSONDecoder().decode([Case].self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The table of endpoints against botocore's.
///
/// `Tests/SystemTests/cloud/test_botocore.py` writes the cases.
@Suite(.enabled(if: environment["DARKROOM_TEST_ENDPOINT_CASES"] != nil, "no file of botocore's endpoints"))
struct EndpointOracleTests {
  struct Case: Decodable {
    var service: String
    var region: String
    var fips: Bool
    var dualStack: Bool
    /// nil where there is no such endpoint.
    var host: String?
  }

  @Test func hasTheEndpointsOfBotocore() throws {
    let all: [Case] = try cases("DARKROOM_TEST_ENDPOINT_CASES")
    #expect(all.count > 400)
    var configuration = try AWSConfiguration(environment: [
      "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ])
    for one in all {
      (configuration.usesFIPS, configuration.usesDualStack) = (one.fips, one.dualStack)
      let service = try #require(AWSService(rawValue: one.service))
      #expect((try? configuration.endpoint(service, region: one.region).host) == one.host, "\(one)")
    }
  }
}

/// The reading of profiles against botocore's.
///
/// `Tests/SystemTests/cloud/test_botocore.py` writes the cases.
@Suite(.enabled(if: environment["DARKROOM_TEST_PROFILE_CASES"] != nil, "no file of botocore's profiles"))
struct ProfileOracleTests {
  struct Case: Decodable {
    var config: String
    var profile: String
    /// nil where botocore refuses the file, or has no such profile.
    var settings: [String: Value]?
  }

  enum Value: Decodable, Equatable {
    case text(String)
    case block([String: String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self =
        if let text = try? container.decode(String.self) { .text(text) } else {
          .block(try container.decode([String: String].self))
        }
    }
  }

  @Test func readsWhatBotocoreReadsOrRefusesIt() throws {
    let all: [Case] = try cases("DARKROOM_TEST_PROFILE_CASES")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    let files = SharedFiles(environment: [
      "AWS_CONFIG_FILE": file.path, "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ])
    var same = 0
    for one in all {
      try Data(one.config.utf8).write(to: file)
      guard let settings = one.settings else {
        // What botocore does not read is refused here too, or not found.
        #expect((try? files.profile(one.profile)) == nil, "\(one.config)")
        continue
      }
      let profile: Profile?
      do { profile = try files.profile(one.profile) } catch {
        // Where botocore takes lines for something that nobody has meant, or leaves them out.
        let isOdd = settings.values.contains { if case .text(let text) = $0 { text.contains("\n") } else { false } }
        let words = ["is empty", "indented further", "belongs to", "is to be"]
        #expect(isOdd || words.contains { "\(error)".contains($0) }, "\(error)\n\(one.config)")
        continue
      }
      same += 1
      for (name, value) in settings {
        switch value {
        case .text(let text): #expect(profile?[name] == (text.isEmpty ? nil : text), "\(one.config)")
        case .block(let block): #expect(profile?.blocks[name] == block, "\(one.config)")
        }
      }
    }
    #expect(same > all.count / 5)
  }
}
