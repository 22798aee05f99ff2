"""Nothing of an image outlives it for long: what PURGE.md says of every place."""

from purge_document import rows

# Whatever else is added, these places have to be answered for.
PLACES = [
    "Raw bucket", "Processed bucket", "Earlier versions", "Parts of uploads", "Images queue", "Images dead letters",
    "Large-jobs queue", "Large-jobs dead letters", "Function's log group", "Tasks' log group", "/tmp", "Tasks' disk",
    "X-Ray", "Metrics", "Container registry", "CloudTrail's event history", "CloudTrail data events", "Logs Insights",
    "Saved test events", "DNS Firewall", "Kafka segments", "Index queue", "Index dead letters",
    "EBS volumes of the web hosts: index", "EBS volumes of the web hosts: uploads",
    "EBS volumes of the web hosts: log files", "Web hosts' log group", "Load balancer's access logs",
    "Firewall's samples", "Session Manager's logs", "Artefact bucket",
    "Stream host's log files", "Stream host's log group", "Stream host's memory",
    "Athena results", "Athena query history", "SPICE",
]


def test_every_place_is_named_once():
    places = [row.place for row in rows()]
    assert len(set(places)) == len(places)
    for place in PLACES:
        assert sum(place in named for named in places) == 1, place


def test_nothing_lives_longer_than_nine_days_and_what_passes_eight_says_why():
    for row in rows():
        assert 0 <= row.days <= 9, row
        assert (row.why != "no") == (row.days > 8), row
