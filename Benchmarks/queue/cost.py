"""What Lambda would ask for a job: its published prices, in us-east-1 for x86."""

DOLLARS_PER_GB_SECOND = 0.0000166667
DOLLARS_PER_CALL = 0.20 / 1_000_000
IMAGES_PER_CALL = 10
# The memory at which Lambda gives one whole core; below it gives a part in proportion.
MEGABYTES_PER_CORE = 1769


def smallest_memory(peak_megabytes: float) -> int:
    """The smallest setting, in steps of 64 MB from Lambda's least, that holds so much."""
    return max(128, -(-int(peak_megabytes + 1) // 64) * 64)


def dollars_per_million(wall_seconds: float, cpu_seconds: float, memory: int) -> float:
    """For a million images, of which each takes so long on a whole core."""
    waiting = max(0.0, wall_seconds - cpu_seconds)
    seconds = waiting + cpu_seconds * max(1.0, MEGABYTES_PER_CORE / memory)
    return 1_000_000 * (seconds * memory / 1024 * DOLLARS_PER_GB_SECOND + DOLLARS_PER_CALL / IMAGES_PER_CALL)
