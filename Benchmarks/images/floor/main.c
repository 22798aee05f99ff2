// floor FILE --inside 1600,800,256 --format jpeg|png --quality 80 --iterations N
//
// JPEG: one raw-plane DCT-scaled decode at the smallest of 1/8, 2/8, 4/8, 8/8 that is at least the largest target, and
// an encode of each target. PNG: one decode by rows, and an encode of each target. The resize is free: the pictures to
// encode are made beforehand. Prints the JSON object that image-bench prints.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "floor.h"

enum { most_targets = 16 };

_Noreturn void fail(const char *what) {
  fprintf(stderr, "floor: %s\n", what);
  exit(1);
}

void *take(size_t count) {
  void *room = malloc(count ? count : 1);
  if (!room) fail("out of memory");
  return room;
}

static uint8_t *slurp(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot open the file");
  fseek(file, 0, SEEK_END);
  *count = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = take(*count);
  if (fread(bytes, 1, *count, file) != *count) fail("cannot read the file");
  fclose(file);
  return bytes;
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/// A figure of /proc/self/status in MB: VmRSS (now) or VmHWM (the peak).
static double status_mb(const char *field) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  double kb = 0;
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, field, strlen(field))) kb = atof(line + strlen(field) + 1);
  if (file) fclose(file);
  return kb / 1024;
}

static void reset_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (file) {
    fputs("5", file);
    fclose(file);
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, ascending);
  return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

typedef struct {
  int width, height;
  Planes planes;
  Pixels pixels;
  unsigned long bytes;
} Target;

int main(int argc, char **argv) {
  int quality = 80, iterations = 5, to_png = 0;
  char *inside = "256";
  static const struct option options[] = {{"inside", 1, 0, 'b'}, {"format", 1, 0, 'f'}, {"quality", 1, 0, 'q'},
                                          {"iterations", 1, 0, 'n'}, {"json", 0, 0, 'j'}, {0, 0, 0, 0}};
  for (int flag; (flag = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (flag == 'b') inside = optarg;
    else if (flag == 'f') to_png = !strcmp(optarg, "png");
    else if (flag == 'q') quality = atoi(optarg);
    else if (flag == 'n') iterations = atoi(optarg);
    else if (flag != 'j') return 2;
  }
  if (optind >= argc || iterations < 1) fail("usage: floor FILE --inside 1600,800,256 --format jpeg --iterations N");
  size_t count;
  uint8_t *bytes = slurp(argv[optind], &count);
  int from_png = count > 8 && !memcmp(bytes, "\x89PNG", 4), width, height;
  from_png ? png_size(bytes, count, &width, &height) : jpeg_size(bytes, count, &width, &height);

  Target targets[most_targets];
  int targets_count = 0, largest = 0;
  for (char *box = strtok(strdup(inside), ","); box && targets_count < most_targets; box = strtok(NULL, ",")) {
    double limit = atof(box), longest = width > height ? width : height, ratio = limit < longest ? limit / longest : 1;
    Target target = {.width = (int)(width * ratio + 0.5), .height = (int)(height * ratio + 0.5)};
    if (target.width > largest) largest = target.width;
    targets[targets_count++] = target;
  }
  int eighths = 8;
  while (eighths > 1 && (width * (eighths / 2) + 7) / 8 >= largest) eighths /= 2;

  double loaded = status_mb("VmRSS:");
  Planes decoded = {0};
  Pixels pixels = {0};
  if (from_png) png_rows(bytes, count, &pixels);
  else jpeg_planes(bytes, count, eighths, &decoded);
  for (int i = 0; i < targets_count; i++) {
    Target *t = &targets[i];
    if (from_png) {
      t->pixels = pixels_fit(&pixels, t->width, t->height);
      if (!to_png) t->planes = pixels_planes(&t->pixels);
    } else {
      if (to_png) fail("a JPEG source has a JPEG floor only");
      t->planes = planes_fit(&decoded, t->width, t->height);
    }
  }
  free(pixels.samples);
  for (int c = 0; c < 3; c++) free(decoded.samples[c]);
  memset(&decoded, 0, sizeof decoded);

  double prepared = status_mb("VmRSS:");
  reset_peak();
  double *cpu = take(sizeof *cpu * (size_t)iterations), *wall = take(sizeof *wall * (size_t)iterations);
  for (int n = -1; n < iterations; n++) {  // the first one warms up
    double cpu_start = now(CLOCK_PROCESS_CPUTIME_ID), wall_start = now(CLOCK_MONOTONIC);
    if (from_png) png_rows(bytes, count, NULL);
    else jpeg_planes(bytes, count, eighths, &decoded);
    for (int i = 0; i < targets_count; i++) {
      Encoded out = to_png ? png_encode(&targets[i].pixels) : jpeg_encode(&targets[i].planes, quality);
      targets[i].bytes = out.count;
      free(out.bytes);
    }
    if (n < 0) continue;
    cpu[n] = now(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
    wall[n] = now(CLOCK_MONOTONIC) - wall_start;
  }
  double peak = status_mb("VmHWM:");
  printf("{\"cpu_ms\":%.3f,\"wall_ms\":%.3f,\"peak_rss_mb\":%.2f,\"added_rss_mb\":%.2f,\"eighths\":%d,\"outputs\":[",
         median(cpu, iterations), median(wall, iterations), peak, peak - (prepared < loaded ? loaded : prepared),
         from_png ? 0 : eighths);
  for (int i = 0; i < targets_count; i++)
    printf("%s{\"width\":%d,\"height\":%d,\"bytes\":%lu,\"path\":null}", i ? "," : "", targets[i].width,
           targets[i].height, targets[i].bytes);
  puts("]}");
  return 0;
}
