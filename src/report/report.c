#include "report/report.h"

/* So many lines are still read; of more, nobody finds the one that matters. */
enum { FOLD = 50 };

bool pgm__report_folds(size_t targets, bool verbose) {
    return targets > FOLD && !verbose;
}
