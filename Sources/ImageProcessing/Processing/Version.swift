/// This software's version, in every metadata record and in the keys of renditions.
///
/// It is set here, and raised with every release that makes other bytes or rows of an image: that makes a repeated
/// event worth processing again, under keys of its own. `Tests/SystemTests/processor/test_version.py` fails when the
/// output has changed and this has not.
public let processorVersion = "0.2.0"
