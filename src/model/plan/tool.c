#include "model/plan/tool.h"

#include <string.h>

static const struct {
    const char *name;
    const char *table;
    bool by_name;
} tools[PGM__TOOL_COUNT] = {
#define XX(id, name, table, by_name) [PGM__TOOL_##id] = {name, table, by_name},
    PGM__TOOL_MAP(XX)
#undef XX
};

/* By its whole name and in its own case, as the option's help prints it. */
bool pgm__tool_find(const char *name, pgm__tool *out) {
    for (size_t i = 0; i < PGM__TOOL_COUNT; i++) {
        if (strcmp(tools[i].name, name) == 0) {
            *out = (pgm__tool)i;
            return true;
        }
    }
    return false;
}

const char *pgm__tool_name(pgm__tool tool) {
    return tools[tool].name;
}

const char *pgm__tool_table(pgm__tool tool) {
    return tools[tool].table;
}

bool pgm__tool_has_names(pgm__tool tool) {
    return tools[tool].by_name;
}

const char *pgm__tool_list(void) {
#define XX(id, name, table, by_name) ", " name
    static const char list[] = PGM__TOOL_MAP(XX);
#undef XX
    return list + 2;
}
