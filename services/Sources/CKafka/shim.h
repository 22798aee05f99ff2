// librdkafka, the Apache Kafka client in C, and the cluster within it that tests run against.
#pragma once

#include <rdkafka.h>
#include <rdkafka_mock.h>

/// `rd_kafka_producev`, whose arguments vary in number, which Swift cannot call: copies key and value, and takes the
/// headers over unless it fails. A NULL value is a tombstone; a NULL key is none.
static inline rd_kafka_resp_err_t ckafka_produce(rd_kafka_t *client, const char *topic, int32_t partition,
                                                 const void *key, size_t key_size, const void *value,
                                                 size_t value_size, rd_kafka_headers_t *headers, void *opaque) {
  return rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                           RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                           RD_KAFKA_V_VALUE((void *)value, value_size), RD_KAFKA_V_HEADERS(headers),
                           RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}
