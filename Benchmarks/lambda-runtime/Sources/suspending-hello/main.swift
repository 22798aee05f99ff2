import LambdaRuntime

func greeting(_ event: [UInt8]) async -> [UInt8] { Array("{\"hello\":\"world\",\"bytes\":\(event.count)}".utf8) }

Lambda.run { event, context in await greeting(event) }
