import Foundation
import ImageProcessing
import Imaging
import Testing

@Suite struct RecipeTests {
  private func recipe(_ json: String) throws -> Recipe { try Recipe(json: Array(json.utf8), name: "recipe.json") }

  private func faults(_ json: String) -> [String] {
    do {
      _ = try recipe(json)
      return []
    } catch {
      return (error as? RecipeError)?.faults ?? ["\(error)"]
    }
  }

  @Test func readsEveryField() throws {
    let recipe = try recipe(
      """
      {"renditions": [{"name": "a_1", "width": 10, "height": 20, "fit": "cover", "enlarge": true, "format": "png",
        "quality": 7, "subsampling": "4:4:4", "progressive": true, "optimize_coding": true, "compression_level": 9,
        "kernel": "box", "background": "#ff8000", "metadata": ["icc", "gps"]}],
       "limits": {"max_megabytes": 2, "max_megapixels": 3, "max_dimension": 400, "max_scans": 5,
        "max_metadata_kilobytes": 64, "max_memory_megabytes": 512, "max_decoded_megabytes": 7},
       "damaged": "render"}
      """)
    let rendition = try #require(recipe.renditions.first)
    #expect(rendition.name == "a_1")
    #expect(
      rendition.rendition
        == Rendition(
          maxWidth: 10, maxHeight: 20, fit: .cover, enlarges: true, format: .png, quality: Quality(7)!,
          subsampling: .s444, progressive: true, optimizesCoding: true, compressionLevel: 9, kernel: .box,
          background: RGB(255, 128, 0), keeps: [.icc, .gps]))
    #expect(recipe.limits.bytes == 2 << 20)
    #expect(recipe.limits.image.maxPixels == 3_000_000)
    #expect(recipe.limits.image.maxDimension == 400)
    #expect(recipe.limits.image.maxScans == 5)
    #expect(recipe.limits.image.maxMetadataBytes == 64 << 10)
    #expect(recipe.limits.image.maxMemory == 512 << 20)
    #expect(recipe.limits.image.maxDecodedBytes == 7 << 20)
    #expect(recipe.damaged == .render)
  }

  @Test func namesEveryFaultAtOnce() {
    let faults = faults(
      """
      {"renditions": [
        {"name": "a", "width": 0, "quality": 101, "fit": "stretch"},
        {"name": "A b", "width": 1.5},
        {"width": 10, "wdith": 3},
        {"name": "c"},
        {"name": "d", "width": 5, "fit": "cover"},
        {"name": "d", "width": 5, "background": "red", "metadata": ["icc", "exif"]},
        7],
       "limits": {"max_megapixels": "many"}, "renditons": [], "damaged": "mend"}
      """)
    #expect(
      faults == [
        #"damaged: "mend" is none of "reject", "render""#,
        #"renditons: no such field; there are damaged, limits, renditions"#,
        #"limits.max_megapixels: "many" where a whole number from 1 to 2000 belongs"#,
        #"renditions[0].width: 0 is outside 1 to 65500"#,
        #"renditions[0].fit: "stretch" is none of "inside", "cover", "fill""#,
        #"renditions[0].quality: 101 is outside 1 to 100"#,
        #"renditions[1].width: 1.5 where a whole number from 1 to 65500 belongs"#,
        #"renditions[1].name: "A b" is not 1 to 32 of a-z, 0-9 and _"#,
        #"renditions[2].name: missing; the rendition's key carries it"#,
        #"renditions[2].wdith: no such field; there are background, colour, compression_level, enlarge, fit, format, height, kernel, metadata, name, optimize_coding, progressive, quality, subsampling, width"#,
        #"renditions[3].width: missing, and so is height; give at least one"#,
        #"renditions[4].fit: "cover" needs both width and height"#,
        ##"renditions[5].background: "red" is not a colour; write it as "#rrggbb""##,
        #"renditions[5].metadata: "exif" is none of "icc", "copyright", "camera", "gps""#,
        #"renditions[5].name: "d" is the name of an earlier rendition"#,
        #"renditions[6]: 7 where an object belongs"#,
      ])
  }

  @Test(arguments: ["", "{", "[1", "\u{0}"])
  func refusesWhatIsNoJSON(text: String) {
    #expect(faults(text) == ["the recipe: no valid JSON"])
  }

  @Test(arguments: ["red", "#fff", "#+ff800", "#-00000", "#ff80 0", "ff8000", "#ff80000", "#gg0000"])
  func aColourIsSixHexadecimalDigits(text: String) {
    let faults = faults(##"{"renditions": [{"name": "a", "width": 5, "background": "\##(text)"}]}"##)
    #expect(faults == [##"renditions[0].background: "\##(text)" is not a colour; write it as "#rrggbb""##])
  }

  @Test(arguments: ["{}", #"{"renditions": []}"#, #"{"renditions": null}"#, "[]", "3"])
  func refusesARecipeWithoutRenditions(text: String) {
    #expect(faults(text).count == 1)
  }

  @Test func hasLimitsWhereItIsSilent() throws {
    let limits = try recipe(#"{"renditions": [{"name": "a", "width": 5}]}"#).limits
    #expect(limits == InputLimits(bytes: 64 << 20, image: ImageLimits()))
    #expect(try recipe(#"{"renditions": [{"name": "a", "width": 5}], "limits": {}}"#).limits == limits)
  }

  @Test func isNamedByItsContents() throws {
    let one = try recipe(#"{"renditions": [{"name": "a", "width": 5}]}"#)
    let other = try recipe(#"{"renditions": [{"name": "a", "width": 6}]}"#)
    #expect(one.id.count == 8)
    #expect(one.id != other.id)
  }
}
