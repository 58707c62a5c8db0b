#include "cli/display/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/display/console.h"
#include "cli/display/progress.h"
#include "report/json/lines.h"

static void fail(pgm__stream *stream, pgm_error *err) {
    stream->failed = true;
    pgm__error_context(err, "the report is missing");
    pgm__console_complain(stream->cli, err->msg);
}

/* A file that could not be written is given up: a hole in it nobody would see. */
static void write_line(pgm__stream *stream, const pgm__strbuf *line) {
    for (size_t i = 0; i < stream->count; i++) {
        int failed = stream->files[i] < 0
                         ? 0
                         : pgm__file_write_all(stream->files[i], line->text, line->len);
        if (failed != 0) {
            pgm_error err = {0};
            (void)pgm__error_sys(&err, PGM_EIO, failed, "cannot write a line");
            fail(stream, &err);
            (void)close(stream->files[i]);
            stream->files[i] = -1;
        }
    }
}

static void write_made(pgm__stream *stream, pgm_status made, pgm__strbuf *line, pgm_error *err) {
    if (made == PGM_OK) {
        write_line(stream, line);
    } else {
        fail(stream, err);
    }
    pgm__strbuf_fini(line);
}

/* A pipe that nobody reads does not open, instead of never. */
static void open_file(pgm__stream *stream, const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                  0666);
    if (fd < 0) {
        pgm_error err = {0};
        if (errno == ENXIO) {
            (void)pgm__error_set(&err, PGM_EIO, "cannot write \"%s\": nobody reads it", path);
        } else {
            (void)pgm__error_sys(&err, PGM_EIO, errno, "cannot write \"%s\"", path);
        }
        fail(stream, &err);
        return;
    }
    stream->files[stream->count++] = fd;
}

void pgm__stream_open(pgm__stream *stream, pgm__cli *cli, const pgm_summary *summary) {
    const pgm__report_files *files = &cli->settings.reports;
    pgm__strbuf line = {0};
    pgm_error err = {0};
    *stream = (pgm__stream){.cli = cli, .summary = summary, .began_ms = pgm__progress_clock()};
    stream->files = pgm__calloc(files->count, sizeof *stream->files);
    if (stream->files == NULL) {
        (void)pgm__error_nomem(&err);
        fail(stream, &err);
        return;
    }
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].form->streams) {
            open_file(stream, files->items[i].path);
        }
    }
    cli->streamed = true;
    if (stream->count > 0) {
        write_made(stream, pgm__lines_begin(&line, summary, &err), &line, &err);
    }
}

/* What was only looked at before somebody was asked is no part of the run. */
void pgm__stream_event(pgm__stream *stream, const pgm_event *event) {
    pgm__strbuf line = {0};
    pgm_error err = {0};
    if (stream->count > 0 && !event->survey) {
        int64_t ms = pgm__progress_clock() - stream->began_ms;
        write_made(stream, pgm__lines_event(&line, stream->summary, event, ms, &err), &line, &err);
    }
}

bool pgm__stream_close(pgm__stream *stream) {
    pgm__strbuf line = {0};
    pgm_error err = {0};
    if (stream->count > 0) {
        write_made(stream, pgm__lines_end(&line, stream->summary, &err), &line, &err);
    }
    for (size_t i = 0; i < stream->count; i++) {
        if (stream->files[i] >= 0) {
            (void)close(stream->files[i]);
        }
    }
    bool complete = !stream->failed;
    pgm__free(stream->files);
    *stream = (pgm__stream){0};
    return complete;
}
