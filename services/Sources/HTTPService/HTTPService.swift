internal import CCrypt
internal import Crypto
internal import JWTKit
internal import Mustache
internal import ServiceLifecycle
internal import Hummingbird
