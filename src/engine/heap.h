/**
 * @file heap.h  Numbers in an order that changes, the first one on top.
 *
 * Whoever moves in the order is moved in the heap at once: that is why each number's slot is known.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_HEAP_H
#define PGM_ENGINE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/** Of a number that stands in no heap. */
#define PGM__NO_SLOT (~(size_t)0)

/** Does one stand in front of the other? The same answer until the heap is told of a move. */
typedef bool (*pgm__before_fn)(const void *of, size_t one, size_t other);

/** All members are the caller's to fill in; it is empty with a count of 0. */
typedef struct pgm__heap {
    size_t *items; /* room for as many as will ever stand in it at once */
    size_t count;
    size_t *slots; /* of each number; heaps of which a number stands in one at most may share it */
    pgm__before_fn before;
    const void *of; /* handed to `before` */
} pgm__heap;

/** Adds a number that stands in no heap with these slots. O(log count), as all below. */
void pgm__heap_add(pgm__heap *heap, size_t number);

/** Takes out a number that stands in this heap. */
void pgm__heap_remove(pgm__heap *heap, size_t number);

/** A number that stands in this heap has moved in the order, forwards or back. */
void pgm__heap_moved(pgm__heap *heap, size_t number);

#endif
