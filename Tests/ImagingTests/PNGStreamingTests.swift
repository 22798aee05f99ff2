import Imaging
import Testing

@Suite("A PNG is decoded as it comes")
struct PNGStreamingTests {
  /// Larger than what is decompressed at once, so that a window follows another.
  private static let scene = Pixels.noise(211, 517, channels: 3)

  @Test("however the network splits it", arguments: [1, 7, 4096, 65_537])
  func pieces(size: Int) throws {
    let file = try PNGFile.encode(Self.scene)
    let sink = CollectingSink()
    _ = try ImageReader(source: TricklingSource(file, piece: size)).render([Rendition(format: .png)], into: sink)
    #expect(try PNGFile.decode(sink.outputs[0].bytes) == Self.scene)
  }

  @Test("however its picture data are split into chunks, empty ones among them", arguments: [1, 2, 3, 1000])
  func chunks(size: Int) throws {
    let file = try PNGFile.encode(Self.scene)
    let split = PNGFile.replacingPictureData(of: file) { data in
      stride(from: 0, to: data.count, by: size).flatMap { [Array(data[$0..<min($0 + size, data.count)]), []] }
    }
    #expect(try renderPixels(split, Rendition()) == Self.scene)
  }

  @Test("and the memory that it takes does not grow with its height")
  func memory() throws {
    func estimate(_ height: Int) throws -> ResourceEstimate {
      let file = try PNGFile.encode(.noise(100, height, channels: 3))
      return try ImageReader(source: BytesSource(file)).estimate([Rendition(maxWidth: 10, maxHeight: 10, format: .jpeg)]
      )
    }
    // The longest filter grows with the reduction, the window on the rows with it: 3 kernels of it.
    #expect(try estimate(8000).peakMemoryBytes < estimate(500).peakMemoryBytes + 8000 * 100 * 3)
  }

  @Test("Picture data cut within a whole file are damage, wherever they are cut, unless every row is there")
  func cut() throws {
    let scene = Pixels.scene(60, 40)
    let file = try PNGFile.encode(scene)
    let length = PNGFile.pictureData(of: file).count
    for kept in Array(0..<40) + stride(from: 40, to: length, by: 97) + (length - 5..<length) {
      let damaged = PNGFile.replacingPictureData(of: file) { [Array($0.prefix(kept))] }
      do {
        let (outputs, description) = try render(damaged, [Rendition(format: .png)])
        #expect(try PNGFile.decode(outputs[0].bytes) == scene, "of \(length) bytes \(kept) are left")
        #expect(description.warningCount > 0 && kept > length - 8)
      } catch let error as ImagingError {
        #expect(error.code == "corrupt_image")
      }
    }
  }

  @Test("A wrong checksum of the decompressed rows is counted")
  func checksum() throws {
    let file = try PNGFile.encode(.scene(60, 40))
    let damaged = PNGFile.replacingPictureData(of: file) { data in
      var data = data
      data[data.count - 1] ^= 1
      return [data]
    }
    #expect(try render(damaged, [Rendition()]).description.warningCount == 1)
  }

  @Test("What follows the compressed rows in the picture data is left out")
  func behind() throws {
    let scene = Pixels.scene(60, 40)
    let file = PNGFile.replacingPictureData(of: try PNGFile.encode(scene)) {
      [$0, [1, 2, 3], [UInt8](repeating: 4, count: 99_999)]
    }
    #expect(try renderPixels(file, Rendition()) == scene)
  }

  @Test("Damaged bits never give another picture without a warning")
  func damage() throws {
    let scene = Pixels.scene(90, 70)
    let file = try PNGFile.encode(scene)
    let length = PNGFile.pictureData(of: file).count
    for bit in stride(from: 0, to: 8 * length, by: 61) {
      let damaged = PNGFile.replacingPictureData(of: file) { data in
        var data = data
        data[bit / 8] ^= 1 << UInt8(bit % 8)
        return [data]
      }
      guard let (outputs, description) = try? render(damaged, [Rendition(format: .png, compressionLevel: 1)]) else {
        continue
      }
      #expect(try description.warningCount > 0 || PNGFile.decode(outputs[0].bytes) == scene, "bit \(bit)")
    }
  }
}
