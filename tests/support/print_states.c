/* Prints docs/states.md from the march's state table. */
#include <stdio.h>

#include "engine/states.h"

#define EACH_STATE(it)                                                                             \
    for (pgm__state it = (pgm__state)0; it < PGM__STATE_COUNT; it = (pgm__state)(it + 1))
#define EACH_EVENT(it)                                                                             \
    for (pgm__march_event it = (pgm__march_event)0; it < PGM__MARCH_COUNT;                         \
         it = (pgm__march_event)(it + 1))
#define EACH_ACTION(it)                                                                            \
    for (pgm__action it = (pgm__action)0; it < PGM__ACTION_COUNT; it = (pgm__action)(it + 1))

static void print_intro(void) {
    puts("# The march: states and events\n");
    puts("One target's way through its plan: what happens to it (an event) decides in every state\n"
         "what the driver does (an action) and which state follows. What is not listed cannot\n"
         "happen there.\n");
    puts("This page is printed from the table in `src/engine/states.c`, and a test compares the\n"
         "two. After a change of the table: `BUILD/tests/unit/print_states > docs/states.md`,\n"
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
        printf("| %s | %s |\n", pgm__march_event_name(it), pgm__march_event_meaning(it));
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
        pgm__transition transition = pgm__step(state, event);
        if (transition.allowed) {
            printf("%s| %s | %s | %s |\n",
                   any ? "" : "| event | next state | action |\n|---|---|---|\n",
                   pgm__march_event_name(event), pgm__state_name(transition.next),
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
        pgm__transition transition = pgm__step(from, event);
        if (transition.allowed && transition.next == to) {
            if (any) {
                printf(", %s", pgm__march_event_name(event));
            } else {
                printf("    %s --> %s: %s", pgm__state_name(from), pgm__state_name(to),
                       pgm__march_event_name(event));
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

int main(void) {
    print_intro();
    print_states();
    print_events();
    print_actions();
    print_transitions();
    print_diagram();
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}
