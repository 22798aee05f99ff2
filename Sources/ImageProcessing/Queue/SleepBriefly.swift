import Glibc

/// Between two looks at what other threads have done: 20 ms.
func sleepBriefly() { usleep(20_000) }
