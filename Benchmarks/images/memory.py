"""What this process holds and held, from Linux's /proc, in MB (2^20 bytes)."""


def _status(field: str) -> float:
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status has no {field}")


def resident() -> float:
    return _status("VmRSS:")


def peak() -> float:
    return _status("VmHWM:")


def reset_peak() -> None:
    """Sets the peak back to what is resident now (proc(5): writing 5 to clear_refs)."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
