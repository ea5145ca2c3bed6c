// Batches of UDP datagrams: the system calls that Swift's runtime libraries have no convenient form of.
//
// All memory is the caller's. No function allocates, keeps a pointer, or touches errno's meaning: what fails returns a
// negative errno.
#ifndef CDATAGRAMS_H
#define CDATAGRAMS_H

#include <stdint.h>

/// The most datagrams that one call takes or gives.
#define DATAGRAMS_BATCH 64

/// An Internet address and a port in host order; IPv4 is the IPv6 address that stands for it (::ffff:a.b.c.d).
typedef struct {
    uint64_t high;
    uint64_t low;
    uint16_t port;
} datagrams_address;

/// One datagram of a batch: it lies at `offset` of the caller's buffer and has `length` bytes. `age` is how long ago it came, in
/// microseconds, where the socket is timed.
typedef struct {
    datagrams_address address;
    uint32_t offset;
    uint32_t length;
    uint32_t age;
    uint32_t reserved;
} datagrams_entry;

/// Opens a bound, non-blocking UDP socket. An IPv4 address gives a socket of IPv4; `::` one of both.
/// `buffer` is what is asked of the kernel for either direction's queue, in bytes. Returns the descriptor.
int datagrams_open(datagrams_address address, int buffer);

/// From now on the kernel notes when each datagram comes. Returns 0.
int datagrams_time(int descriptor);

/// Where the socket is bound. Returns 0.
int datagrams_bound(int descriptor, datagrams_address *address);

/// Where `through` is not null, every datagram goes to that address with ten bytes before it that say where it is meant for, and
/// comes from there with ten that say where it is from: the UDP header of SOCKS 5 (RFC 1928, 7), IPv4 only.

/// Takes up to `count` datagrams. Before the call `offset` and `length` of each entry say where there is room and how much;
/// after it `length` is the datagram's own length, which is longer than the room if it was cut. Returns how many.
int datagrams_receive(
    int descriptor, uint8_t *buffer, datagrams_entry *entries, int count, const datagrams_address *through);

/// Sends up to `count` datagrams in order. One that the kernel refuses for itself (unreachable, too long) counts as sent.
/// Returns how many went, 0 when the kernel's queue is full.
int datagrams_send(
    int descriptor, const uint8_t *buffer, const datagrams_entry *entries, int count, const datagrams_address *through);

/// Opens what wakes a waiting thread. Returns the descriptor.
int datagrams_open_waker(void);

/// Wakes the thread that waits, now or when it next waits.
void datagrams_wake(int waker);

/// Waits until the socket has datagrams (or room, if `writing`), the waker is woken, or nanoseconds have passed (forever if
/// negative). A descriptor of -1 is not looked at. Returns 1 if the socket is ready, else 0.
int datagrams_wait(int descriptor, int waker, int writing, int64_t nanoseconds);

/// Closes a descriptor.
void datagrams_close(int descriptor);

#endif
