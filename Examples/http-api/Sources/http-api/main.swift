import LambdaRuntime

Lambda.run(http: makeRouter(orders: Orders()))
