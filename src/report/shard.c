#include "report/shard.h"

#include "report/page/paint.h"

/* Shown from 1, as --shard takes it: a count of eight in which nothing is the eighth is hard to
 * read. */
void pgm__shard_targets(pgm__strbuf *out, const pgm__share *share) {
    if (share->count == 0) {
        pgm__paint_count(out, share->targets, "target");
        return;
    }
    pgm__strbuf_addf(out, "%sshard %zu/%zu: %zu of ",
                     share->targets == 0 ? "no target of this fleet belongs to " : "",
                     share->index + 1, share->count, share->targets);
    pgm__paint_count(out, share->selected, "target");
}
