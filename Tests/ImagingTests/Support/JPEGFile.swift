import Imaging
import ImagingFixtures
import Testing

/// Writes and reads JPEG files by libjpeg itself.
enum JPEGFile {
  struct Options {
    var storage = 0
    var sampling = (horizontal: 1, vertical: 1)
    var quality = 95
    var isProgressive = false
    /// Of a progressive file: scans of the lowest five frequencies and of the others, each whole, in place of bit by
    /// bit.
    var splitsFrequencies = false
    var isArithmetic = false
    var restartInterval = 0
    var separatesScans = false
    var exif: [UInt8] = []
    var profile: [UInt8] = []
  }

  static func encode(_ picture: Pixels, _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
    var options = Options()
    change(&options)
    let bytes = options.exif.withUnsafeBufferPointer { exif in
      options.profile.withUnsafeBufferPointer { profile in
        var jpeg = fixture_jpeg(
          width: CInt(picture.width), height: CInt(picture.height), components: CInt(picture.channels),
          storage: CInt(options.storage), horizontal: CInt(options.sampling.horizontal),
          vertical: CInt(options.sampling.vertical), quality: CInt(options.quality),
          progressive: options.isProgressive ? options.splitsFrequencies ? 2 : 1 : 0,
          arithmetic: options.isArithmetic ? 1 : 0,
          restart_interval: CInt(options.restartInterval), separate_scans: options.separatesScans ? 1 : 0,
          exif: exif.baseAddress, profile: profile.baseAddress, exif_size: exif.count, profile_size: profile.count)
        var size = 0
        return owned(fixture_jpeg_encode(&jpeg, picture.samples, &size), size)
      }
    }
    return try #require(bytes)
  }

  /// Where the markers of its scans begin.
  static func scans(of bytes: [UInt8]) -> [Int] {
    bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
  }

  static func decode(_ bytes: [UInt8]) throws -> Pixels {
    var (width, height, components): (CInt, CInt, CInt) = (0, 0, 0)
    let samples = fixture_jpeg_decode(bytes, bytes.count, &width, &height, &components)
    let count = Int(width) * Int(height) * Int(components)
    return Pixels(
      width: Int(width), height: Int(height), channels: Int(components), samples: try #require(owned(samples, count)))
  }

  /// One component as stored.
  static func plane(_ component: Int, of bytes: [UInt8]) throws -> Pixels {
    var (width, height): (CInt, CInt) = (0, 0)
    let samples = fixture_jpeg_plane(bytes, bytes.count, CInt(component), &width, &height)
    return Pixels(
      width: Int(width), height: Int(height), channels: 1,
      samples: try #require(owned(samples, Int(width) * Int(height))))
  }
}
