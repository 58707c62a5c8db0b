#include "model/files/section_heads.h"

#include <string.h>

#include "model/files/head_words.h"
#include "model/files/script_comments.h"

/*
 * How a head is told: each word of a comment's line gets a class (head_words.c), and judge() looks
 * at the classes in their order. So `-- ==== Down migration ====` and `-- migration: down` are the
 * same, and `-- slow down the queue` is none, because of a word that no heading has. Then it counts
 * where the comment stands: at the begin of a line, and not as the end of a sentence that the line
 * above it began.
 */

/* A head is short; what has more words may still begin like one and go on as a title. */
enum { WORDS_MAX = 9 };

struct word {
    const char *at;
    size_t len;
    bool apart; /* what stands before it ends a heading: a colon, a bracket, a dash */
    pgm__head_class class;
};

struct words {
    struct word items[WORDS_MAX];
    size_t count;
    bool more;  /* there are others behind them */
    bool apart; /* the line ends as a heading that has its text below it does */
};

static bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Letters of other scripts; dashes, box drawing and pictures beyond ASCII are none. */
static bool is_foreign(char c) {
    unsigned char byte = (unsigned char)c;
    return byte >= 0xc2 && byte != 0xe2 && byte != 0xef && byte != 0xf0;
}

static bool in_word(const char *line, size_t len, size_t at) {
    return at < len && (is_alnum(line[at]) || is_foreign(line[at]));
}

/* Does the mark at `at` end a heading? A dash or a dot inside of a word does not. */
static bool is_apart(const char *line, size_t len, size_t at) {
    char c = line[at];
    if (c == '-' || c == '.') {
        return !(at > 0 && in_word(line, len, at - 1) && in_word(line, len, at + 1));
    }
    return strchr(":;()[]{}<>=|", c) != NULL || (unsigned char)c >= 0xe2;
}

/* Signs between words mean nothing by themselves, but for those that end a heading. */
static struct words words_of(const char *line, size_t len) {
    struct words words = {0};
    size_t at = 0;
    while (at < len) {
        if (!in_word(line, len, at)) {
            words.apart = words.apart || is_apart(line, len, at);
            at++;
            continue;
        }
        if (words.count == WORDS_MAX) {
            words.more = true;
            return words;
        }
        struct word *word = &words.items[words.count++];
        *word = (struct word){.at = line + at, .apart = words.apart};
        words.apart = false;
        while (in_word(line, len, at) || (at < len && ((unsigned char)line[at] & 0xc0) == 0x80)) {
            at++;
        }
        word->len = (size_t)(line + at - word->at);
    }
    return words;
}

/* Gives each word its class, and makes one of two that belong together. */
static void classify(struct words *words) {
    size_t kept = 0;
    for (size_t i = 0; i < words->count; i++) {
        struct word word = words->items[i];
        const struct word *next = i + 1 < words->count ? &words->items[i + 1] : NULL;
        word.class = pgm__head_word(word.at, word.len);
        if (next != NULL && pgm__head_is_pair(word.at, word.len, next->at, next->len)) {
            word.class = PGM__WORD_BACK;
            i++;
        }
        words->items[kept++] = word;
    }
    words->count = kept;
}

static bool is_last(const struct words *words, size_t index) {
    return index + 1 == words->count && !words->more;
}

/* `+tool Down` and `tool:down`, whatever the tool is called. */
static bool is_tool_mark(const struct words *words, const char *line) {
    const struct word *tool = &words->items[0];
    const struct word *back = &words->items[1];
    if (words->count < 2 || back->class != PGM__WORD_BACK || !is_last(words, 1)) {
        return false;
    }
    const char *before = tool->at > line ? tool->at - 1 : " ";
    bool task = pgm__word_is(tool->at, tool->len, "todo") ||
                pgm__word_is(tool->at, tool->len, "fixme");
    bool sign = strchr("+@!%$~^&", *before) != NULL && !task;
    return sign || (tool->at[tool->len] == ':' && back->at == tool->at + tool->len + 1) ||
           (tool->at[tool->len] == ':' && tool->at[tool->len + 1] == ':');
}

/* `---- create above / drop below ----` */
static bool is_divider(const struct words *words) {
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->items[i];
        if (word->class == PGM__WORD_BACK && pgm__word_is(word->at, 4, "drop")) {
            return is_last(words, i);
        }
    }
    return false;
}

/* sqitch: `Revert tables from pg` */
static bool is_sqitch(const struct words *words) {
    const struct word *items = words->items;
    size_t count = words->count;
    return count >= 4 && !words->more && pgm__word_is(items[0].at, items[0].len, "revert") &&
           pgm__word_is(items[count - 2].at, items[count - 2].len, "from") &&
           pgm__word_is(items[count - 1].at, items[count - 1].len, "pg");
}

/* `0001_init.down.sql`: the name of a file that was put below others. */
static bool is_file_name(const struct words *words) {
    if (words->more || words->count < 3) {
        return false;
    }
    const struct word *end = &words->items[words->count - 1];
    const struct word *back = end - 1;
    return pgm__word_is(end->at, end->len, "sql") && back->class == PGM__WORD_BACK &&
           back->at + back->len + 1 == end->at && end->at[-1] == '.' && !is_blank(back->at[-1]) &&
           words->items[0].class == PGM__WORD_BESIDE;
}

/* `Rollback for 0018_users.sql` */
static bool names_migration(const struct words *words) {
    const struct word *items = words->items;
    return words->count >= 3 && items[0].class == PGM__WORD_BACK &&
           items[1].class == PGM__WORD_LINK && items[2].at[0] >= '0' && items[2].at[0] <= '9';
}

/* Does the heading go on with this word, `back` being words for the way back before it? */
static bool is_of_heading(const struct word *word, size_t back) {
    bool prose = word->class == PGM__WORD_FILLER || word->class == PGM__WORD_LINK;
    return word->class != PGM__WORD_UNKNOWN && word->class != PGM__WORD_VERB &&
           !(prose && word->apart && back > 0);
}

/* The words are gone through for as long as they belong to a heading. When all of them do, and one
 * is for the way back, it is a head. A verb of SQL, or what stands behind a colon, makes the rest a
 * title; any other word makes it prose. Fillers count only beside a noun ("write the down migration
 * here"), because prose is made of them. */
static pgm__head judge(const struct words *words, const char *line) {
    size_t counts[PGM__WORD_VERB + 1] = {0};
    size_t at = 0;
    while (at < words->count && is_of_heading(&words->items[at], counts[PGM__WORD_BACK])) {
        counts[words->items[at++].class]++;
    }
    if (is_file_name(words) || is_sqitch(words) || names_migration(words)) {
        return PGM__HEAD_TITLED;
    }
    if (is_divider(words) || (at == 0 && is_tool_mark(words, line))) {
        return PGM__HEAD_PLAIN;
    }
    bool noun = counts[PGM__WORD_NOUN] > 0;
    if (counts[PGM__WORD_BACK] == 0 || (counts[PGM__WORD_FILLER] > 0 && !noun)) {
        return PGM__HEAD_NONE;
    }
    bool link = counts[PGM__WORD_LINK] > 0;
    if (at == words->count) {
        return words->more ? PGM__HEAD_NONE : link ? PGM__HEAD_TITLED : PGM__HEAD_PLAIN;
    }
    const struct word *next = &words->items[at];
    bool titled = next->class == PGM__WORD_VERB || next->apart || (link && noun);
    return titled ? PGM__HEAD_TITLED : PGM__HEAD_NONE;
}

/* What a line is, and whether its text may stand below it. */
static pgm__head head_of(const char *line, size_t len, bool *heading) {
    struct words words = words_of(line, len);
    *heading = words.apart;
    for (size_t i = 0; i < words.count; i++) {
        if (pgm__head_may_be_back(words.items[i].at, words.items[i].len)) {
            classify(&words);
            return judge(&words, line);
        }
    }
    return PGM__HEAD_NONE;
}

pgm__head pgm__head_of(const char *line, size_t len) {
    bool heading = false;
    return head_of(line, len, &heading);
}

/* ---- where the comments are ---- */

static size_t line_end(const char *text, size_t from, size_t to) {
    while (from < to && text[from] != '\n' && text[from] != '\r') {
        from++;
    }
    return from;
}

static bool has_words(const char *line, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (in_word(line, len, i)) {
            return true;
        }
    }
    return false;
}

/* A comment behind a statement, on its line, is about that line. */
static bool begins_line(const char *text, size_t at) {
    while (at > 0 && is_blank(text[at - 1]) && text[at - 1] != '\r') {
        at--;
    }
    return at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r' ||
           (at == 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0);
}

/* Behind the line's end at `at`; `to` when there is no further line. */
static size_t next_line(const char *text, size_t at, size_t to) {
    if (at < to && text[at] == '\r') {
        at++;
    }
    return at < to && text[at] == '\n' ? at + 1 : at;
}

/* Is the next line a comment too, with words in it? */
static bool goes_on(const char *text, size_t end, size_t to) {
    size_t at = next_line(text, end, to);
    while (at < to && is_blank(text[at]) && text[at] != '\r') {
        at++;
    }
    return at + 1 < to && text[at] == '-' && text[at + 1] == '-' &&
           has_words(text + at, line_end(text, at, to) - at);
}

/* The comments that were met: what stood right above the one that is looked at. */
struct walk {
    const char *text;
    size_t to;
    size_t last_begin; /* the comment before, last_end = 0: none */
    size_t last_end;
};

static bool is_right_below(const struct walk *walk, size_t at) {
    if (walk->last_end == 0) {
        return false;
    }
    size_t next = next_line(walk->text, walk->last_end, walk->to);
    return next > walk->last_end && line_end(walk->text, next, at) == at;
}

/* The excuse counts for the line right below it and no further: one at the top of a file would
 * excuse all that is added to it later. */
static bool is_excused(const struct walk *walk, size_t at) {
    return is_right_below(walk, at) && pgm__script_excuses_head(walk->text + walk->last_begin,
                                                                walk->last_end - walk->last_begin);
}

/* "… so that we can" / "roll back." */
static bool ends_sentence(const struct walk *walk, size_t at, size_t end) {
    const char *text = walk->text;
    size_t begin = at;
    while (begin < end && !is_alnum(text[begin])) {
        begin++;
    }
    return end > at && (text[end - 1] == '.' || text[end - 1] == ',') && text[begin] >= 'a' &&
           is_right_below(walk, at) &&
           has_words(text + walk->last_begin, walk->last_end - walk->last_begin);
}

/* A plain head whose line ends as a heading does, with text below it, is the heading of a remark:
 * "-- Rollback:" above two lines that say how. */
static pgm__head line_head(const struct walk *walk, size_t at, size_t end) {
    bool heading = false;
    pgm__head head = head_of(walk->text + at, end - at, &heading);
    if (head == PGM__HEAD_PLAIN && ends_sentence(walk, at, end)) {
        return PGM__HEAD_NONE;
    }
    return head == PGM__HEAD_PLAIN && heading && goes_on(walk->text, end, walk->to)
               ? PGM__HEAD_TITLED
               : head;
}

/* Its last line stands above what follows; one before it may be a heading of the comment's own. */
static pgm__head block_head(const char *text, size_t at, size_t end) {
    pgm__head before = PGM__HEAD_NONE;
    pgm__head last = PGM__HEAD_NONE;
    size_t lines = 0;
    while (at < end) {
        size_t stop = line_end(text, at, end);
        if (has_words(text + at, stop - at)) {
            bool heading = last == PGM__HEAD_PLAIN || (last == PGM__HEAD_TITLED && lines == 1);
            before = heading ? PGM__HEAD_TITLED : before;
            last = pgm__head_of(text + at, stop - at);
            lines++;
        }
        at = stop < end ? next_line(text, stop, end) : end;
    }
    return before > last ? before : last;
}

/* The head that the comment is, and steps over it. */
static pgm__head take_comment(struct walk *walk, size_t at, size_t end, bool anywhere) {
    const char *text = walk->text;
    bool block = text[at] == '/';
    pgm__head head = PGM__HEAD_NONE;
    if ((block && anywhere) || begins_line(text, at)) {
        head = block ? block_head(text, at, end) : line_head(walk, at, end);
    }
    if (head != PGM__HEAD_NONE && is_excused(walk, at)) {
        head = PGM__HEAD_NONE;
    }
    walk->last_begin = at;
    walk->last_end = end;
    return head;
}

static bool is_comment(const char *text, size_t at, size_t to) {
    return at + 1 < to &&
           ((text[at] == '-' && text[at + 1] == '-') || (text[at] == '/' && text[at + 1] == '*'));
}

pgm__head_found pgm__heads_between(const char *text, size_t from, size_t to, bool titled) {
    struct walk walk = {.text = text, .to = to};
    while (from < to) {
        if (!is_comment(text, from, to)) {
            from++;
            continue;
        }
        size_t end = pgm__script_comment_end(text, from, to);
        pgm__head head = take_comment(&walk, from, end, true);
        if (head == PGM__HEAD_PLAIN || (head == PGM__HEAD_TITLED && titled)) {
            return (pgm__head_found){head, from};
        }
        from = end;
    }
    return (pgm__head_found){PGM__HEAD_NONE, to};
}

/* May the line at `at` be one that heads_inside() looks for? A block comment may be anything. */
static bool is_suspect(const char *text, size_t at, size_t end) {
    if (at >= end || (text[at] != '#' && !is_comment(text, at, end))) {
        return false;
    }
    size_t stop = line_end(text, at, end);
    return text[at] == '/' || pgm__head_of(text + at, stop - at) != PGM__HEAD_NONE ||
           (text[at] == '-' && pgm__script_remark_of(text, at, stop) != PGM__REMARK_NONE);
}

/* Asked of every statement of every file, so only line begins are looked at; the lexer, which knows
 * strings and comments apart, comes when this says yes. */
bool pgm__heads_possible(const char *text, size_t begin, size_t end) {
    if (is_suspect(text, begin, end)) {
        return true;
    }
    const char *at = text + begin;
    const char *stop = text + end;
    while ((at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
        at++;
        while (at < stop && is_blank(*at)) {
            at++;
        }
        if (is_suspect(text, (size_t)(at - text), end)) {
            return true;
        }
    }
    return false;
}

/* A missing `;` makes one statement of the last one above the head and the first one below it, and
 * the head is then inside. In parentheses columns are listed, with remarks of their own. */
pgm__head_found pgm__heads_inside(pgm__lexer statement, bool titled) {
    struct walk walk = {.text = statement.text, .to = statement.len};
    size_t depth = 0;
    for (;;) {
        pgm__token token = pgm__lexer_next(&statement);
        pgm__head head = PGM__HEAD_NONE;
        if (token.kind == PGM__TOKEN_END) {
            return (pgm__head_found){PGM__HEAD_NONE, statement.len};
        }
        depth += token.kind == PGM__TOKEN_OPEN;
        depth -= token.kind == PGM__TOKEN_CLOSE && depth > 0;
        if (depth > 0) {
            continue;
        }
        if (token.kind == PGM__TOKEN_COMMENT) {
            head = take_comment(&walk, token.begin, token.end, false);
        } else if (walk.text[token.begin] == '#' && begins_line(walk.text, token.begin)) {
            size_t end = line_end(walk.text, token.begin, walk.to);
            head = pgm__head_of(walk.text + token.begin, end - token.begin);
        }
        if (head == PGM__HEAD_PLAIN || (head == PGM__HEAD_TITLED && titled)) {
            return (pgm__head_found){head, token.begin};
        }
    }
}
