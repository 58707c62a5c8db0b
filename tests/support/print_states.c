/* Prints docs/inside/states.md from the march's state table and that of the stages. */
#include <stdio.h>

#include "engine/stages.h"
#include "engine/states.h"

#define EACH_STATE(it)                                                                             \
    for (pgm__state it = (pgm__state)0; it < PGM__STATE_COUNT; it = (pgm__state)(it + 1))
#define EACH_EVENT(it)                                                                             \
    for (pgm__event it = (pgm__event)0; it < PGM__EVENT_COUNT; it = (pgm__event)(it + 1))
#define EACH_STAGE(it)                                                                             \
    for (pgm__stage it = (pgm__stage)0; it < PGM__STAGE_COUNT_; it = (pgm__stage)(it + 1))
#define EACH_STAGE_EVENT(it)                                                                       \
    for (pgm__stage_event it = (pgm__stage_event)0; it < PGM__STAGE_EVENT_COUNT;                   \
         it = (pgm__stage_event)(it + 1))
#define EACH_ACTION(it)                                                                            \
    for (pgm__action it = (pgm__action)0; it < PGM__ACTION_COUNT; it = (pgm__action)(it + 1))

static void print_intro(void) {
    puts("# The march: states and events\n");
    puts("One target's way through its plan: what happens to it (an event) decides in every state\n"
         "what the driver does (an action) and which state follows. What is not listed cannot\n"
         "happen there.\n");
    puts(
        "This page is printed from the tables in `src/engine/states.c` and `stages.c`, and a test\n"
        "compares them. After a change of a table: `BUILD/tests/unit/print_states > "
        "docs/inside/states.md`,\n"
        "where BUILD is the build folder.\n");
}

static void print_states(void) {
    puts("## States\n");
    puts("| state | connection | what happens here |\n|---|---|---|");
    EACH_STATE(it) {
        printf("| %s | %s | %s |\n", pgm__state_name(it), pgm__state_connected(it) ? "yes" : "no",
               pgm__state_meaning(it));
    }
}

static void print_events(void) {
    puts("\n## Events\n");
    puts("| event | what happened |\n|---|---|");
    EACH_EVENT(it) {
        printf("| %s | %s |\n", pgm__event_name(it), pgm__event_meaning(it));
    }
}

static void print_actions(void) {
    puts("\n## Actions\n");
    puts("| action | what the driver does |\n|---|---|");
    EACH_ACTION(it) {
        printf("| %s | %s |\n", pgm__action_name(it), pgm__action_meaning(it));
    }
}

static void print_row(pgm__state state) {
    bool any = false;
    EACH_EVENT(event) {
        pgm__transition transition = pgm__transition_of(state, event);
        if (transition.allowed) {
            printf("%s| %s | %s | %s |\n",
                   any ? "" : "| event | next state | action |\n|---|---|---|\n",
                   pgm__event_name(event), pgm__state_name(transition.next),
                   pgm__action_name(transition.action));
            any = true;
        }
    }
    if (!any) {
        puts("Nothing follows.");
    }
}

static void print_transitions(void) {
    puts("\n## Transitions");
    EACH_STATE(it) {
        printf("\n### %s\n\n", pgm__state_name(it));
        print_row(it);
    }
}

/* One arrow from `from` to `to`, with all events that lead there. */
static void print_arrow(pgm__state from, pgm__state to) {
    bool any = false;
    EACH_EVENT(event) {
        pgm__transition transition = pgm__transition_of(from, event);
        if (transition.allowed && transition.next == to) {
            if (any) {
                printf(", %s", pgm__event_name(event));
            } else {
                printf("    %s --> %s: %s", pgm__state_name(from), pgm__state_name(to),
                       pgm__event_name(event));
            }
            any = true;
        }
    }
    if (any) {
        putchar('\n');
    }
}

static void print_diagram(void) {
    puts("\n## Diagram\n");
    puts("```mermaid\nstateDiagram-v2");
    printf("    [*] --> %s\n", pgm__state_name(PGM__STATE_QUEUED));
    EACH_STATE(from) {
        EACH_STATE(to) {
            print_arrow(from, to);
        }
    }
    printf("    %s --> [*]\n", pgm__state_name(PGM__STATE_FINISHED));
    puts("```");
}

/* ---- stages ---- */

static void print_stages(void) {
    puts("\n## Stages\n");
    puts("Inside ALONE: a migration without a transaction goes stage by stage, each of them one\n"
         "string. What the end of a string means is an event again, and the table says which\n"
         "stage follows, or that the march goes on elsewhere, with an event of the table above.\n");
    puts("| stage | what is sent |\n|---|---|");
    EACH_STAGE(it) {
        printf("| %s | %s |\n", pgm__stage_name(it), pgm__stage_meaning(it));
    }
    puts("\n| event of a stage | what happened |\n|---|---|");
    EACH_STAGE_EVENT(it) {
        printf("| %s | %s |\n", pgm__stage_event_name(it), pgm__stage_event_meaning(it));
    }
}

static void print_stage_row(pgm__stage stage) {
    EACH_STAGE_EVENT(event) {
        pgm__stage_way way = pgm__stage_way_of(stage, event);
        if (way.allowed) {
            printf("| %s | %s | %s |\n", pgm__stage_name(stage), pgm__stage_event_name(event),
                   way.leaves ? "(the march goes on elsewhere)" : pgm__stage_name(way.next));
        }
    }
}

static void print_stage_ways(void) {
    puts("\n| stage | event | next stage |\n|---|---|---|");
    EACH_STAGE(it) {
        print_stage_row(it);
    }
}

static void print_stage_diagram(void) {
    puts("\n```mermaid\nstateDiagram-v2");
    printf("    [*] --> %s\n", pgm__stage_name(PGM__STAGE_BEGIN));
    EACH_STAGE(from) {
        EACH_STAGE_EVENT(event) {
            pgm__stage_way way = pgm__stage_way_of(from, event);
            if (way.allowed) {
                printf("    %s --> %s: %s\n", pgm__stage_name(from),
                       way.leaves ? "[*]" : pgm__stage_name(way.next),
                       pgm__stage_event_name(event));
            }
        }
    }
    puts("```");
}

int main(void) {
    print_intro();
    print_states();
    print_events();
    print_actions();
    print_transitions();
    print_diagram();
    print_stages();
    print_stage_ways();
    print_stage_diagram();
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}
