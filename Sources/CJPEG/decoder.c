#include <stdlib.h>

#include "CJPEG.h"
#include "failure.h"

struct cjpeg_decoder {
  struct jpeg_decompress_struct cinfo;
  struct cjpeg_failure failure;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  cjpeg_fill fill;
  void *context;
  int max_scans;
  // Whether data are missing, and not an error yet: from the first scan on.
  int has_started, is_finishing;
  // The latest scan whose data have been begun.
  int begun_scan;
  // The scan whose early end has been noted.
  int early_scan;
  // What the rows that are missing would have added to the share, which is 1 for a whole picture.
  double lost_share;
  // The row of MCUs, and its scan, for which that was counted last.
  int counted_scan;
  JDIMENSION counted_row;
  // Whether all of the row at hand has been counted in it.
  int is_row_lost;
  int scales_chroma_alike;
  void (*realize)(j_common_ptr cinfo);
};

static cjpeg_decoder *owner(j_decompress_ptr cinfo) { return (cjpeg_decoder *)cinfo->client_data; }

static void ignore(j_decompress_ptr cinfo) { (void)cinfo; }

static boolean fill_input_buffer(j_decompress_ptr cinfo) {
  cjpeg_decoder *decoder = owner(cinfo);
  const uint8_t *bytes = NULL;
  size_t count = 0;
  if (decoder->fill(decoder->context, &bytes, &count) != 0) {
    cjpeg_failure_raise((j_common_ptr)cinfo, CJPEG_CALLER, "");
  }
  if (count == 0) {
    // Arithmetic-coded data have no trace of where they end.
    if (!decoder->has_started || (cinfo->arith_code && !decoder->failure.renders && !decoder->is_finishing)) {
      decoder->failure.is_dry = decoder->has_started;
      cjpeg_failure_raise((j_common_ptr)cinfo, CJPEG_TRUNCATED, "the file ends early");
    }
    // libjpeg reads ahead. What is missing is missed where it is needed.
    static const uint8_t end[] = {0xFF, JPEG_EOI};
    decoder->failure.has_ended = 1;
    bytes = end;
    count = sizeof end;
  }
  cinfo->src->next_input_byte = bytes;
  cinfo->src->bytes_in_buffer = count;
  return TRUE;
}

static void skip_input_data(j_decompress_ptr cinfo, long count) {
  while (count > 0) {
    if (cinfo->src->bytes_in_buffer == 0) fill_input_buffer(cinfo);
    size_t step = cinfo->src->bytes_in_buffer;
    if (step > (size_t)count) step = (size_t)count;
    cinfo->src->next_input_byte += step;
    cinfo->src->bytes_in_buffer -= step;
    count -= (long)step;
  }
}

// Arithmetic-coded data that end early are made up from zeros, of which libjpeg says nothing: a coder may leave zeros
// at the end out (T.81, D.1.8), and blocks that are alike take next to no bits, so a whole file may end early too.
static void note_early_end(j_decompress_ptr cinfo) {
  cjpeg_decoder *decoder = owner(cinfo);
  int marker = cinfo->unread_marker;
  int is_early = marker != 0 && !(marker >= 0xD0 && marker <= 0xD7) && cinfo->input_iMCU_row < cinfo->total_iMCU_rows;
  if (!cinfo->arith_code || !is_early || decoder->early_scan == cinfo->input_scan_number) return;
  decoder->early_scan = cinfo->input_scan_number;
  decoder->failure.is_dry = decoder->failure.renders;
  cjpeg_failure_warn((j_common_ptr)cinfo, "the data of a scan end before its last row");
}

// How much of all coefficients this scan brings in one row of MCUs, those known by their upper bits counted half.
static double share_of_row(j_decompress_ptr cinfo) {
  double share = (double)cinfo->comps_in_scan / cinfo->num_components / cinfo->total_iMCU_rows;
  if (!cinfo->progressive_mode) return share;
  int is_whole = cinfo->Ah == 0 && cinfo->Al == 0;
  return share * (cinfo->Se - cinfo->Ss + 1) / DCTSIZE2 * (is_whole ? 1 : 0.5);
}

// A row in which data are missed is lost by half, and those behind it are up to the next restart.
static void count_loss(j_decompress_ptr cinfo) {
  cjpeg_decoder *decoder = owner(cinfo);
  // Where it makes rows of pixels, libjpeg calls once for each of them.
  if (decoder->counted_scan == cinfo->input_scan_number && decoder->counted_row == cinfo->input_iMCU_row) return;
  decoder->counted_scan = cinfo->input_scan_number;
  decoder->counted_row = cinfo->input_iMCU_row;
  if (decoder->failure.has_missed && !decoder->is_row_lost) decoder->lost_share += share_of_row(cinfo) / 2;
  decoder->failure.has_missed = 0;
  if (cinfo->unread_marker == 0) decoder->failure.is_dry = 0;
  decoder->is_row_lost = decoder->failure.is_dry && cinfo->input_iMCU_row < cinfo->total_iMCU_rows;
  if (decoder->is_row_lost) decoder->lost_share += share_of_row(cinfo);
}

// libjpeg calls this before each row of MCUs.
static void watch(j_common_ptr common) {
  j_decompress_ptr cinfo = (j_decompress_ptr)common;
  if (cinfo->input_scan_number > owner(cinfo)->max_scans) cjpeg_failure_raise(common, CJPEG_SCANS, "too many scans");
  owner(cinfo)->begun_scan = cinfo->input_scan_number;
  note_early_end(cinfo);
  count_loss(cinfo);
}

// Of a component's coefficients, how many have come: those known by their upper bits counted half.
static double known_share(j_decompress_ptr cinfo, int component) {
  // Set by a component's first scan, whatever the kind of file.
  if (cinfo->comp_info[component].quant_table == NULL) return 0;
  if (cinfo->coef_bits == NULL) return 1;
  double known = 0;
  for (int k = 0; k < DCTSIZE2; k++) {
    int bits = cinfo->coef_bits[component][k];
    known += bits == 0 ? 1 : bits > 0 ? 0.5 : 0;
  }
  return known / DCTSIZE2;
}

// What no scan has brought comes out as flat gray, or coarser than it is.
static void require_all_scans(j_decompress_ptr cinfo) {
  cjpeg_decoder *decoder = owner(cinfo);
  const char *fault = NULL;
  for (int i = 0; i < cinfo->num_components; i++) {
    double known = known_share(cinfo, i);
    if (known < 1) decoder->lost_share += (1 - known) / cinfo->num_components;
    if (known < 1 && fault == NULL) fault = known == 0 ? "a component has no scan" : "the last scans are missing";
  }
  if (fault == NULL) return;
  if (!decoder->failure.renders) cjpeg_failure_raise((j_common_ptr)cinfo, CJPEG_CORRUPT, fault);
  cjpeg_failure_warn((j_common_ptr)cinfo, fault);
}

// Of a file of several scans, this reads all of them.
static int start_decompress(j_decompress_ptr cinfo) {
  cjpeg_decoder *decoder = owner(cinfo);
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  jpeg_start_decompress(cinfo);
  return CJPEG_OK;
}

// libjpeg's state while it reads the scans of a file ahead (jpegint.h, DSTATE_PRELOAD).
enum { reading_scans = 203 };

// What a frame header says. libjpeg takes a second one over before it refuses it (jdmarker.c, get_sof).
struct frame {
  JDIMENSION width, height;
  int precision, components;
  boolean is_progressive, is_arithmetic;
};

static struct frame frame_of(j_decompress_ptr cinfo) {
  return (struct frame){
    .width = cinfo->image_width,
    .height = cinfo->image_height,
    .precision = cinfo->data_precision,
    .components = cinfo->num_components,
    .is_progressive = cinfo->progressive_mode,
    .is_arithmetic = cinfo->arith_code,
  };
}

// Has libjpeg take the file for ended where it stands: what scans there are by now may be all.
static void end_input(j_decompress_ptr cinfo, const struct frame *frame) {
  static const uint8_t end[] = {0xFF, JPEG_EOI};
  cinfo->image_width = frame->width;
  cinfo->image_height = frame->height;
  cinfo->data_precision = frame->precision;
  cinfo->num_components = frame->components;
  cinfo->progressive_mode = frame->is_progressive;
  cinfo->arith_code = frame->is_arithmetic;
  cinfo->unread_marker = 0;
  cinfo->src->next_input_byte = end;
  cinfo->src->bytes_in_buffer = sizeof end;
  cjpeg_failure_note(&owner(cinfo)->failure, owner(cinfo)->failure.message);
}

// libjpeg gives planes of lower sampling a larger DCT where that saves its upsampler work. That costs the inverse DCT
// and whoever resamples the planes up to four times what a plane of its own scale does. This is called when all of the
// decoder is set up and nothing has been decoded yet, the one moment at which sizes can still be changed.
static void scale_alike(j_common_ptr common) {
  j_decompress_ptr cinfo = (j_decompress_ptr)common;
  cjpeg_decoder *decoder = owner(cinfo);
  for (int i = 0; decoder->scales_chroma_alike && i < cinfo->num_components; i++) {
    jpeg_component_info *component = &cinfo->comp_info[i];
    unsigned long size = (unsigned long)cinfo->min_DCT_scaled_size;
    unsigned long across = (unsigned long)cinfo->max_h_samp_factor * DCTSIZE;
    unsigned long down = (unsigned long)cinfo->max_v_samp_factor * DCTSIZE;
    component->DCT_scaled_size = (int)size;
    component->downsampled_width =
        (JDIMENSION)((cinfo->image_width * (unsigned long)component->h_samp_factor * size + across - 1) / across);
    component->downsampled_height =
        (JDIMENSION)((cinfo->image_height * (unsigned long)component->v_samp_factor * size + down - 1) / down);
  }
  decoder->realize(common);
}

cjpeg_decoder *cjpeg_decoder_create(
    cjpeg_fill fill, void *context, int max_warnings, int max_scans, int renders_damaged) {
  cjpeg_decoder *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) return NULL;
  cjpeg_failure_install(&decoder->failure, max_warnings);
  decoder->failure.renders = renders_damaged;
  decoder->cinfo.err = &decoder->failure.base;
  if (setjmp(decoder->failure.jump)) {
    cjpeg_decoder_destroy(decoder);
    return NULL;
  }
  jpeg_create_decompress(&decoder->cinfo);
  decoder->cinfo.client_data = decoder;
  decoder->fill = fill;
  decoder->context = context;
  decoder->max_scans = max_scans;
  decoder->source.init_source = ignore;
  decoder->source.fill_input_buffer = fill_input_buffer;
  decoder->source.skip_input_data = skip_input_data;
  decoder->source.resync_to_restart = jpeg_resync_to_restart;
  decoder->source.term_source = ignore;
  decoder->cinfo.src = &decoder->source;
  decoder->progress.progress_monitor = watch;
  decoder->cinfo.progress = &decoder->progress;
  decoder->realize = decoder->cinfo.mem->realize_virt_arrays;
  decoder->cinfo.mem->realize_virt_arrays = scale_alike;
  return decoder;
}

void cjpeg_decoder_destroy(cjpeg_decoder *decoder) {
  if (decoder == NULL) return;
  jpeg_destroy_decompress(&decoder->cinfo);
  free(decoder);
}

int cjpeg_decoder_read_header(cjpeg_decoder *decoder) {
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  jpeg_read_header(&decoder->cinfo, TRUE);
  return CJPEG_OK;
}

static int judge_scans(j_decompress_ptr cinfo) {
  cjpeg_decoder *decoder = owner(cinfo);
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  require_all_scans(cinfo);
  return CJPEG_OK;
}

int cjpeg_decoder_start(cjpeg_decoder *decoder, int scale, int output, int scales_chroma_alike) {
  j_decompress_ptr cinfo = &decoder->cinfo;
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  cinfo->scale_num = (unsigned)scale;
  cinfo->scale_denom = 8;
  cinfo->dct_method = JDCT_ISLOW;
  cinfo->do_block_smoothing = FALSE;
  decoder->scales_chroma_alike = scales_chroma_alike && output == CJPEG_PLANES;
  if (output == CJPEG_PLANES) {
    cinfo->raw_data_out = TRUE;
    cinfo->out_color_space = cinfo->jpeg_color_space;
  } else {
    cinfo->out_color_space = output == CJPEG_RGB_ROWS ? JCS_RGB : JCS_CMYK;
  }
  decoder->has_started = 1;
  const struct frame frame = frame_of(cinfo);
  int status = start_decompress(cinfo);
  int is_damage = status == CJPEG_CORRUPT || status == CJPEG_TRUNCATED;
  // What is wrong between scans, all of which were whole, may be behind the last.
  int is_between = !decoder->failure.is_dry && decoder->begun_scan == cinfo->input_scan_number;
  if (is_damage && cinfo->global_state == reading_scans && (decoder->failure.renders || is_between)) {
    end_input(cinfo, &frame);
    status = start_decompress(cinfo);
  }
  return status == CJPEG_OK ? judge_scans(cinfo) : status;
}

int cjpeg_decoder_components(const cjpeg_decoder *decoder) { return decoder->cinfo.num_components; }
int cjpeg_decoder_width(const cjpeg_decoder *decoder) { return (int)decoder->cinfo.output_width; }
int cjpeg_decoder_height(const cjpeg_decoder *decoder) { return (int)decoder->cinfo.output_height; }

cjpeg_plane cjpeg_decoder_plane(const cjpeg_decoder *decoder, int index) {
  const jpeg_component_info *component = &decoder->cinfo.comp_info[index];
  return (cjpeg_plane){
    .width = (int)component->downsampled_width,
    .height = (int)component->downsampled_height,
    .stride = (int)component->width_in_blocks * component->DCT_scaled_size,
    .rows = component->v_samp_factor * component->DCT_scaled_size,
    .horizontal = component->h_samp_factor,
    .vertical = component->v_samp_factor,
  };
}

int cjpeg_decoder_read_planes(cjpeg_decoder *decoder, uint8_t **const *planes) {
  j_decompress_ptr cinfo = &decoder->cinfo;
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  JDIMENSION lines = (JDIMENSION)(cinfo->max_v_samp_factor * cinfo->min_DCT_scaled_size);
  if (jpeg_read_raw_data(cinfo, (JSAMPIMAGE)planes, lines) != lines) {
    cjpeg_failure_raise((j_common_ptr)cinfo, CJPEG_CORRUPT, "the picture has fewer rows than its header says");
  }
  return CJPEG_OK;
}

int cjpeg_decoder_read_row(cjpeg_decoder *decoder, uint8_t *row) {
  j_decompress_ptr cinfo = &decoder->cinfo;
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  JSAMPROW rows[1] = {row};
  if (jpeg_read_scanlines(cinfo, rows, 1) != 1) {
    cjpeg_failure_raise((j_common_ptr)cinfo, CJPEG_CORRUPT, "the picture has fewer rows than its header says");
  }
  return CJPEG_OK;
}

static int read_to_end(cjpeg_decoder *decoder) {
  if (setjmp(decoder->failure.jump)) return decoder->failure.status;
  jpeg_finish_decompress(&decoder->cinfo);
  return CJPEG_OK;
}

int cjpeg_decoder_finish(cjpeg_decoder *decoder) {
  decoder->is_finishing = 1;
  if (decoder->failure.has_missed && !decoder->is_row_lost) {
    decoder->lost_share += 0.5 / decoder->cinfo.total_iMCU_rows;
  }
  int status = read_to_end(decoder);
  // Every row is there, whatever comes behind them.
  if (status == CJPEG_CORRUPT) cjpeg_failure_note(&decoder->failure, decoder->failure.message);
  if (decoder->failure.has_ended) cjpeg_failure_note(&decoder->failure, "the file has no end marker");
  return status == CJPEG_CORRUPT ? CJPEG_OK : status;
}

double cjpeg_decoder_share(const cjpeg_decoder *decoder) {
  double share = 1 - decoder->lost_share;
  return share < 0 ? 0 : share;
}
const char *cjpeg_decoder_first_warning(const cjpeg_decoder *decoder) { return decoder->failure.first; }

int cjpeg_decoder_warnings(const cjpeg_decoder *decoder) { return decoder->failure.warnings; }
const char *cjpeg_decoder_message(const cjpeg_decoder *decoder) { return decoder->failure.message; }
