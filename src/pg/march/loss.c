#include "pg/march/loss.h"

/* So often the lock is asked for behind too many losses. */
enum { MAX_LOCK_ASKS = 3 };

void pgm__march_sent(pgm__march *march) {
    march->loss.in_doubt = true;
}

void pgm__march_answered(pgm__march *march) {
    march->loss.in_doubt = false;
}

/* A loss counts against a migration only where one was in flight: a server that restarts ten times
 * while nothing runs has done nothing wrong. */
void pgm__march_note_loss(pgm__march *march) {
    pgm__loss_part *loss = &march->loss;
    loss->asked += loss->asks_lock ? 1 : 0;
    if (loss->in_doubt) {
        loss->count++;
        loss->message = march->link.error.message;
    }
    loss->orphaned = loss->orphaned || loss->in_doubt;
    loss->in_doubt = false;
}

void pgm__march_no_orphan(pgm__march *march) {
    march->loss.orphaned = false;
}

void pgm__march_no_losses(pgm__march *march) {
    march->loss.count = 0;
}

/* Who has the lock knows that what the ledger says is the last word. */
bool pgm__march_ask_lock(pgm__march *march) {
    pgm__loss_part *loss = &march->loss;
    loss->asks_lock = loss->orphaned && !march->context.pooled && loss->asked < MAX_LOCK_ASKS;
    return loss->asks_lock;
}

void pgm__march_lock_answered(pgm__march *march) {
    march->loss.asks_lock = false;
    march->loss.orphaned = false;
}

bool pgm__march_meets_orphan(const pgm__march *march) {
    return march->connecting.attempts > 1 && march->context.name_holder;
}
