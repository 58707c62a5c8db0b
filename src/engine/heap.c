#include "engine/heap.h"

#include <assert.h>

static void put(pgm__heap *heap, size_t slot, size_t number) {
    heap->items[slot] = number;
    heap->slots[number] = slot;
}

static void swap(pgm__heap *heap, size_t a, size_t b) {
    size_t kept = heap->items[a];
    put(heap, a, heap->items[b]);
    put(heap, b, kept);
}

static bool goes_before(const pgm__heap *heap, size_t a, size_t b) {
    return heap->before(heap->of, heap->items[a], heap->items[b]);
}

static void sift_up(pgm__heap *heap, size_t slot) {
    while (slot > 0 && goes_before(heap, slot, (slot - 1) / 2)) {
        swap(heap, slot, (slot - 1) / 2);
        slot = (slot - 1) / 2;
    }
}

static void sift_down(pgm__heap *heap, size_t slot) {
    for (;;) {
        size_t least = slot;
        for (size_t child = 2 * slot + 1; child <= 2 * slot + 2; child++) {
            if (child < heap->count && goes_before(heap, child, least)) {
                least = child;
            }
        }
        if (least == slot) {
            return;
        }
        swap(heap, slot, least);
        slot = least;
    }
}

void pgm__heap_add(pgm__heap *heap, size_t number) {
    assert(heap->slots[number] == PGM__NO_SLOT);
    put(heap, heap->count, number);
    heap->count++;
    sift_up(heap, heap->count - 1);
}

void pgm__heap_moved(pgm__heap *heap, size_t number) {
    size_t slot = heap->slots[number];
    assert(slot < heap->count && heap->items[slot] == number);
    sift_up(heap, slot);
    if (heap->items[slot] == number) {
        sift_down(heap, slot);
    }
}

void pgm__heap_remove(pgm__heap *heap, size_t number) {
    size_t slot = heap->slots[number];
    assert(slot < heap->count && heap->items[slot] == number);
    heap->slots[number] = PGM__NO_SLOT;
    heap->count--;
    if (slot < heap->count) {
        size_t last = heap->items[heap->count];
        put(heap, slot, last);
        pgm__heap_moved(heap, last);
    }
}
